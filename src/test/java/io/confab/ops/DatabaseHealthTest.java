package io.confab.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Daemon;
import io.confab.store.Failures;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DatabaseHealthTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicReference<Runnable> database = new AtomicReference<>(() -> {});
    private final DatabaseHealth health = new DatabaseHealth(
            () -> {
                looks.incrementAndGet();
                database.get().run();
            },
            PATIENCE,
            nanos::get);

    @Test
    void aNodeIsNotReadyBeforeTheFirstLook() {
        assertThat(health.isUp()).isFalse();

        health.look();

        assertThat(health.isUp()).isTrue();
    }

    @Test
    void aThousandProbesAreToldWhatOneLookSaw() {
        health.look();
        for (int i = 0; i < 1_000; i++) {
            assertThat(health.isUp()).isTrue();
        }
        assertThat(looks).hasValue(1);
    }

    @Test
    void aLookThatFailsMakesTheNodeUnreadyUntilOneSucceeds() {
        health.look();
        database.set(() -> {
            throw Failures.unavailable();
        });
        health.look();
        assertThat(health.isUp()).isFalse();

        database.set(() -> {});
        health.look();
        assertThat(health.isUp()).isTrue();
    }

    /** All nodes have the same slow database: sent nowhere, people would be worse off. */
    @Test
    void aLookThatTakesLongMakesTheNodeUnreadyOnlyFromTheTimeOnThatASenderWaits() throws InterruptedException {
        health.look();
        var begun = new CountDownLatch(1);
        var answers = new CountDownLatch(1);
        database.set(() -> {
            begun.countDown();
            awaitQuietly(answers);
        });
        Thread look = Daemon.named("looks").newThread(health::look);
        look.start();
        begun.await();

        nanos.addAndGet(PATIENCE.toNanos());
        assertThat(health.isUp()).isTrue();
        nanos.addAndGet(1);
        assertThat(health.isUp()).isFalse();
        answers.countDown();
        look.join();
        assertThat(health.isUp()).isFalse();

        database.set(() -> {});
        health.look();
        assertThat(health.isUp()).isTrue();
    }

    /** Else it would be ready for the second between two of them, and not ready while each lasts. */
    @Test
    void betweenTwoLooksThatTakeTooLongTheNodeStaysUnready() {
        health.look();
        database.set(() -> nanos.addAndGet(PATIENCE.toNanos() + 1));
        health.look();
        assertThat(health.isUp()).isFalse();

        database.set(() -> nanos.addAndGet(PATIENCE.toNanos()));
        health.look();
        assertThat(health.isUp()).isTrue();
    }

    @Test
    void howeverShortCommandsMayWaitALookMayTakeTwoSeconds() {
        var hasty = new DatabaseHealth(() -> database.get().run(), Duration.ofMillis(100), nanos::get);
        database.set(() -> nanos.addAndGet(Duration.ofSeconds(2).toNanos()));
        hasty.look();
        assertThat(hasty.isUp()).isTrue();

        database.set(() -> nanos.addAndGet(Duration.ofSeconds(2).toNanos() + 1));
        hasty.look();
        assertThat(hasty.isUp()).isFalse();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void howLongTheLastLookTookIsKnownAndWhileOneHangsHowLongItHas() {
        database.set(() -> nanos.addAndGet(Duration.ofMillis(700).toNanos()));
        health.look();
        assertThat(health.lastLook()).isEqualTo(Duration.ofMillis(700));

        database.set(() -> {
            nanos.addAndGet(Duration.ofSeconds(3).toNanos());
            assertThat(health.lastLook()).isEqualTo(Duration.ofSeconds(3));
        });
        health.look();
        assertThat(health.lastLook()).isEqualTo(Duration.ofSeconds(3));
    }
}
