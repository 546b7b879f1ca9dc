package io.confab.delivery;

import io.confab.kernel.Daemon;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The few threads that read the log for delivery, and the one that waits for moments. Reads block here so that lanes,
 * writers and listeners never do. When too many reads wait, a further one is put off, never dropped.
 */
@Singleton
public class Reads {
    private static final System.Logger LOG = System.getLogger(Reads.class.getName());
    private static final int WAITING_READS = 1_024;
    private static final Duration PUT_OFF = Duration.ofMillis(200);

    private final ThreadPoolExecutor readers;
    private final ScheduledThreadPoolExecutor timer;

    @Inject
    public Reads(DeliverySettings settings) {
        readers = new ThreadPoolExecutor(
                settings.replayThreads(),
                settings.replayThreads(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_READS),
                Daemon.numbered("confab-replay-"));
        readers.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, Daemon.named("confab-delivery-timer"));
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Runs something that may block, soon, on another thread. */
    void read(Runnable read) {
        try {
            readers.execute(guarded(read));
        } catch (RejectedExecutionException e) {
            if (!readers.isShutdown()) {
                later(PUT_OFF, () -> read(read));
            }
        }
    }

    /** Runs something short that never blocks, after a while. */
    @SuppressWarnings("FutureReturnValueIgnored") // guarded: it tells its failures itself
    void later(Duration wait, Runnable task) {
        if (!timer.isShutdown()) {
            timer.schedule(guarded(task), wait.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Runs something short that never blocks again and again, with {@code pause} between. */
    @SuppressWarnings("FutureReturnValueIgnored") // guarded: it tells its failures itself
    void repeat(Duration pause, Runnable task) {
        timer.scheduleWithFixedDelay(guarded(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Reads whose turn has not come yet. */
    public int waiting() {
        return readers.getQueue().size();
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
        readers.shutdownNow();
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) { // an Error would end a repeated task silently
                LOG.log(System.Logger.Level.ERROR, "a task of delivery failed; its thread goes on", e);
            }
        };
    }
}
