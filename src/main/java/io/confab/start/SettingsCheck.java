package io.confab.start;

import io.confab.admin.ConsoleSettings;
import io.confab.badge.BadgeSettings;
import io.confab.delivery.DeliverySettings;
import io.confab.fanout.BrokerSettings;
import io.confab.gateway.GatewaySettings;
import io.confab.identity.IdentitySettings;
import io.confab.identity.LoginSettings;
import io.confab.identity.PasswordSettings;
import io.confab.identity.SignInSettings;
import io.confab.identity.TokenSettings;
import io.confab.kernel.Configuration;
import io.confab.kernel.NodeId;
import io.confab.log.LogSettings;
import io.confab.ops.Environment;
import io.confab.presence.PresenceSettings;
import io.confab.room.RoomRules;
import io.confab.store.StoreSettings;
import io.confab.wire.WireLimits;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Reads every setting before any bean is made, so before anything is opened: a wrong value stops the deployment with one
 * sentence ({@code Setting.Invalid}), however late it would have been asked for. A key that nobody asks for is most likely
 * a misspelt one, and is named in a warning. (A start-up event would be too late: the server makes the health checks, and
 * with them the database's pools, before it.)
 */
public class SettingsCheck implements Extension {
    private static final System.Logger LOG = System.getLogger(SettingsCheck.class.getName());
    private static final List<Consumer<Configuration>> FEATURES = List.of(
            NodeId::from,
            StoreSettings::from,
            BrokerSettings::from,
            IdentitySettings::from,
            LoginSettings::from,
            PasswordSettings::from,
            SignInSettings::from,
            TokenSettings::from,
            RoomRules::from,
            WireLimits::from,
            LogSettings::from,
            GatewaySettings::from,
            DeliverySettings::from,
            PresenceSettings::from,
            BadgeSettings::from,
            ConsoleSettings::from);

    void check(@Observes BeforeBeanDiscovery start) {
        Configuration settings = Environment.settings();
        read(settings);
        new UnknownSettings(settings.asked())
                .among(ConfigProvider.getConfig().getPropertyNames())
                .forEach(sentence -> LOG.log(Level.WARNING, sentence));
    }

    /** Asks for every setting there is; throws at the first wrong value. */
    public static void read(Configuration settings) {
        FEATURES.forEach(feature -> feature.accept(settings));
    }
}
