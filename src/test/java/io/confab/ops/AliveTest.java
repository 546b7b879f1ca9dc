package io.confab.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Daemon;
import io.confab.kernel.KeepsThreads;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class AliveTest {
    private static Alive over(Thread... threads) {
        KeepsThreads keeper = () -> List.of(threads);
        return new Alive(List.of(keeper));
    }

    @Test
    void aThreadThatDiedIsNamedAndThoseThatRunOrHaveNotBegunAreNot() throws InterruptedException {
        var end = new CountDownLatch(1);
        Thread dead = Daemon.named("dead").newThread(() -> {});
        Thread running = Daemon.named("running").newThread(() -> awaitQuietly(end));
        Thread begun = Daemon.named("not begun").newThread(() -> {});
        dead.start();
        running.start();
        dead.join();

        assertThat(over(dead, running, begun).dead()).containsExactly("dead");

        end.countDown();
    }

    @Test
    void threadsThatHoldEachOtherAreNamed() {
        var one = new ReentrantLock();
        var two = new ReentrantLock();
        var both = new CyclicBarrier(2);
        Thread first = Daemon.named("holds one").newThread(() -> crosswise(one, two, both));
        Thread second = Daemon.named("holds two").newThread(() -> crosswise(two, one, both));
        first.start();
        second.start();

        await().untilAsserted(() -> assertThat(over().deadlocked()).contains("holds one", "holds two"));

        first.interrupt();
        await().untilAsserted(() -> assertThat(over().deadlocked()).isEmpty());
    }

    private static void crosswise(ReentrantLock mine, ReentrantLock other, CyclicBarrier both) {
        mine.lock();
        try {
            both.await();
            other.lockInterruptibly();
            other.unlock();
        } catch (Exception e) {
            Thread.currentThread().interrupt();
        } finally {
            mine.unlock();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
