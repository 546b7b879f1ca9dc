package io.confab.fanout;

import io.confab.kernel.Ids;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * The one class that knows Artemis: a broker inside this process when no URL is set, and the factory of connections. What
 * is between nodes is never stored: no persistence, full addresses drop. Nobody is cut off as a slow consumer: the broker takes
 * healthy nodes for that when about as much comes as its threshold says (docs/adr/0053).
 */
final class BrokerConnector {
    private final BrokerSettings settings;
    private final String inVmId = new Ids().random().substring(0, 6);
    private Optional<EmbeddedActiveMQ> embedded = Optional.empty();

    BrokerConnector(BrokerSettings settings) {
        this.settings = settings;
    }

    /** Starts the broker inside, when it is to be inside and does not run yet. */
    void start() throws BrokerFailure {
        if (settings.url().isPresent() || embedded.isPresent()) {
            return;
        }
        var server = new EmbeddedActiveMQ();
        try {
            server.setConfiguration(configuration());
            server.start();
            embedded = Optional.of(server);
        } catch (Exception e) { // declared so by Artemis
            throw new BrokerFailure("the broker inside this process did not start", e);
        }
    }

    void stop() throws BrokerFailure {
        if (embedded.isPresent()) {
            try {
                embedded.get().stop();
            } catch (Exception e) { // declared so by Artemis
                throw new BrokerFailure("the broker inside this process did not stop", e);
            }
        }
    }

    /** Something the broker or its client could not do. */
    static final class BrokerFailure extends Exception {
        private static final long serialVersionUID = 1L;

        BrokerFailure(String message, Exception cause) {
            super(message, cause);
        }
    }

    /** One attempt each; trying again is {@link Broker}'s. A send never waits for credit. */
    ActiveMQConnectionFactory factory() {
        String url = withDefaults(settings.url().orElseGet(this::inVmUrl));
        return new ActiveMQConnectionFactory(
                url, settings.user().orElse(null), settings.password().orElse(null));
    }

    String inVmUrl() {
        return "vm://" + serverId();
    }

    private int serverId() {
        return inVmId.hashCode() & Integer.MAX_VALUE;
    }

    static String withDefaults(String url) {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("initialConnectAttempts", "1");
        defaults.put("reconnectAttempts", "0");
        defaults.put("callTimeout", "5000");
        defaults.put("callFailoverTimeout", "3000");
        defaults.put("connectionTTL", "10000");
        defaults.put("clientFailureCheckPeriod", "2000");
        defaults.put("producerWindowSize", "-1");
        defaults.put("blockOnNonDurableSend", "false");
        defaults.put("minLargeMessageSize", "1048576");
        var full = new StringBuilder(url);
        char separator = url.contains("?") ? '&' : '?';
        for (var entry : defaults.entrySet()) {
            if (!url.contains(entry.getKey() + "=")) {
                full.append(separator).append(entry.getKey()).append('=').append(entry.getValue());
                separator = '&';
            }
        }
        return full.toString();
    }

    private ConfigurationImpl configuration() throws Exception {
        var configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false);
        configuration.setSecurityEnabled(false);
        configuration.setJMXManagementEnabled(false);
        configuration.setMaxDiskUsage(-1); // else a disk that is 90 % full blocks producers of a broker without disk
        configuration.setGlobalMaxSize(settings.memoryBytes());
        configuration.addAcceptorConfiguration("in-vm", inVmUrl());
        for (String topic : Topics.all()) {
            configuration.addAddressConfiguration(
                    new CoreAddressConfiguration().setName(topic).addRoutingType(RoutingType.MULTICAST));
        }
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setAutoCreateAddresses(false)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP)
                        .setMaxSizeBytes(settings.memoryBytes() / 2));
        return configuration;
    }
}
