package io.confab.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.Connections;
import io.confab.delivery.DeliveryMetrics;
import io.confab.delivery.DeliverySettings;
import io.confab.delivery.Lanes;
import io.confab.delivery.Reads;
import io.confab.kernel.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A node without sockets; what becomes of sockets: {@code DepartureTest}, {@code StormIT}. */
class DrainTest {
    private final AtomicLong unanswered = new AtomicLong();

    private Drain drain(Duration time, Duration notice) {
        var delivery = DeliverySettings.from(new Configuration(key -> Optional.empty()));
        var sockets = new Connections(
                delivery,
                new DeliveryMetrics(),
                new Lanes(delivery),
                null, // nobody connects
                new Reads(delivery),
                null,
                Clock.systemUTC());
        var settings = new DrainSettings(time, notice, 100, Duration.ofMillis(50), Duration.ofMillis(100));
        return new Drain(settings, sockets, unanswered::get, Duration.ZERO);
    }

    /** Calls over HTTP come from the same balancers. */
    @Test
    void balancersGetTheirNoticeThoughThereIsNoSocket() {
        Drain drain = drain(Duration.ofSeconds(25), Duration.ofMillis(300));
        long begun = System.nanoTime();

        drain.begin();
        assertThat(drain.begun()).isTrue();
        await().pollInterval(Duration.ofMillis(5)).until(drain::over);

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    }

    @Test
    void whatTheLogHasTakenIsWaitedFor() {
        unanswered.set(1);
        Drain drain = drain(Duration.ofSeconds(25), Duration.ZERO);

        drain.begin();
        await().during(Duration.ofMillis(200)).until(() -> !drain.over());
        unanswered.set(0);

        await().until(drain::over);
    }

    @Test
    void whatTheLogCannotAnswerIsWaitedForNoLongerThanTheTimeOfTheDrain() {
        unanswered.set(1);
        Drain drain = drain(Duration.ofMillis(200), Duration.ZERO);

        drain.begin();

        await().atMost(Duration.ofSeconds(5)).until(drain::over);
    }

    @Test
    void aDrainWithoutTimeIsOverAtOnce() {
        Drain drain = drain(Duration.ZERO, Duration.ofMinutes(1));

        drain.begin();

        await().atMost(Duration.ofSeconds(5)).until(drain::over);
    }

    @Test
    void calledOffTheNodeStaysAndCanBeDrainedAgain() {
        unanswered.set(1);
        Drain drain = drain(Duration.ofSeconds(25), Duration.ZERO);
        drain.begin();

        assertThat(drain.callOff()).isTrue();
        assertThat(drain.begun()).isFalse();
        assertThat(drain.over()).isFalse();
        assertThat(drain.callOff()).isFalse();

        unanswered.set(0);
        drain.begin();
        await().until(drain::over);
        assertThat(drain.callOff()).isTrue();
        assertThat(drain.begun()).isFalse();
    }

    @Test
    void aProcessThatIsToEndDoesNotCallItOff() {
        unanswered.set(1);
        Drain drain = drain(Duration.ofSeconds(25), Duration.ZERO);
        var ended = new AtomicBoolean();
        drain.begin();

        drain.stopping(() -> ended.set(true));
        assertThat(drain.callOff()).isFalse();
        unanswered.set(0);

        await().untilTrue(ended);
        assertThat(drain.begun()).isTrue();
    }

    /** Its thread ends, and nothing of it is left to end the process by. */
    @Test
    void aProcessThatIsToldToEndAfterADrainWasCalledOffDrainsAnew() {
        unanswered.set(1);
        Drain drain = drain(Duration.ofSeconds(25), Duration.ZERO);
        var ended = new AtomicBoolean();
        drain.begin();
        drain.callOff();

        drain.stopping(() -> ended.set(true));
        await().during(Duration.ofMillis(100)).until(() -> !ended.get());
        unanswered.set(0);

        await().untilTrue(ended);
    }
}
