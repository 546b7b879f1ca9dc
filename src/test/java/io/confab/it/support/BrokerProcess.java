package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/**
 * A real Artemis broker in a process of its own, with the configuration of server-config but for the port, which is a free
 * one of the loopback address; it can be killed and restarted. Two of them can be a pair, as pair.properties has it.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Path SHIPPED = Path.of("server-config/artemis/broker.xml");
    private static final Path SHIPPED_PAIR = Path.of("server-config/artemis/pair.properties");
    private static final String SHIPPED_PORT = "tcp://0.0.0.0:61616";
    private static final String USER = "node";
    private static final String PASSWORD = "a password for nodes";

    private final Path work = Folders.fresh("broker");
    private final int port;
    private final OptionalInt other;
    private ChildProcess process;

    private BrokerProcess(int port, OptionalInt other) {
        this.port = port;
        this.other = other;
        this.process = launch();
    }

    public static BrokerProcess start() {
        return new BrokerProcess(ChildProcess.freePort(), OptionalInt.empty());
    }

    /** One that runs, of two that stand in for each other. @param port its own @param other the other's */
    public static BrokerProcess ofPair(int port, int other) {
        return new BrokerProcess(port, OptionalInt.of(other));
    }

    private ChildProcess launch() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(
                java,
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                configuration().toString()));
        command.addAll(1, ServerProcess.LIGHTER);
        other.ifPresent(theOther -> command.add(pairProperties(theOther).toString()));
        var started = ChildProcess.start("artemis", command, work, work.resolve("broker.log"), Map.of());
        await("broker on port " + port).atMost(Duration.ofSeconds(60)).until(this::listens);
        return started;
    }

    private Path configuration() {
        try {
            String shipped = Files.readString(SHIPPED);
            if (!shipped.contains(SHIPPED_PORT)) {
                throw new IllegalStateException(SHIPPED + " has no acceptor at " + SHIPPED_PORT);
            }
            return Files.writeString(work.resolve("broker.xml"), shipped.replace(SHIPPED_PORT, url()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path pairProperties(int theOther) {
        try {
            String own = Files.readString(SHIPPED_PAIR)
                    .replaceAll("params.host=.*", "params.host=127.0.0.1")
                    .replaceAll("self.params.port=.*", "self.params.port=" + port)
                    .replaceAll("other.params.port=.*", "other.params.port=" + theOther)
                    .replace("#clusterPassword=", "clusterPassword=a password for brokers");
            return Files.writeString(work.resolve("pair.properties"), own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false; // not yet: asked again until the limit
        }
    }

    private String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** What a node must be told to use this broker. */
    public Map<String, String> settings() {
        return settings(url());
    }

    /** What a node must be told to use a pair. */
    public static Map<String, String> settings(int port, int other) {
        return settings("(tcp://127.0.0.1:" + port + ",tcp://127.0.0.1:" + other + ")");
    }

    private static Map<String, String> settings(String url) {
        return Map.of("confab.broker.url", url, "confab.broker.user", USER, "confab.broker.password", PASSWORD);
    }

    public int port() {
        return port;
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
            var users = new SecurityConfiguration();
            users.addUser(USER, PASSWORD);
            users.addRole(USER, "confab");
            var server = new EmbeddedActiveMQ();
            server.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
            server.setConfigResourcePath(Path.of(args[0]).toUri().toString());
            if (args.length > 1) {
                server.setPropertiesResourcePath(args[1]);
            }
            server.start();
        }
    }
}
