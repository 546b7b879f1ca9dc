package io.confab.delivery;

/** What a pull found. */
sealed interface Pulled {
    /** A part was queued; there may be more. */
    record Some(int events, int bytes) implements Pulled {}

    /** It is live now, or has ended: nothing more to pull. */
    record Done() implements Pulled {}

    /**
     * The log must be read from {@code after} on.
     *
     * @param fillable a tail filled from the log would do
     */
    record Read(long after, long redactions, boolean fillable) implements Pulled {}

    /** It cannot go on without a hole, and has ended. */
    record Lost(Outcome.Reason reason, String epoch, long head) implements Pulled {}
}
