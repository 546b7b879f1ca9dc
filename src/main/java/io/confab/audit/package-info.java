/**
 * The audit trail: who did what to whom, when, and why. Invariant: no administrative act without its line and no line
 * without its act, since both are written by the same transaction (docs/adr/0032). Lines are only ever added.
 * Beside it the history of sanctions (docs/adr/0080), written by the same transactions.
 */
@NullMarked
package io.confab.audit;

import org.jspecify.annotations.NullMarked;
