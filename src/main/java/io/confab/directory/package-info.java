/**
 * The read side: rooms of a person, members, messages as they stand, unread counts. Checks membership in the database, never in a cache.
 */
@NullMarked
package io.confab.directory;

import org.jspecify.annotations.NullMarked;
