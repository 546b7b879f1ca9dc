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
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/**
 * A real Artemis broker in a process of its own, with the configuration of server-config but for the port, which is a free
 * one of the loopback address; it can be killed and restarted.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Path SHIPPED = Path.of("server-config/artemis/broker.xml");
    private static final String SHIPPED_PORT = "tcp://0.0.0.0:61616";
    private static final String USER = "node";
    private static final String PASSWORD = "a password for nodes";

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
                configuration().toString());
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
        return Map.of("confab.broker.url", url(), "confab.broker.user", USER, "confab.broker.password", PASSWORD);
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
            server.start();
        }
    }
}
