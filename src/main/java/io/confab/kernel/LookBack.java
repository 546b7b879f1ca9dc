package io.confab.kernel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * From when on somebody looks who asks again and again what is new: from their last good round, and a margin before it for
 * what commits late and for clocks that differ. For one thread.
 */
public final class LookBack {
    private final Duration margin;
    private final Clock clock;
    private Instant good;

    public LookBack(Duration margin, Clock clock) {
        this.margin = margin;
        this.clock = clock;
        this.good = clock.instant();
    }

    public Instant since() {
        Instant now = clock.instant();
        return (good.isBefore(now) ? good : now).minus(margin); // a clock may be set back
    }

    /** A round that began then has told all there was. */
    public void toldAt(Instant began) {
        good = began;
    }
}
