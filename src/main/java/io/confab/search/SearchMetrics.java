package io.confab.search;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How the index of messages keeps up; shown at {@code /metrics}. Thread-safe. */
@Singleton
public class SearchMetrics {
    private final LongAdder indexed = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final AtomicLong behind = new AtomicLong();
    private final AtomicLong sweepBegun = new AtomicLong();

    void indexed(int events) {
        indexed.add(events);
    }

    void unreadable() {
        unreadable.increment();
    }

    void behind(long events) {
        behind.set(events);
    }

    /** The node begins to look at all rooms, or has done so and found everything there. @param nanos 0: it is not for this node */
    void sweepFrom(long nanos) {
        sweepBegun.set(nanos);
    }

    /** Events of the log that this node has taken into the index. */
    public long indexedCount() {
        return indexed.sum();
    }

    /** Rooms passed over because an event could not be read, once for each look. */
    public long unreadableCount() {
        return unreadable.sum();
    }

    /** Events that this node knows of and that are not in the index yet. */
    public long behindCount() {
        return behind.get();
    }

    /** Since this node has last found all rooms in the index; 0 while another node is the one that looks. */
    public double sweepAgeSeconds() {
        long from = sweepBegun.get();
        return from == 0 ? 0 : (System.nanoTime() - from) / 1e9;
    }
}
