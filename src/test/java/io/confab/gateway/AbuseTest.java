package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AbuseTest {
    private static final int LIMIT = 6;

    private final FakeTime time = new FakeTime();
    private final Abuse abuse = new Abuse(LIMIT, time);

    private long tooMany(int times) {
        return IntStream.range(0, times).filter(i -> abuse.again()).count();
    }

    @Test
    void asManyAsTheLimitAreBorneAndTheNextIsOneTooMany() {
        assertThat(tooMany(LIMIT)).isZero();
        assertThat(abuse.again()).isTrue();
    }

    @Test
    void patienceComesBackOverAMinuteAndNoFaster() {
        tooMany(LIMIT);
        time.pass(Duration.ofSeconds(10).minusMillis(1));
        assertThat(abuse.again()).isTrue();

        time.pass(Duration.ofMillis(1));
        assertThat(abuse.again()).isFalse();
        assertThat(abuse.again()).isTrue();

        time.pass(Duration.ofMinutes(1));
        assertThat(tooMany(LIMIT)).isZero();
        assertThat(abuse.again()).isTrue();
    }
}
