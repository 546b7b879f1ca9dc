package io.confab.log;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** Counts what the log's writers do, for the node's metrics. Thread-safe; reading is cheap and approximate. */
@Singleton
public class LogMetrics {
    final LongAdder commits = new LongAdder();
    final LongAdder commitNanos = new LongAdder();
    final LongAdder commands = new LongAdder();
    final LongAdder events = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder splits = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder turnedAway = new LongAdder();
    final AtomicLong waitingCommands = new AtomicLong();
    final AtomicLong waitingBytes = new AtomicLong();
    final AtomicLong taken = new AtomicLong();
    private volatile DoubleSupplier fullness = () -> 0;

    @Inject
    public LogMetrics() {}

    /**
     * The counts since the start; {@code waiting…} are of now.
     *
     * @param commits transactions committed, with {@code commitNanos} spent in them from begin to durable
     * @param commands answered in those transactions: {@code commands / commits} is the mean batch
     * @param misses commands decided again because their room's head had moved
     * @param splits batches taken apart after a failure
     * @param unknown commits whose outcome had to be looked up
     * @param turnedAway commands refused because a queue was full or they had waited too long
     */
    public record Figures(
            long commits,
            long commitNanos,
            long commands,
            long events,
            long refused,
            long duplicates,
            long misses,
            long splits,
            long unknown,
            long turnedAway,
            long waitingCommands,
            long waitingBytes) {}

    /** Commands that were taken and have no answer yet: those that wait and those in a transaction. Zero: all is answered. */
    public long unanswered() {
        return taken.get();
    }

    /**
     * How much of the writers' queues is in use, all together, from 0 to 1. One that is full refuses by itself what comes to
     * its rooms, and is no reason to refuse what goes to the others.
     */
    public double fullness() {
        return fullness.getAsDouble();
    }

    void measureFullness(DoubleSupplier measure) {
        fullness = measure;
    }

    public Figures figures() {
        return new Figures(
                commits.sum(),
                commitNanos.sum(),
                commands.sum(),
                events.sum(),
                refused.sum(),
                duplicates.sum(),
                misses.sum(),
                splits.sum(),
                unknown.sum(),
                turnedAway.sum(),
                waitingCommands.get(),
                waitingBytes.get());
    }
}
