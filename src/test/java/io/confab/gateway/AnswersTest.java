package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Refusal;
import io.confab.log.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final Answer ANSWER = new Answer.Refused(new Refusal.Unavailable("full", Duration.ofSeconds(1)));
    private static final String NETWORK = "192.0.2.1";

    private final CallShares shares = new CallShares(1, 2);
    private final Answers answers = new Answers(shares);

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
    void whatWentWrongIsToldOnAThreadOfItsOwnAsWell() throws Exception {
        var fromLog = new CompletableFuture<Answer>();
        var told = answers.away(fromLog, answer -> "nothing")
                .handle((any, failure) -> Thread.currentThread().getName() + " " + failure.getMessage())
                .toCompletableFuture();

        onLogThread(() -> fromLog.completeExceptionally(new IllegalStateException("a fault")));

        assertThat(told.get(5, TimeUnit.SECONDS)).startsWith("confab-answer-").endsWith("a fault");
    }

    @Test
    void clientsThatDoNotReadHoldUpNobodyElsesAnswerAndNotTheLog() throws Exception {
        var unread = new CountDownLatch(1);
        for (int i = 0; i < 50; i++) {
            var first = new CompletableFuture<Answer>();
            var blocked = answers.away(first, answer -> awaited(unread)).toCompletableFuture();
            onLogThread(() -> first.complete(ANSWER)); // returns, though nobody reads yet
            assertThat(blocked).isNotDone();
        }
        var other = new CompletableFuture<Answer>();
        var behind = answers.away(other, answer -> true).toCompletableFuture();

        onLogThread(() -> other.complete(ANSWER));

        assertThat(behind.get(5, TimeUnit.SECONDS)).isTrue();
        unread.countDown();
    }

    @Test
    void aCallKeepsItsShareUntilItsClientHasTakenTheAnswer() throws Exception {
        var fromLog = new CompletableFuture<Answer>();
        var unread = new CountDownLatch(1);
        var writing = new CountDownLatch(1);
        var answered = new AtomicReference<CompletionStage<String>>();
        assertThat(shares.serve(NETWORK, () -> {
                    answered.set(answers.away(fromLog, answer -> "stored"));
                    answered.get().thenRun(() -> {
                        writing.countDown();
                        awaited(unread);
                    });
                }))
                .isTrue();

        assertThat(shares.serve(NETWORK, () -> {})).isFalse(); // the log has not answered
        onLogThread(() -> fromLog.complete(ANSWER));
        assertThat(awaited(writing)).isTrue();
        assertThat(shares.serve(NETWORK, () -> {})).isFalse();

        unread.countDown();
        await().atMost(Duration.ofSeconds(5)).until(() -> shares.serve(NETWORK, () -> {}));
    }

    /** The machine may have none left. */
    @Test
    void aCallWhoseAnswerGetsNoThreadEndsAndGivesItsShareBack() throws Exception {
        var fromLog = new CompletableFuture<Answer>();
        var none = new Answers(shares, task -> {
            throw new AssertionError("no thread");
        });
        var answered = new AtomicReference<CompletionStage<String>>();
        assertThat(shares.serve(NETWORK, () -> answered.set(none.away(fromLog, answer -> "stored"))))
                .isTrue();
        assertThat(shares.serve(NETWORK, () -> {})).isFalse();

        fromLog.complete(ANSWER);

        assertThat(answered.get().toCompletableFuture()).isCompletedExceptionally();
        assertThat(shares.serve(NETWORK, () -> {})).isTrue();
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
