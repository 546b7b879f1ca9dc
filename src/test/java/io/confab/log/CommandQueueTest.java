package io.confab.log;

import static io.confab.log.LogFixture.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.Daemon;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CommandQueueTest {
    private final LogMetrics metrics = new LogMetrics();
    private final CommandQueue queue =
            new CommandQueue(LogSettings.from(new Configuration(key -> Optional.empty())), metrics);

    private static Pending command(String cid, long deadlineNanos) {
        var submission =
                new RoomLog.Submission(new UserId("u_1"), new SignInId("s_1"), new RoomId("r_1"), post("hello"), cid);
        return new Pending.InRoom(submission, cid, deadlineNanos);
    }

    @Test
    void aCommandIsUnansweredFromItsOfferUntilItIsAnsweredOrItsTimeIsOver() throws InterruptedException {
        queue.offer(command("a", Long.MAX_VALUE));
        queue.offer(command("b", Long.MAX_VALUE));
        queue.offer(command("late", System.nanoTime() - 1));
        assertThat(metrics.unanswered()).isEqualTo(3);

        assertThat(queue.expired(System.nanoTime())).hasSize(1);
        List<Pending> batch = queue.take(10);
        assertThat(metrics.unanswered()).isEqualTo(2);
        queue.putBack(batch.subList(1, 2));
        queue.answered(1);
        assertThat(metrics.unanswered()).isEqualTo(1);
        assertThat(queue.take(10)).isEqualTo(batch.subList(1, 2));
        queue.answered(1);
        assertThat(metrics.unanswered()).isZero();
    }

    /** Else a drain could end with a batch in hand. */
    @Test
    void aCommandOnItsWayFromQueueToWriterAndBackIsUnansweredAllTheTime() throws InterruptedException {
        queue.offer(command("a", Long.MAX_VALUE));
        var looked = new AtomicBoolean();
        Thread writer = Daemon.named("writer").newThread(() -> {
            try {
                while (!looked.get()) {
                    queue.putBack(queue.take(1));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        writer.start();
        long zeros = 0;
        for (int i = 0; i < 2_000_000; i++) {
            zeros += metrics.unanswered() == 0 ? 1 : 0;
        }
        looked.set(true);
        writer.join();

        assertThat(zeros).isZero();
    }
}
