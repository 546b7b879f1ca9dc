package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TyrusGuardTest {
    private final ScheduledExecutorService managed = Executors.newSingleThreadScheduledExecutor();
    private final DeliveryMetrics metrics = new DeliveryMetrics();
    private final TyrusGuard guard = new TyrusGuard(metrics);

    @AfterEach
    void stop() {
        managed.shutdownNow();
    }

    /** As Tyrus names it. */
    private static class BaseContainer {
        private final ScheduledExecutorService managedScheduledExecutorService;

        BaseContainer(ScheduledExecutorService managed) {
            this.managedScheduledExecutorService = managed;
        }

        ScheduledExecutorService scheduler() {
            return managedScheduledExecutorService;
        }
    }

    private static final class ServerContainer extends BaseContainer {
        ServerContainer(ScheduledExecutorService managed) {
            super(managed);
        }
    }

    private static final class IdleTimeoutCommand implements Runnable {
        @Override
        public void run() {
            throw new AssertionError("an idle timer that is off must not run");
        }
    }

    @Test
    void idleTimersThatAreOffAreSkippedAndCounted() {
        var container = new ServerContainer(managed);
        boolean installed = guard.install(container, BaseContainer.class.getName());

        ScheduledFuture<?> timer = container.scheduler().schedule(new IdleTimeoutCommand(), 0, TimeUnit.MILLISECONDS);
        boolean cancelled = timer.cancel(true);

        assertThat(installed).isTrue();
        assertThat(cancelled).isTrue();
        assertThat(metrics.idleTimersSkippedCount()).isEqualTo(1);
    }

    @Test
    void everythingElseStillRuns() throws Exception {
        var container = new ServerContainer(managed);
        guard.install(container, BaseContainer.class.getName());

        String ran = container
                .scheduler()
                .schedule(() -> "ran", 1, TimeUnit.MILLISECONDS)
                .get(5, TimeUnit.SECONDS);
        ScheduledFuture<?> timer = container.scheduler().schedule(new IdleTimeoutCommand(), 1, TimeUnit.HOURS);

        assertThat(ran).isEqualTo("ran");
        assertThat(timer.isDone()).isFalse();
        assertThat(metrics.idleTimersSkippedCount()).isZero();
    }

    @Test
    void installingTwiceIsInstallingOnce() {
        var container = new ServerContainer(managed);
        guard.install(container, BaseContainer.class.getName());
        ScheduledExecutorService first = container.scheduler();

        assertThat(guard.install(container, BaseContainer.class.getName())).isTrue();
        assertThat(container.scheduler()).isSameAs(first);
    }

    @Test
    void anotherContainerIsLeftAlone() {
        assertThat(guard.install(new Object(), BaseContainer.class.getName())).isFalse();
        assertThat(guard.install(new ServerContainer(managed), "org.glassfish.tyrus.core.BaseContainer"))
                .isFalse();
    }
}
