package io.confab.badge;

import io.confab.kernel.Configuration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the settings of badges injectable. */
@ApplicationScoped
public class BadgeParts {
    @Produces
    @Singleton
    BadgeSettings settings(Configuration configuration) {
        return BadgeSettings.from(configuration);
    }
}
