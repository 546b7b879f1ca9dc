package io.confab.kernel;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClockworkTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final Clockwork clock = new Clockwork("confab-test-clock");
    private final AtomicInteger rounds = new AtomicInteger();

    @AfterEach
    void stop() {
        clock.stop();
    }

    @Test
    void neitherAnExceptionNorAnErrorEndsTheRoundsOrThoseOfOthers() {
        clock.every(SHORT, () -> {
            rounds.incrementAndGet();
            throw new IllegalStateException("each time");
        });
        clock.after(SHORT, () -> {
            throw new AssertionError("once");
        });
        var others = new AtomicInteger();
        clock.every(SHORT, () -> {
            others.incrementAndGet();
            throw new StackOverflowError("each time");
        });

        await().until(() -> rounds.get() > 2 && others.get() > 2);
    }

    @Test
    void whatIsEndedOrComesAfterTheStopIsNotDone() {
        Runnable end = clock.every(SHORT, rounds::incrementAndGet);
        await().until(() -> rounds.get() > 0);
        end.run();
        var after = new AtomicInteger();
        clock.after(SHORT, after::incrementAndGet);
        await().until(() -> after.get() == 1); // on the same thread, so no round is under way
        int ended = rounds.get();
        clock.after(Duration.ofMillis(20), rounds::incrementAndGet);
        clock.stop();
        clock.after(Duration.ZERO, rounds::incrementAndGet);

        await().during(Duration.ofMillis(40)).until(() -> rounds.get() == ended);
    }
}
