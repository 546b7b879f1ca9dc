package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** A real Artemis broker in a process of its own, on a free port of the loopback address; it can be killed and restarted. */
public final class BrokerProcess implements AutoCloseable {
    private final Path work = Folders.fresh("broker");
    private final int port = ChildProcess.freePort();
    private ChildProcess process;

    private BrokerProcess() {
        this.process = launch();
    }

    public static BrokerProcess start() {
        return new BrokerProcess();
    }

    private ChildProcess launch() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = List.of(
                java,
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                Integer.toString(port));
        var started = ChildProcess.start("artemis", command, work, work.resolve("broker.log"), Map.of());
        await("broker on port " + port).atMost(Duration.ofSeconds(60)).until(this::listens);
        return started;
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false; // not yet: asked again until the limit
        }
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public void kill9() {
        process.signal("KILL");
        process.awaitEnd(Duration.ofSeconds(10));
    }

    public void restart() {
        process = launch();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill9();
        }
    }

    /** The broker's own program. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            var configuration = new ConfigurationImpl();
            configuration.setPersistenceEnabled(false);
            configuration.setSecurityEnabled(false);
            configuration.setMaxDiskUsage(-1);
            configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + args[0]);
            configuration.addAddressSetting(
                    "#", new AddressSettings().setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP));
            new EmbeddedActiveMQ().setConfiguration(configuration).start();
        }
    }
}
