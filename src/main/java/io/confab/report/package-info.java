/**
 * Reports: people say what is wrong, staff decide. Invariants: one case per target, and one report of it per person; what was
 * reported is kept as it was, whatever becomes of the message, its author or its room; a decision is a row first, by
 * comparing the case's version, so of two there is one, and then its acts, through the entry beans that do them for everybody
 * (docs/adr/0069, 0070).
 */
@NullMarked
package io.confab.report;

import org.jspecify.annotations.NullMarked;
