/**
 * The console's backing beans: thin, they call the same entry beans as the doors.
 */
@NullMarked
package io.confab.admin;

import org.jspecify.annotations.NullMarked;
