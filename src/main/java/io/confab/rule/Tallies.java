package io.confab.rule;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.confab.kernel.UserId;
import java.time.Duration;

/**
 * How often somebody has written lately, by rule: this node's own count, bounded; who has not been heard of for long is forgotten.
 * A message that comes again under its key counts once. Thread-safe.
 */
final class Tallies {
    private static final long MOST_TIMES_KEPT = 2_000_000;

    private final Cache<Key, Ring> rings = Caffeine.newBuilder()
            .maximumWeight(MOST_TIMES_KEPT)
            .weigher((Key key, Ring ring) -> ring.times.length)
            .expireAfterAccess(Trigger.LONGEST)
            .build();

    /** @param text what is counted: one text, or 0 for any */
    record Key(String rule, UserId by, long text) {}

    private static final class Ring {
        private final long[] times;
        private final int[] messages;
        private int next;

        Ring(int size) {
            times = new long[size];
            messages = new int[size];
            java.util.Arrays.fill(times, Long.MIN_VALUE);
        }

        synchronized boolean reached(long atMillis, int message, long withinMillis) {
            boolean known = false;
            for (int i = 0; i < times.length; i++) {
                known |= messages[i] == message && times[i] != Long.MIN_VALUE;
            }
            if (!known) {
                times[next] = atMillis;
                messages[next] = message;
                next = (next + 1) % times.length;
            }
            long oldest = times[next];
            return oldest != Long.MIN_VALUE && atMillis - oldest < withinMillis;
        }
    }

    /**
     * Counts a message, and whether as many have come within that while.
     *
     * @param message tells a message from another that is counted
     */
    boolean reached(Key key, long atMillis, int message, int times, Duration within) {
        return rings.get(key, k -> new Ring(times)).reached(atMillis, message, within.toMillis());
    }
}
