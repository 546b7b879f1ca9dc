package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.Refusal;
import io.confab.log.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final Answer ANSWER = new Answer.Refused(new Refusal.Unavailable("full", Duration.ofSeconds(1)));

    private final Answers answers = new Answers(GatewaySettings.from(new Configuration(
            key -> Optional.ofNullable(Map.of("confab.http.answer-threads", "1").get(key)))));

    @AfterEach
    void stop() {
        answers.stop();
    }

    @Test
    void anAnswerIsMadeAndWrittenOnAThreadOfItsOwnAndNotOnTheLogs() throws Exception {
        var fromLog = new CompletableFuture<Answer>();
        var made = answers.away(fromLog, answer -> Thread.currentThread().getName());
        var written = made.thenApply(any -> Thread.currentThread().getName()).toCompletableFuture();

        onLogThread(() -> fromLog.complete(ANSWER));

        // in this order: who waits for the first may run the second itself
        assertThat(written.get(5, TimeUnit.SECONDS)).startsWith("confab-answer-");
        assertThat(made.toCompletableFuture().get(5, TimeUnit.SECONDS)).startsWith("confab-answer-");
    }

    @Test
    void aClientThatDoesNotReadHoldsUpOtherAnswersAndNotTheLog() throws Exception {
        var unread = new CountDownLatch(1);
        var first = new CompletableFuture<Answer>();
        var second = new CompletableFuture<Answer>();
        var blocked = answers.away(first, answer -> awaited(unread)).toCompletableFuture();
        var behind = answers.away(second, answer -> true).toCompletableFuture();

        onLogThread(() -> first.complete(ANSWER));
        onLogThread(() -> second.complete(ANSWER)); // both return, though nobody reads yet

        assertThat(blocked).isNotDone();
        unread.countDown();
        assertThat(blocked.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(behind.get(5, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void onLogThread(Runnable completion) throws Exception {
        try (var log = Executors.newSingleThreadExecutor(task -> new Thread(task, "confab-log-0"))) {
            log.submit(completion).get(5, TimeUnit.SECONDS);
        }
    }
}
