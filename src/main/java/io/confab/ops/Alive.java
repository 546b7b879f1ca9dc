package io.confab.ops;

import io.confab.kernel.KeepsThreads;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Down only when nothing but a restart helps: a thread that nobody replaces has died, or threads hold each other for ever.
 * Whatever is away (database, broker) comes back by itself and is a matter of readiness.
 */
@Liveness
@Singleton
public class Alive implements HealthCheck {
    private final Iterable<KeepsThreads> keepers;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Inject
    public Alive(@Any Instance<KeepsThreads> keepers) {
        this((Iterable<KeepsThreads>) keepers);
    }

    Alive(Iterable<KeepsThreads> keepers) {
        this.keepers = keepers;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> dead = dead();
        List<String> locked = deadlocked();
        var response = HealthCheckResponse.named("threads").status(dead.isEmpty() && locked.isEmpty());
        if (!dead.isEmpty()) {
            response.withData("dead", String.join(", ", dead));
        }
        if (!locked.isEmpty()) {
            response.withData("deadlocked", String.join(", ", locked));
        }
        return response.build();
    }

    /** Those that ended, or died. */
    List<String> dead() {
        var dead = new ArrayList<String>();
        for (KeepsThreads keeper : keepers) {
            for (Thread thread : keeper.threads()) {
                if (thread.getState() == Thread.State.TERMINATED) {
                    dead.add(thread.getName());
                }
            }
        }
        return dead;
    }

    List<String> deadlocked() {
        long[] ids = threads.findDeadlockedThreads();
        return ids == null
                ? List.of()
                : Stream.of(threads.getThreadInfo(ids))
                        .map(ThreadInfo::getThreadName)
                        .toList();
    }
}
