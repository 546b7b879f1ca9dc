/**
 * Work behind the scenes that only one node at a time should do.
 * Invariant: who holds a {@code Lease} is decided in the database, by its clock; nothing that was lost with a node is waited
 * for longer than the lease lasts (docs/adr/0073).
 */
@NullMarked
package io.confab.work;

import org.jspecify.annotations.NullMarked;
