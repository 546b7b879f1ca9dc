package io.confab.gateway;

import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Makes the {@link Intake} of each new socket. Thread-safe. */
@Singleton
public class Intakes {
    private final WireLimits wire;
    private final RateLimits limits;

    @Inject
    public Intakes(WireLimits wire, RateLimits limits) {
        this.wire = wire;
        this.limits = limits;
    }

    Intake fresh() {
        return new Intake(new FrameMeter(wire.maxFrameBytes(), limits.forControlFrames(), System::nanoTime));
    }
}
