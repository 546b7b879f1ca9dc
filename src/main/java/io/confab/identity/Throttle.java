package io.confab.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Slows down attempts by key: some are free, then the wait after each doubles from one second to a maximum. An attempt
 * counts when it begins, so that a thousand at once gain nothing; one that turns out right is taken back. Attempts made
 * while waiting are refused and do not count, so nobody is locked out by being tried against. One attempt is forgotten in
 * each two longest waits: whoever goes on keeps to the longest wait, and slips of a day do not add up. Bounded; thread-safe.
 */
final class Throttle {
    private static final int MAX_DOUBLINGS = 30;

    private final Cache<String, Attempts> attempts;
    private final Clock clock;
    private final int free;
    private final Duration maxWait;

    Throttle(LoginSettings settings, Clock clock, int free, Duration maxWait) {
        this.clock = clock;
        this.free = free;
        this.maxWait = maxWait;
        this.attempts = Caffeine.newBuilder()
                .maximumSize(settings.remembered())
                .expireAfterWrite(settings.forgottenAfter())
                .ticker(() -> Math.multiplyExact(clock.millis(), 1_000_000L))
                .build();
    }

    /** @param countedMillis up to when old attempts have been forgotten */
    private record Attempts(int counted, long countedMillis, long notBeforeMillis) {
        /** As many fewer as whole spans have passed. */
        Attempts fadedBy(long now, long spanMillis) {
            int faded = (int) Math.min(counted, Math.max(0, now - countedMillis) / spanMillis);
            return faded == 0
                    ? this
                    : new Attempts(counted - faded, countedMillis + faded * spanMillis, notBeforeMillis);
        }
    }

    /** Counts an attempt, or says how long the next one must wait. */
    Optional<Duration> attempt(String key) {
        long now = clock.millis();
        Duration[] refused = new Duration[1];
        attempts.asMap().compute(key, (k, before) -> {
            if (before != null && now < before.notBeforeMillis()) {
                refused[0] = Duration.ofMillis(before.notBeforeMillis() - now);
                return before;
            }
            var faded = before == null ? new Attempts(0, now, 0) : before.fadedBy(now, 2 * maxWait.toMillis());
            int counted = faded.counted() + 1;
            long since = faded.counted() == 0 ? now : faded.countedMillis();
            long wait = waitAfter(counted).toMillis();
            // none, not "until now": an attempt beside this one may have read the clock a moment earlier
            return new Attempts(counted, since, wait == 0 ? 0 : now + wait);
        });
        return Optional.ofNullable(refused[0]);
    }

    /** Takes one attempt back: it was right, or was not made. */
    void forgive(String key) {
        attempts.asMap()
                .computeIfPresent(
                        key, (k, a) -> a.counted() <= 1 ? null : new Attempts(a.counted() - 1, a.countedMillis(), 0));
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
