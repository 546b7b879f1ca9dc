package io.confab.ops;

import io.confab.fanout.BrokerHealth;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Says how the broker stands. Never "not ready": while it is away, events reach other nodes through the database. */
@Readiness
@Singleton
public class BrokerReadiness implements HealthCheck {
    private final BrokerHealth broker;

    @Inject
    public BrokerReadiness(BrokerHealth broker) {
        this.broker = broker;
    }

    @Override
    public HealthCheckResponse call() {
        BrokerHealth.State state = broker.state();
        var response = HealthCheckResponse.named("broker")
                .up()
                .withData("broker", state.up() ? "up" : "down")
                .withData("since", state.since().toString());
        if (!state.up()) {
            response.withData("reason", state.reason());
        }
        return response.build();
    }
}
