package io.confab.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Slows down attempts by key: some are free, then the wait after each doubles from one second to a maximum. An attempt
 * counts when it begins, so that a thousand at once gain nothing; one that turns out right is taken back. Attempts made
 * while waiting are refused and do not count, so nobody is locked out by being tried against. One attempt is forgotten in
 * each two longest waits: whoever goes on keeps to the longest wait, and slips of a day do not add up. Bounded; thread-safe.
 */
final class Throttle {
    private static final int MAX_DOUBLINGS = 30;

    private final Cache<String, Attempts> attempts;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final LongSupplier nanos;
    private final long startNanos;
    private final int free;
    private final Duration maxWait;

    /** @param nanos a clock that only goes forward: one that is set would lengthen waits, or end them */
    Throttle(LoginSettings settings, LongSupplier nanos, int free, Duration maxWait) {
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.free = free;
        this.maxWait = maxWait;
        this.attempts = Caffeine.newBuilder()
                .maximumSize(settings.remembered())
                .expireAfterWrite(settings.forgottenAfter())
                .ticker(nanos::getAsLong)
                .build();
    }

    /**
     * @param countedMillis up to when old attempts have been forgotten
     * @param lastMillis when the last one was made that has to be waited after
     * @param waitMillis how long
     */
    private record Attempts(int counted, long countedMillis, long lastMillis, long waitMillis) {
        /** As many fewer as whole spans have passed. */
        Attempts fadedBy(long now, long spanMillis) {
            int faded = (int) Math.min(counted, Math.max(0, now - countedMillis) / spanMillis);
            return faded == 0
                    ? this
                    : new Attempts(counted - faded, countedMillis + faded * spanMillis, lastMillis, waitMillis);
        }

        long notBefore(Duration most) {
            return lastMillis + Math.min(waitMillis, most.toMillis());
        }
    }

    /** Counts an attempt, or says how long the next one must wait. */
    Optional<Duration> attempt(String key) {
        return attempt(key, maxWait);
    }

    /** The same for somebody who waits no longer than this, whatever others must. */
    Optional<Duration> attempt(String key, Duration most) {
        long now = (nanos.getAsLong() - startNanos) / 1_000_000;
        Duration[] refused = new Duration[1];
        attempts.asMap().compute(key, (k, before) -> {
            if (before != null && now < before.notBefore(most)) {
                refused[0] = Duration.ofMillis(before.notBefore(most) - now);
                return before;
            }
            var faded = before == null ? new Attempts(0, now, NEVER, 0) : before.fadedBy(now, 2 * maxWait.toMillis());
            int counted = faded.counted() + 1;
            long since = faded.counted() == 0 ? now : faded.countedMillis();
            long wait = waitAfter(counted).toMillis();
            // none, not "until now": an attempt beside this one may have read the clock a moment earlier
            return new Attempts(counted, since, wait == 0 ? NEVER : now, wait);
        });
        return Optional.ofNullable(refused[0]);
    }

    Duration maxWait() {
        return maxWait;
    }

    /** Takes one attempt back: it was right, or was not made. */
    void forgive(String key) {
        attempts.asMap()
                .computeIfPresent(
                        key,
                        (k, a) -> a.counted() <= 1 ? null : new Attempts(a.counted() - 1, a.countedMillis(), NEVER, 0));
    }

    /** Forgets all attempts of the key. */
    void forget(String key) {
        attempts.invalidate(key);
    }

    private Duration waitAfter(int counted) {
        if (counted < free) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ofSeconds(1L << Math.min(counted - free, MAX_DOUBLINGS));
        return wait.compareTo(maxWait) < 0 ? wait : maxWait;
    }
}
