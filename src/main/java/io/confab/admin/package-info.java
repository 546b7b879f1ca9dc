/**
 * The console's backing beans: thin, over the entry beans of moderation, identity and directory; pages are in admin-ui/.
 * Invariants: {@link io.confab.admin.ConsoleFilter} lets nobody past the sign-in and setup pages who is not staff at this
 * very request; every act is decided again where it is done (the room's log, {@code AccountActs}), so a bean that forgets a
 * check shows too much of a button, never does too much. Page beans hold texts and numbers only, never rows.
 */
@NullMarked
package io.confab.admin;

import org.jspecify.annotations.NullMarked;
