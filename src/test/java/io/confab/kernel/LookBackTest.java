package io.confab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LookBackTest {
    private static final Duration MARGIN = Duration.ofSeconds(20);

    private final TestClock clock = new TestClock();
    private final LookBack lookBack = new LookBack(MARGIN, clock);

    @Test
    void whoCouldNotAskForAWhileLooksBackToTheirLastGoodRound() {
        Instant good = clock.instant();

        clock.advance(Duration.ofMinutes(3));

        assertThat(lookBack.since()).isEqualTo(good.minus(MARGIN));
        lookBack.toldAt(clock.instant());
        assertThat(lookBack.since()).isEqualTo(clock.instant().minus(MARGIN));
    }

    @Test
    void aClockThatIsSetBackHidesNothing() {
        clock.advance(Duration.ofMinutes(-3));

        assertThat(lookBack.since()).isEqualTo(clock.instant().minus(MARGIN));
    }
}
