/**
 * The acts of moderators and admins outside a room's own log, and the audit trail of all of them.
 */
@NullMarked
package io.confab.moderation;

import org.jspecify.annotations.NullMarked;
