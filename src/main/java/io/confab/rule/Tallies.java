package io.confab.rule;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.util.Arrays;

/**
 * How often somebody has written lately, by rule: bounded; who has not been heard of for long is forgotten. A message that comes
 * again under its key counts once. Thread-safe.
 */
final class Tallies {
    /** What a ring costs beside its times, in times: about 300 bytes, at 16 for a time. */
    private static final int RING = 20;

    private static final long MOST_WEIGHT = 1_000_000; // about 16 MB

    private final Cache<Key, Ring> rings;

    /** Of what is written now. */
    Tallies() {
        this(Ticker.systemTicker(), Trigger.LONGEST);
    }

    /** Of what was written at the times that a clock gives. @param kept how long */
    Tallies(Ticker clock, Duration kept) {
        rings = Caffeine.newBuilder()
                .maximumWeight(MOST_WEIGHT)
                .weigher((Key key, Ring ring) -> ring.times.length + RING)
                .ticker(clock)
                .expireAfterAccess(kept)
                .build();
    }

    /**
     * @param rule its id
     * @param times that are asked about: another number is another count
     * @param text what is counted: one text, or 0 for any
     */
    record Key(String rule, int times, UserId by, long text) {}

    private static final class Ring {
        private final long[] times;
        private final long[] messages;
        private int next;

        Ring(int size) {
            times = new long[size];
            messages = new long[size];
            Arrays.fill(times, Long.MIN_VALUE);
        }

        synchronized boolean reached(long atMillis, long message, long withinMillis) {
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
    boolean reached(Key key, long atMillis, long message, Duration within) {
        return rings.get(key, k -> new Ring(k.times())).reached(atMillis, message, within.toMillis());
    }

    /** How many people, or texts of theirs, are counted. */
    long size() {
        rings.cleanUp();
        return rings.estimatedSize();
    }
}
