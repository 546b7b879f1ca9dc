package io.confab.badge;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What badges cost; shown at {@code /metrics}. Thread-safe. */
@Singleton
public class BadgeMetrics {
    private final LongAdder told = new LongAdder();
    private final LongAdder counted = new LongAdder();
    private final LongAdder left = new LongAdder();
    private final AtomicLong watched = new AtomicLong();

    void told() {
        told.increment();
    }

    void counted(int pairs) {
        counted.add(pairs);
    }

    void leftOut() {
        left.increment();
    }

    void watched(long now) {
        watched.set(now);
    }

    /** Badges given to sockets. */
    public long toldCount() {
        return told.sum();
    }

    /** Counts of one person in one room that were read from the log. */
    public long countedCount() {
        return counted.sum();
    }

    /** Rooms of people that were not followed because too many were. */
    public long leftOutCount() {
        return left.sum();
    }

    /** Rooms followed just now, once for each person. */
    public long watchedCount() {
        return watched.get();
    }
}
