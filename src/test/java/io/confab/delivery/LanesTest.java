package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final AtomicLong nanos = new AtomicLong();
    private final Lanes lanes = new Lanes(
            DeliverySettings.from(new Configuration(key ->
                    Optional.ofNullable(Map.of("confab.delivery.threads", "1").get(key)))),
            nanos::get);

    @AfterEach
    void stop() {
        lanes.stop();
    }

    private Duration lagAfter(Duration time) {
        nanos.addAndGet(time.toNanos());
        return lanes.lag(PAUSE);
    }

    /** The only lane is busy until the latch opens. */
    private CountDownLatch busy() {
        var busy = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        new Lane.Work(lanes.of("any")) {
            @Override
            void turn() {
                busy.countDown();
                awaitOpen(over);
            }
        }.mark();
        awaitOpen(busy);
        return over;
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was marked before it has had its turn as well. */
    private void awaitTurns() {
        busy().countDown();
        await().until(() -> lanes.waiting() == 0);
    }

    @Test
    void nothingLagsBeforeTheStart() {
        assertThat(lagAfter(Duration.ofSeconds(20))).isZero();
        assertThat(lagAfter(Duration.ofSeconds(20))).isZero();
    }

    @Test
    void workLagsForAsLongAsItWaitsForItsTurnAndIsToldOnceMoreWhenItHadIt() {
        lanes.start();
        CountDownLatch over = busy();
        assertThat(lagAfter(PAUSE)).isZero();
        assertThat(lagAfter(PAUSE)).isEqualTo(PAUSE);
        assertThat(lagAfter(PAUSE)).isEqualTo(PAUSE.multipliedBy(2));
        over.countDown();
        awaitTurns();

        assertThat(lagAfter(PAUSE)).isEqualTo(PAUSE.multipliedBy(2));
        awaitTurns();
        assertThat(lagAfter(PAUSE)).isZero();
    }

    /** The process stood still, and with it whoever asks: in a collection, or since its machine was stopped. */
    @Test
    void timeInWhichTheWholeProcessStoodStillIsNoLag() {
        lanes.start();
        CountDownLatch over = busy();
        assertThat(lagAfter(PAUSE)).isZero();
        assertThat(lagAfter(Duration.ofMinutes(1))).isEqualTo(PAUSE);
        assertThat(lagAfter(PAUSE)).isEqualTo(PAUSE.multipliedBy(2));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        over.countDown();
        awaitTurns();

        assertThat(lanes.lag(PAUSE)).isLessThan(Duration.ofSeconds(1));
        awaitTurns();
        assertThat(lagAfter(PAUSE)).isZero();
    }
}
