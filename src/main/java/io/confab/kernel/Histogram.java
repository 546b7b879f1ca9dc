package io.confab.kernel;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** How long things took: counts between fixed bounds, and a sum. Thread-safe, never blocking. */
public final class Histogram {
    private final long[] boundMillis;
    private final LongAdder[] counts; // one more than bounds: beyond the last
    private final LongAdder sumMillis = new LongAdder();

    /** @param bounds upper ones, rising */
    public Histogram(List<Duration> bounds) {
        boundMillis = bounds.stream().mapToLong(Duration::toMillis).toArray();
        counts = Stream.generate(LongAdder::new).limit(bounds.size() + 1L).toArray(LongAdder[]::new);
    }

    /** {@code times} things took {@code millis} each; less than nothing counts as nothing. */
    public void record(long millis, int times) {
        long taken = Math.max(0, millis);
        int bound = 0;
        while (bound < boundMillis.length && taken > boundMillis[bound]) {
            bound++;
        }
        counts[bound].add(times);
        sumMillis.add(taken * times);
    }

    /** How many took at most each bound and longer than the one before; the last: longer than all. */
    public long[] counts() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    }

    /** Upper bounds in seconds. */
    public double[] boundSeconds() {
        return Arrays.stream(boundMillis).mapToDouble(millis -> millis / 1000.0).toArray();
    }

    /** Of all, in seconds. */
    public double sumSeconds() {
        return sumMillis.sum() / 1000.0;
    }
}
