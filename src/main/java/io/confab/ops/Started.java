package io.confab.ops;

import io.confab.kernel.KeepsThreads;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Up once the database is migrated and open and every long-lived thread has begun; it does not go back. */
@Startup
@Singleton
public class Started implements HealthCheck {
    private final Iterable<KeepsThreads> keepers;

    @Inject
    public Started(@Any Instance<KeepsThreads> keepers) {
        this((Iterable<KeepsThreads>) keepers);
    }

    Started(Iterable<KeepsThreads> keepers) {
        this.keepers = keepers;
    }

    @Override
    public HealthCheckResponse call() {
        boolean begun = true;
        for (KeepsThreads keeper : keepers) {
            begun &= keeper.threads().stream().noneMatch(thread -> thread.getState() == Thread.State.NEW);
        }
        return HealthCheckResponse.named("started").status(begun).build();
    }
}
