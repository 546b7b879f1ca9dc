package io.confab.kernel;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One named thread that does short things again and again, or once a while from now. Whatever such a thing throws is logged
 * and ends nothing: a scheduler by itself would drop it with all its later rounds, in silence. Thread-safe.
 */
public final class Clockwork {
    private static final System.Logger LOG = System.getLogger(Clockwork.class.getName());

    private final String name;
    private final ScheduledThreadPoolExecutor clock;

    /** @param name of the thread */
    public Clockwork(String name) {
        this.name = name;
        this.clock = new ScheduledThreadPoolExecutor(1, Daemon.named(name), new ThreadPoolExecutor.DiscardPolicy());
        clock.setRemoveOnCancelPolicy(true);
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Does it again and again, with {@code pause} before each time. @return ends that; may be left */
    public Runnable every(Duration pause, Runnable task) {
        long nanos = pause.toNanos();
        return ending(clock.scheduleWithFixedDelay(guarded(name, task), nanos, nanos, TimeUnit.NANOSECONDS));
    }

    /** Does it once, after a while. @return ends that; may be left */
    public Runnable after(Duration wait, Runnable task) {
        return ending(clock.schedule(guarded(name, task), wait.toNanos(), TimeUnit.NANOSECONDS));
    }

    private static Runnable ending(Future<?> task) {
        return () -> task.cancel(false);
    }

    /** What is being done is done to its end (an interrupt could close a file of the database), and nothing more is. */
    public void stop() {
        clock.shutdown();
    }

    /**
     * The same task, but what it throws is logged: the first time with all there is to say, then, as long as it goes on
     * failing, at DEBUG.
     *
     * @param what it belongs to, for the log
     */
    public static Runnable guarded(String what, Runnable task) {
        return new Guarded(what, task);
    }

    private static final class Guarded implements Runnable {
        private final String what;
        private final Runnable task;
        private volatile boolean failing;

        Guarded(String what, Runnable task) {
            this.what = what;
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.run();
                if (failing) {
                    failing = false;
                    LOG.log(Level.INFO, "{0}: a round succeeded again", what);
                }
            } catch (RuntimeException | Error e) {
                Level first = e instanceof Error ? Level.ERROR : Level.WARNING;
                LOG.log(failing ? Level.DEBUG : first, what + ": a task failed; its thread goes on", e);
                failing = true;
            }
        }
    }
}
