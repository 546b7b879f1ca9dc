package io.confab.log;

/** How one transaction of a batch takes its rows. */
enum Locking {
    /** Rooms are not locked before the compare-and-set of their heads. */
    OPTIMISTIC,
    /** All rooms of the batch are locked first, in id order: after a miss, so that a command misses at most once. */
    ROOMS_FIRST,
    /** As {@link #ROOMS_FIRST}, but rows that another transaction holds are passed over: after a lock timeout. */
    PASS_OVER
}
