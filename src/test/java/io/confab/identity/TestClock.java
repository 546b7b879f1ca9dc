package io.confab.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test moves; begins at the real time, because the database has its own. */
public final class TestClock extends Clock {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    public void advance(Duration by) {
        now.updateAndGet(before -> before.plus(by));
    }

    /** Forwards or back. */
    public void set(Instant moment) {
        now.set(moment);
    }

    /** The same moment as a clock that only goes forward has it. */
    long nanos() {
        return Math.multiplyExact(millis(), 1_000_000L);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
