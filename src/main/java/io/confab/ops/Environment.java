package io.confab.ops;

import io.confab.kernel.Configuration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.ConfigProvider;

/** Where settings come from (MicroProfile Config; {@code start.SettingsCheck} reads them), and the clock of every bean. */
@ApplicationScoped
public class Environment {
    /** Settings as MicroProfile Config has them. */
    public static Configuration settings() {
        // read through ConfigProvider: an injected @ConfigProperty gave the default instead of the file's value
        return new Configuration(key -> ConfigProvider.getConfig().getOptionalValue(key, String.class));
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }
}
