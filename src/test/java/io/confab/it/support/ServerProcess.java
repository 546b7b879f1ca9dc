package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * One Confab server in a process of its own, started with the flags of server-config, for tests that kill it or need more
 * than one. Several can run at once: each has its own port and folder.
 *
 * <pre>{@code
 * try (var node = ServerProcess.start(Map.of("confab.db.url", postgres.freshDatabase()))) {
 *     node.awaitReady();
 *     node.kill9();
 *     node.restart();     // same data, same port
 *     node.awaitReady();
 * }
 * }</pre>
 *
 * <p>Unless set otherwise: embedded H2 in the server's folder, in-VM broker, profile dev, registration open.
 */
public final class ServerProcess implements AutoCloseable {
    /**
     * Flags of a server's JVM beside those it is shipped with. Where two tests run at a time, its servers live for a minute or so
     * and share few cores: what C2 would gain them it costs at their start. Tests that run alone run what users run.
     */
    static final List<String> LIGHTER =
            Boolean.getBoolean("confab.lighter-servers") ? List.of("-XX:TieredStopAtLevel=1") : List.of();

    /** How long a start may take on a slow, busy machine. */
    public static final Duration START_LIMIT = Duration.ofSeconds(150);

    private static final String DEPLOYED = " was successfully deployed in ";
    private static final String NOT_LOADED = "Exception while loading the app"; // may follow "deployed"
    private static final String STARTED = "ready in ";
    /** What run.sh looks for too: docs/adr/0004. */
    private static final String LOST_CLASS_LOADER = "ClassNotFoundException: org/glassfish/";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private Map<String, String> settings;
    private final List<String> jvmFlags;
    private final Path work;
    private final int port;
    private ChildProcess process;
    private boolean mayStartAgain = true; // as run.sh: once, for a fault of the server itself
    private long logStart; // where the log of the latest start begins, in bytes

    private ServerProcess(Map<String, String> settings, int port, Path work, List<String> jvmFlags) {
        this.settings = settings;
        this.jvmFlags = jvmFlags;
        this.work = work;
        this.port = port;
        this.process = launch();
    }

    /** A server on a free port with a new folder. Returns at once; see {@link #awaitReady()}. */
    public static ServerProcess start(Map<String, String> settings) {
        return start(settings, 0, Folders.fresh("server"));
    }

    /**
     * @param settings {@code confab.*} keys; they win over this class's defaults
     * @param port 0 for a free one
     * @param work the server's folder: database, log, temporary files
     */
    public static ServerProcess start(Map<String, String> settings, int port, Path work, String... jvmFlags) {
        return new ServerProcess(
                withDefaults(settings, work), port == 0 ? ChildProcess.freePort() : port, work, List.of(jvmFlags));
    }

    private static Map<String, String> withDefaults(Map<String, String> given, Path work) {
        var all = new HashMap<String, String>();
        all.put("confab.profile", "dev");
        all.put("confab.registration", "open");
        all.put("confab.drain.time", "0s"); // the sockets of a test that ends need no farewell
        all.put(
                "confab.db.url",
                Boolean.getBoolean("confab.it.postgres")
                        ? PostgresServer.shared().freshDatabase()
                        : "jdbc:h2:file:" + work.resolve("confab"));
        all.putAll(given);
        return Map.copyOf(all);
    }

    private ChildProcess launch() {
        var properties = new Properties();
        properties.putAll(settings);
        Path file = work.resolve("settings.properties");
        Path temporary = work.resolve("tmp");
        try {
            Folders.delete(temporary);
            Files.createDirectories(temporary);
            try (var out = Files.newBufferedWriter(file)) {
                properties.store(out, null);
            }
            logStart = Files.exists(logFile()) ? Files.size(logFile()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ChildProcess.start(
                "payara", LaunchFlags.command(work, port, file, jvmFlags), work, work.resolve("server.log"), Map.of());
    }

    /** Waits until the node says that it is ready; fails with the log's last lines when the deployment failed. */
    public ServerProcess awaitReady() {
        return awaitReady(START_LIMIT);
    }

    public ServerProcess awaitReady(Duration limit) {
        await("readiness of " + base() + ", log in " + logFile())
                .atMost(limit)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    String failure = failure();
                    if (mayStartAgain && !failure.isEmpty() && latestLog().contains(LOST_CLASS_LOADER)) {
                        mayStartAgain = false;
                        kill9();
                        restart();
                        return false;
                    }
                    if (!failure.isEmpty()) {
                        throw new IllegalStateException(failure + System.lineSeparator() + logTail());
                    }
                    return latestLog().contains(DEPLOYED)
                            && get("/health/ready")
                                    .filter(answer -> answer == 200)
                                    .isPresent();
                });
        return this;
    }

    /** Why this start cannot succeed any more; empty when it still can. */
    private String failure() {
        if (!process.isAlive()) {
            return "the server ended with " + process.exitCode();
        }
        String log = latestLog();
        boolean failed = !log.contains(DEPLOYED) || log.contains(NOT_LOADED);
        return log.contains(STARTED) && failed ? "the deployment failed" : "";
    }

    private Optional<Integer> get(String path) {
        var request = HttpRequest.newBuilder(base().resolve(path))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return Optional.of(
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (IOException e) {
            return Optional.empty(); // not listening yet: asked again until the limit
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + path, e);
        }
    }

    /** {@code http://127.0.0.1:port/} */
    public URI base() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** {@code ws://127.0.0.1:port/ws/v1} */
    public URI socket() {
        return URI.create("ws://127.0.0.1:" + port + "/ws/v1");
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The folder with its database, settings and log. */
    public Path folder() {
        return work;
    }

    /** As a crash: no shutdown, no flush. Returns when the process is gone. */
    public void kill9() {
        process.signal("KILL");
        process.awaitEnd(Duration.ofSeconds(10));
    }

    /** It stands still as it is, its connections open. */
    public void freeze() {
        process.signal("STOP");
    }

    /** It goes on after {@link #freeze}. */
    public void thaw() {
        process.signal("CONT");
    }

    /** Asks it to end, as an init system does. See {@link #awaitEnd}. */
    public void sigterm() {
        process.signal("TERM");
    }

    /** Waits until it has ended; its exit code. */
    public int awaitEnd(Duration limit) {
        process.awaitEnd(limit);
        return process.exitCode();
    }

    /** Lets the node's JVM collect its garbage, so that what the heap holds is in use. */
    public void collectGarbage() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            int status = new ProcessBuilder(jcmd.toString(), Long.toString(pid()), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException(jcmd + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again on the same data and port, after it has ended. Returns at once. */
    public ServerProcess restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("still runs: " + process.pid());
        }
        process = launch();
        return this;
    }

    /** As {@link #restart()}, with these settings beside or in place of its own from now on. */
    public ServerProcess restart(Map<String, String> more) {
        var all = new HashMap<>(settings);
        all.putAll(more);
        settings = Map.copyOf(all);
        return restart();
    }

    public Path logFile() {
        return work.resolve("server.log");
    }

    /** Everything it has logged, over all its starts. */
    public String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has logged this text since its last start. */
    public void awaitLog(String text, Duration limit) {
        await("the log says: " + text + " in " + logFile())
                .atMost(limit)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> latestLog().contains(text));
    }

    /** What it has logged since its latest start. */
    public String latestLog() {
        try (var file = Files.newByteChannel(logFile())) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(file.size() - logStart));
            file.position(logStart);
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String logTail() {
        String log = latestLog();
        return log.substring(Math.max(0, log.length() - 8000));
    }

    /** Ends it, if need be by force. Its folder stays for whoever looks into a failure. */
    @Override
    public void close() {
        process.stop("TERM", Duration.ofSeconds(20));
    }
}
