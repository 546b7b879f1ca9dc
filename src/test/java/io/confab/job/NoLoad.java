package io.confab.job;

import io.confab.kernel.Load;
import java.time.Duration;

/** A node that has little to do. */
public final class NoLoad implements Load {
    @Override
    public boolean givesUp(Kind kind) {
        return false;
    }

    @Override
    public boolean sheds(Kind kind) {
        return false;
    }

    @Override
    public Duration retryAfter() {
        return Duration.ZERO;
    }
}
