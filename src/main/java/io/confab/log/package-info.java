/**
 * The numbered log of each room: group commit, compare-and-set of heads, idempotency, projections in the same transaction.
 * Invariant: no row of a room (member, message, event, cid) is written except in a transaction that advances its head.
 * Stops 4 to 6 of docs/message-flow.md.
 */
@NullMarked
package io.confab.log;

import org.jspecify.annotations.NullMarked;
