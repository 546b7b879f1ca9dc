package io.confab.delivery;

import io.confab.kernel.Clockwork;
import io.confab.kernel.Daemon;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The few threads that read the log for delivery, and the one that waits for moments. Reads block here so that lanes,
 * writers and listeners never do. When too many reads wait, or one cannot be taken for any other reason, it is put off,
 * never dropped: whoever asked waits for its end.
 */
@Singleton
public class Reads {
    private static final int WAITING_READS = 1_024;
    private static final Duration PUT_OFF = Duration.ofMillis(200);

    private final ThreadPoolExecutor readers;
    private final Clockwork timer = new Clockwork("confab-delivery-timer");

    @Inject
    public Reads(DeliverySettings settings) {
        this(settings, Daemon.numbered("confab-replay-"));
    }

    Reads(DeliverySettings settings, ThreadFactory threads) {
        readers = new ThreadPoolExecutor(
                settings.replayThreads(),
                settings.replayThreads(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_READS),
                threads);
    }

    /** Takes all threads at once: when the machine has no more of them, reads go on. */
    void start(@Observes Startup startup) {
        readers.prestartAllCoreThreads();
    }

    /** Runs something that may block, soon, on another thread. */
    void read(Runnable read) {
        try {
            readers.execute(Clockwork.guarded("reads of delivery", read));
        } catch (RuntimeException | Error e) { // full, or no thread could be started
            if (!readers.isShutdown()) {
                later(PUT_OFF, () -> read(read));
            }
        }
    }

    /** Tells all of them something: the failure of one is its own. */
    <T> void each(Iterable<T> waiting, Consumer<T> tell) {
        waiting.forEach(one ->
                Clockwork.guarded("reads of delivery", () -> tell.accept(one)).run());
    }

    /** Runs something short that never blocks, after a while. */
    void later(Duration wait, Runnable task) {
        timer.after(wait, task);
    }

    /** Runs something short that never blocks again and again, with {@code pause} between. */
    void repeat(Duration pause, Runnable task) {
        timer.every(pause, task);
    }

    /** Reads whose turn has not come yet. */
    public int waiting() {
        return readers.getQueue().size();
    }

    @PreDestroy
    void stop() {
        timer.stop();
        readers.shutdownNow();
    }
}
