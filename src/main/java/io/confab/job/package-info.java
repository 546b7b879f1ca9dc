/**
 * What staff order once and the server does by and by: deletions of many messages, announcements to many rooms
 * (docs/adr/0078, 0079).
 * Invariants: an order is a row with its audit line before anything is done; whoever carries it out may die at any moment,
 * since all that is known of it stands in rows and each command to a room has a key made of the job; one line with the numbers ends it.
 *
 * <pre>
 * job       what, by whom, why, how many were expected       one a command id
 * job_room  how far in each room: passed, done, failed        moved by compare-and-set
 * </pre>
 */
@NullMarked
package io.confab.job;

import org.jspecify.annotations.NullMarked;
