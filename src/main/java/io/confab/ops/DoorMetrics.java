package io.confab.ops;

import io.confab.kernel.Tally;
import io.confab.wire.ErrorCode;
import io.confab.wire.RateBucket;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Counts of what the doors turned away since the start. Thread-safe. */
@Singleton
public class DoorMetrics {
    private final Tally<RateBucket> limits = new Tally<>(RateBucket.class);
    private final Tally<ErrorCode> refusals = new Tally<>(ErrorCode.class);

    @Inject
    public DoorMetrics() {}

    /** A limit was met. */
    public void limited(RateBucket bucket) {
        limits.add(bucket);
    }

    /** Somebody was told this code, over a socket or HTTP. */
    public void refused(ErrorCode code) {
        refusals.add(code);
    }

    public long limitedCount(RateBucket bucket) {
        return limits.of(bucket);
    }

    public long refusedCount(ErrorCode code) {
        return refusals.of(code);
    }
}
