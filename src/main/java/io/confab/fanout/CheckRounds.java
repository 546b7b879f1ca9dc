package io.confab.fanout;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How much the next round of a check must look at: everything at first, when asked, after a round that failed and when this
 * node stood still between two rounds; otherwise what changed. No failure of a round ends the rounds. One thread runs them;
 * any thread may ask for everything.
 */
final class CheckRounds {
    private static final System.Logger LOG = System.getLogger(CheckRounds.class.getName());

    private final Check check;
    private final Duration stoodStill;
    private final LongSupplier nanos;
    private final AtomicBoolean allIsDue = new AtomicBoolean(true);
    private long beganNanos;
    private long endedNanos;
    private boolean failing;

    /** One round. */
    interface Check {
        /** @param sinceLast from the begin of the round before to the begin of this one */
        void check(boolean all, Duration sinceLast);
    }

    /** @param stoodStill time between two rounds after which this node must have stood still */
    CheckRounds(Check check, Duration stoodStill, LongSupplier nanos) {
        this.check = check;
        this.stoodStill = stoodStill;
        this.nanos = nanos;
        this.beganNanos = nanos.getAsLong();
        this.endedNanos = beganNanos;
    }

    /** The next round checks everything. */
    void checkAll() {
        allIsDue.set(true);
    }

    void next() {
        long began = nanos.getAsLong();
        // from the end of the last round: one that takes long must not make the next one long as well, for ever
        if (began - endedNanos > stoodStill.toNanos()) {
            checkAll();
        }
        boolean all = allIsDue.getAndSet(false);
        try {
            check.check(all, Duration.ofNanos(began - beganNanos));
            if (failing) {
                failing = false;
                LOG.log(System.Logger.Level.INFO, "heads check: works again");
            }
        } catch (RuntimeException | Error e) { // without this thread, what the broker loses is never found
            checkAll();
            if (!failing) {
                failing = true;
                LOG.log(System.Logger.Level.WARNING, "heads check: failed; trying on", e);
            }
        }
        beganNanos = began;
        endedNanos = nanos.getAsLong();
    }
}
