/**
 * Search in messages, for staff: an index that follows the rooms' logs, and the questions asked of it.
 * Invariants: the index is filled from the log alone, so it can be emptied and comes back; a hit is shown only after the message
 * was read as it stands and matched again; of private rooms nothing is found that the caller has not opened (docs/adr/0073).
 */
@NullMarked
package io.confab.search;

import org.jspecify.annotations.NullMarked;
