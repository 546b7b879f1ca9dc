package io.confab.ops;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready from the moment a drain has begun, so that balancers send nobody here. */
@Readiness
@Singleton
public class DrainReadiness implements HealthCheck {
    private final Drain drain;

    @Inject
    public DrainReadiness(Drain drain) {
        this.drain = drain;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("drain").status(!drain.begun());
        if (drain.begun()) {
            response.withData("reason", drain.over() ? "drained" : "draining").withData("sockets", drain.socketsLeft());
        }
        return response.build();
    }
}
