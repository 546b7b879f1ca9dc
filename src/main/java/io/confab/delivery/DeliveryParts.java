package io.confab.delivery;

import io.confab.kernel.Configuration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the settings of delivery injectable. */
@ApplicationScoped
public class DeliveryParts {
    @Produces
    @Singleton
    DeliverySettings settings(Configuration configuration) {
        return DeliverySettings.from(configuration);
    }
}
