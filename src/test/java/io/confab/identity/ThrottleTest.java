package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final TestClock clock = new TestClock();
    private final Throttle throttle = new Throttle(
            LoginSettings.from(new Configuration(key -> Optional.empty())), clock::nanos, 3, Duration.ofSeconds(10));

    @Test
    void waitDoublesAfterTheFreeAttemptsUpToItsMaximum() {
        for (int i = 0; i < 3; i++) {
            assertThat(throttle.attempt("ann")).isEmpty();
        }

        for (int expected : new int[] {1, 2, 4, 8, 10, 10}) {
            Duration wait = throttle.attempt("ann").orElseThrow();
            assertThat(wait).isEqualTo(Duration.ofSeconds(expected));
            clock.advance(wait);
            assertThat(throttle.attempt("ann")).isEmpty();
        }
    }

    @Test
    void slipsOfADayDoNotAddUp() {
        for (int hour = 0; hour < 24; hour++) {
            assertThat(throttle.attempt("office")).isEmpty();
            assertThat(throttle.attempt("office")).isEmpty();
            clock.advance(Duration.ofMinutes(50)); // never an hour without one: it is not forgotten as a whole
        }
    }

    @Test
    void whoeverGoesOnKeepsToTheLongestWait() {
        for (int i = 0; i < 8; i++) {
            throttle.attempt("mallory").ifPresent(clock::advance);
        }
        int attempts = 0;
        for (int seconds = 0; seconds < 600; seconds++) {
            clock.advance(Duration.ofSeconds(1));
            attempts += throttle.attempt("mallory").isEmpty() ? 1 : 0;
        }

        assertThat(attempts).isBetween(50, 62); // ten seconds each
    }

    @Test
    void attemptWhileWaitingDoesNotCount() {
        for (int i = 0; i < 3; i++) {
            throttle.attempt("ann");
        }
        for (int i = 0; i < 100; i++) {
            throttle.attempt("ann");
        }

        assertThat(throttle.attempt("ann")).contains(Duration.ofSeconds(1));
    }

    @Test
    void attemptsCountWhenTheyBeginAndRightOnesAreTakenBack() {
        for (int i = 0; i < 50; i++) {
            assertThat(throttle.attempt("office")).isEmpty();
            throttle.forgive("office");
        }

        assertThat(throttle.attempt("office")).isEmpty();
    }

    @Test
    void freeAttemptsAtOnceDoNotWaitForOneAnother() {
        assertThat(throttle.attempt("office")).isEmpty();
        clock.advance(Duration.ofMillis(-4)); // a second thread had read the clock before the first one counted

        assertThat(throttle.attempt("office")).isEmpty();
    }

    @Test
    void whoMayWaitLessDoes() {
        for (int i = 0; i < 3; i++) {
            throttle.attempt("ann");
        }
        for (int i = 0; i < 3; i++) {
            clock.advance(throttle.attempt("ann").orElseThrow());
            assertThat(throttle.attempt("ann")).isEmpty();
        }
        var most = Duration.ofSeconds(2);

        assertThat(throttle.attempt("ann", most)).contains(most);
        clock.advance(most);
        assertThat(throttle.attempt("ann")).isPresent();
        assertThat(throttle.attempt("ann", most)).isEmpty();
    }

    @Test
    void keysDoNotDisturbEachOther() {
        for (int i = 0; i < 10; i++) {
            throttle.attempt("mallory");
        }

        assertThat(throttle.attempt("ann")).isEmpty();
    }

    @Test
    void allIsForgottenAfterAWhile() {
        for (int i = 0; i < 10; i++) {
            throttle.attempt("ann");
        }
        clock.advance(Duration.ofHours(1).plusSeconds(1));

        assertThat(throttle.attempt("ann")).isEmpty();
        assertThat(throttle.attempt("ann")).isEmpty();
    }
}
