package io.confab.gateway;

import io.confab.kernel.Load;
import java.time.Duration;
import java.util.Set;

/** Gives up what a test says. */
record FakeLoad(Set<Kind> shed) implements Load {
    static final Duration WAIT = Duration.ofSeconds(7);

    @Override
    public boolean givesUp(Kind kind) {
        return shed.contains(kind);
    }

    @Override
    public boolean sheds(Kind kind) {
        return givesUp(kind);
    }

    @Override
    public Duration retryAfter() {
        return WAIT;
    }
}
