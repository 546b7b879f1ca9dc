package io.confab.fanout;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How much the next round of a check must look at, and when it begins: everything at first, when asked, after a round that
 * failed and when this node stood still between two rounds; otherwise what changed. No failure of a round ends the rounds.
 * One thread runs them; any thread may ask for everything, or how they go.
 */
final class CheckRounds {
    private static final System.Logger LOG = System.getLogger(CheckRounds.class.getName());

    private final Check check;
    private final Duration each;
    private final Duration stoodStill;
    private final LongSupplier nanos;
    private final AtomicBoolean allIsDue = new AtomicBoolean(true);
    private final LongAdder completed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder spentNanos = new LongAdder();
    private volatile long completedNanos;
    private long beganNanos;
    private long endedNanos;
    private boolean failing;
    private boolean slow;

    /** One round. */
    interface Check {
        /** @param sinceLast from the begin of the round before to the begin of this one */
        void check(boolean all, Duration sinceLast);
    }

    /**
     * @param each from the begin of one round to the begin of the next
     * @param stoodStill time between two rounds after which this node must have stood still
     */
    CheckRounds(Check check, Duration each, Duration stoodStill, LongSupplier nanos) {
        this.check = check;
        this.each = each;
        this.stoodStill = stoodStill;
        this.nanos = nanos;
        this.beganNanos = nanos.getAsLong();
        this.endedNanos = beganNanos;
        this.completedNanos = beganNanos;
    }

    /** The next round checks everything. */
    void checkAll() {
        allIsDue.set(true);
    }

    /** How long to wait for the next round: at least a quarter of the time, however slow the database is. */
    Duration pause() {
        Duration left = each.minusNanos(nanos.getAsLong() - beganNanos);
        Duration least = each.dividedBy(4);
        return left.compareTo(least) > 0 ? left : least;
    }

    /** Rounds that did all they had to. */
    long completed() {
        return completed.sum();
    }

    /** Time spent in them. */
    Duration spent() {
        return Duration.ofNanos(spentNanos.sum());
    }

    long failed() {
        return failed.sum();
    }

    /** Since the end of the last completed round, or the start: when it grows, the check fails or is stuck. */
    Duration age() {
        return Duration.ofNanos(nanos.getAsLong() - completedNanos);
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
            complete(began);
        } catch (RuntimeException | Error e) { // without this thread, what the broker loses is never found
            checkAll();
            failed.increment();
            if (!failing) {
                failing = true;
                LOG.log(System.Logger.Level.WARNING, "heads check: failed; trying on", e);
            }
        }
        beganNanos = began;
        endedNanos = nanos.getAsLong();
    }

    private void complete(long began) {
        long now = nanos.getAsLong();
        completedNanos = now;
        completed.increment();
        spentNanos.add(now - began);
        if (failing) {
            failing = false;
            LOG.log(System.Logger.Level.INFO, "heads check: works again");
        }
        boolean late = now - began > each.toNanos();
        if (late != slow) {
            slow = late;
            LOG.log(
                    late ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                    late
                            ? "heads check: a round took {0} ms; what the broker loses is found later than its bound says"
                            : "heads check: in time again ({0} ms)",
                    Duration.ofNanos(now - began).toMillis());
        }
    }
}
