package io.confab.gateway;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** How much a client may go on after it was refused: {@code limit} times a minute. For one connection. */
final class Abuse {
    private final Bucket patience;

    Abuse(int limit) {
        this(limit, TimeMeter.SYSTEM_NANOTIME);
    }

    Abuse(int limit, TimeMeter time) {
        this.patience = Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(bucket -> bucket.capacity(limit).refillGreedy(limit, Duration.ofMinutes(1)))
                .build();
    }

    /** Counts one more; true when it was one too many. */
    boolean again() {
        return !patience.tryConsume(1);
    }
}
