/**
 * The acts of staff in rooms and what only staff read: lists over all people and rooms, private conversations opened with a
 * reason. Invariants: whoever calls has proven to be staff ({@link io.confab.moderation.StaffMember}); an act on a room is a
 * command to its log, decided there by the role as it is at the commit, and its audit line is written by that very
 * transaction ({@link io.confab.log.AppendWitness}), so neither stands without the other (docs/adr/0060).
 */
@NullMarked
package io.confab.moderation;

import org.jspecify.annotations.NullMarked;
