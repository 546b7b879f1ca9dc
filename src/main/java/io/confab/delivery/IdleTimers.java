package io.confab.delivery;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The server's scheduler, but for timers of idle sockets that would never fire: those cost nothing. */
final class IdleTimers extends AbstractExecutorService implements ScheduledExecutorService {
    private static final String IDLE_TIMER = "IdleTimeoutCommand";

    private final ScheduledExecutorService managed;
    private final DeliveryMetrics metrics;
    private final Skipped skipped = new Skipped();

    IdleTimers(ScheduledExecutorService managed, DeliveryMetrics metrics) {
        this.managed = managed;
        this.metrics = metrics;
    }

    private static final class Skipped extends FutureTask<Object> implements ScheduledFuture<Object> {
        Skipped() {
            super(() -> true);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return true; // shared by all, and never begins
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (delay <= 0 && task.getClass().getSimpleName().equals(IDLE_TIMER)) {
            metrics.idleTimerSkipped();
            return skipped;
        }
        return managed.schedule(task, delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return managed.schedule(task, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        return managed.scheduleAtFixedRate(task, first, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        return managed.scheduleWithFixedDelay(task, first, delay, unit);
    }

    @Override
    public void execute(Runnable task) {
        managed.execute(task);
    }

    @Override
    public void shutdown() {
        managed.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return managed.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return managed.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return managed.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return managed.awaitTermination(timeout, unit);
    }
}
