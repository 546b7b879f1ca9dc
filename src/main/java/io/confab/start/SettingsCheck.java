package io.confab.start;

import io.confab.admin.ConsoleSettings;
import io.confab.badge.BadgeSettings;
import io.confab.delivery.DeliverySettings;
import io.confab.fanout.BrokerSettings;
import io.confab.gateway.AdmissionSettings;
import io.confab.gateway.FaultSettings;
import io.confab.gateway.GatewaySettings;
import io.confab.identity.IdentitySettings;
import io.confab.identity.LoginSettings;
import io.confab.identity.PasswordSettings;
import io.confab.identity.SecondFactorSettings;
import io.confab.identity.SignInSettings;
import io.confab.identity.TokenSettings;
import io.confab.kernel.Configuration;
import io.confab.kernel.NodeId;
import io.confab.kernel.Setting;
import io.confab.kernel.ShownSettings;
import io.confab.log.LogSettings;
import io.confab.moderation.ModerationSettings;
import io.confab.ops.DrainSettings;
import io.confab.ops.Environment;
import io.confab.ops.LoadSettings;
import io.confab.ops.RestoreSettings;
import io.confab.presence.PresenceSettings;
import io.confab.report.ReportSettings;
import io.confab.room.RoomRules;
import io.confab.rule.RuleSettings;
import io.confab.search.SearchSettings;
import io.confab.store.StoreSettings;
import io.confab.trace.TraceSettings;
import io.confab.wire.WireLimits;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.ConfigValue;

/**
 * Reads every setting before any bean is made, so before anything is opened: a wrong value stops the deployment with one
 * sentence ({@code Setting.Invalid}), however late it would have been asked for. What was read is what beans are given:
 * each {@code XSettings} record is injectable. A key that nobody asks for is most likely a misspelt one, and is named in a
 * warning. (A start-up event would be too late: the server makes the health checks, and with them the database's pools,
 * before it.)
 */
public class SettingsCheck implements Extension {
    private static final System.Logger LOG = System.getLogger(SettingsCheck.class.getName());
    private static final List<Feature<?>> FEATURES = List.of(
            new Feature<>(NodeId.class, NodeId::from),
            new Feature<>(StoreSettings.class, StoreSettings::from),
            new Feature<>(RestoreSettings.class, RestoreSettings::from),
            new Feature<>(BrokerSettings.class, BrokerSettings::from),
            new Feature<>(IdentitySettings.class, IdentitySettings::from),
            new Feature<>(LoginSettings.class, LoginSettings::from),
            new Feature<>(PasswordSettings.class, PasswordSettings::from),
            new Feature<>(SignInSettings.class, SignInSettings::from),
            new Feature<>(TokenSettings.class, TokenSettings::from),
            new Feature<>(SecondFactorSettings.class, SecondFactorSettings::from),
            new Feature<>(RoomRules.class, RoomRules::from),
            new Feature<>(WireLimits.class, WireLimits::from),
            new Feature<>(LogSettings.class, LogSettings::from),
            new Feature<>(GatewaySettings.class, GatewaySettings::from),
            new Feature<>(FaultSettings.class, FaultSettings::from),
            new Feature<>(AdmissionSettings.class, AdmissionSettings::from),
            new Feature<>(DrainSettings.class, DrainSettings::from),
            new Feature<>(LoadSettings.class, LoadSettings::from),
            new Feature<>(DeliverySettings.class, DeliverySettings::from),
            new Feature<>(PresenceSettings.class, PresenceSettings::from),
            new Feature<>(BadgeSettings.class, BadgeSettings::from),
            new Feature<>(ReportSettings.class, ReportSettings::from),
            new Feature<>(RuleSettings.class, RuleSettings::from),
            new Feature<>(TraceSettings.class, TraceSettings::from),
            new Feature<>(SearchSettings.class, SearchSettings::from),
            new Feature<>(ConsoleSettings.class, ConsoleSettings::from),
            new Feature<>(ModerationSettings.class, ModerationSettings::from));

    private final List<Read<?>> values = new ArrayList<>();
    private ShownSettings shown = new ShownSettings(List.of());

    /** A record of settings and how it is read. */
    private record Feature<T>(Class<T> type, Function<Configuration, T> from) {
        Read<T> read(Configuration settings) {
            return new Read<>(type, from.apply(settings));
        }
    }

    /** What was read at the start. */
    private record Read<T>(Class<T> type, T value) {
        void addTo(AfterBeanDiscovery beans) {
            beans.<T>addBean().types(type).scope(Singleton.class).createWith(context -> value);
        }
    }

    void check(@Observes BeforeBeanDiscovery start) {
        Configuration settings = Environment.settings();
        FEATURES.forEach(feature -> values.add(feature.read(settings)));
        shown = new ShownSettings(
                settings.asked().stream().map(SettingsCheck::shown).toList());
        new UnknownSettings(settings.asked())
                .among(ConfigProvider.getConfig().getPropertyNames())
                .forEach(sentence -> LOG.log(Level.WARNING, sentence));
    }

    private static ShownSettings.Shown shown(Setting setting) {
        ConfigValue found = ConfigProvider.getConfig().getConfigValue(setting.key());
        String source = String.valueOf(found.getSourceName()).replaceAll("(?<=[a-z])(?=[A-Z])", " ");
        return ShownSettings.Shown.of(setting, found.getValue(), source.toLowerCase(Locale.ROOT));
    }

    void give(@Observes AfterBeanDiscovery beans) {
        values.forEach(read -> read.addTo(beans));
        beans.<ShownSettings>addBean()
                .types(ShownSettings.class)
                .scope(Singleton.class)
                .createWith(context -> shown);
    }

    /** Asks for every setting there is; throws at the first wrong value. */
    public static void read(Configuration settings) {
        FEATURES.forEach(feature -> feature.read(settings));
    }
}
