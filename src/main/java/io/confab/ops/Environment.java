package io.confab.ops;

import io.confab.kernel.Configuration;
import io.confab.kernel.NodeId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.ConfigProvider;

/** What every bean may ask for: settings (MicroProfile Config) the clock, the node's name. */
@ApplicationScoped
public class Environment {
    /** Settings as MicroProfile Config has them. */
    public static Configuration settings() {
        // read through ConfigProvider: an injected @ConfigProperty gave the default instead of the file's value
        return new Configuration(key -> ConfigProvider.getConfig().getOptionalValue(key, String.class));
    }

    @Produces
    @Singleton
    Configuration configuration() {
        return settings();
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    NodeId node() {
        return NodeId.from(configuration());
    }
}
