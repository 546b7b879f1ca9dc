package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real HAProxy with the configuration of server-config, but for the addresses: all of them are of this machine. */
public final class BalancerProcess implements AutoCloseable {
    private static final Path SHIPPED = Path.of("server-config/cluster/haproxy.cfg");
    private static final int NODES = 3;

    private final Path work = Folders.fresh("balancer");
    private final int port = ChildProcess.freePort();
    private final ChildProcess process;

    private BalancerProcess(List<Integer> nodes) {
        List<String> command = List.of(
                program(),
                "-db",
                "-f",
                configuration(nodes.size()).toAbsolutePath().toString());
        this.process = ChildProcess.start("haproxy", command, work, work.resolve("balancer.log"), addresses(nodes));
        await("balancer on port " + port).atMost(Duration.ofSeconds(10)).until(this::listens);
    }

    /** @param nodes their ports, at most as many as the shipped file names nodes; it holds them for ready until it asked */
    public static BalancerProcess start(List<Integer> nodes) {
        return new BalancerProcess(nodes);
    }

    static String program() {
        Path path = Path.of("/usr/sbin/haproxy");
        return Files.isExecutable(path) ? path.toString() : "haproxy";
    }

    private Path configuration(int nodes) {
        try (Stream<String> shipped = Files.lines(SHIPPED)) {
            List<String> own = shipped.filter(line -> !line.matches("  (user|group) .*"))
                    .filter(line -> !unused(line, nodes))
                    .toList();
            return Files.write(work.resolve("haproxy.cfg"), own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean unused(String line, int nodes) {
        for (int n = nodes + 1; n <= NODES; n++) {
            if (line.startsWith("  server node" + n + " ")) {
                return true;
            }
        }
        return false;
    }

    private Map<String, String> addresses(List<Integer> nodes) {
        var addresses = new HashMap<String, String>();
        addresses.put("CONFAB_BIND", "127.0.0.1:" + port);
        addresses.put("CONFAB_FIGURES", "127.0.0.1:" + ChildProcess.freePort());
        for (int n = 1; n <= nodes.size(); n++) {
            addresses.put("CONFAB_NODE" + n, "127.0.0.1:" + nodes.get(n - 1));
        }
        return addresses;
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("HAProxy ended with " + process.exitCode() + ": " + log());
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false; // not yet: asked again until the limit
        }
    }

    /** What it has said, each request among it. */
    public String log() {
        try {
            return Files.readString(work.resolve("balancer.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code http://127.0.0.1:port/} */
    public URI base() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    @Override
    public void close() {
        process.stop("TERM", Duration.ofSeconds(10));
    }
}
