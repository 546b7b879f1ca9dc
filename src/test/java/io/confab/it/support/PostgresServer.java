package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL from a Maven artefact, with the durability it has by default, on a free port of the loopback address.
 * PostgreSQL refuses to run as root, so there it runs as {@code nobody}, outside root's home.
 *
 * <p>Most tests share one: {@code PostgresServer.shared().freshDatabase()} gives each test class a database of its own.
 * A test that kills the server starts one for itself with {@link #start()} and closes it.
 */
public final class PostgresServer implements AutoCloseable {
    /** The superuser of the cluster; connections from this machine need no password. */
    public static final String USER = "confab";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path home;
    private final int port;
    private ChildProcess process;

    private PostgresServer(Path home, int port) {
        this.home = home;
        this.port = port;
        this.process = launch();
    }

    private static final class Shared {
        static final PostgresServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close, "stop-postgres"));
        }
    }

    /** The one server of this JVM, started at the first call and stopped with the JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** A server of the caller's own, accepting connections when this returns. */
    public static PostgresServer start() {
        try {
            Path home = Files.createTempDirectory("confab-postgres-");
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
            initialise(home);
            var server = new PostgresServer(home, ChildProcess.freePort());
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void initialise(Path home) {
        ChildProcess.run(
                asOrdinaryUser(List.of(
                        binary("initdb"),
                        "--pgdata=" + home.resolve("data"),
                        "--username=" + USER,
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--no-instructions",
                        "--no-sync")), // an empty cluster; the server itself forces to disk as it does everywhere
                home,
                START_LIMIT);
    }

    /** The folder of its programs. */
    public static Path programs() {
        return PostgresBinaries.folder().resolve("bin");
    }

    private static String binary(String name) {
        return programs().resolve(name).toString();
    }

    private static List<String> asOrdinaryUser(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        var all = new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        all.addAll(command);
        return all;
    }

    private ChildProcess launch() {
        return ChildProcess.start(
                "postgres",
                asOrdinaryUser(List.of(
                        binary("postgres"),
                        "-D",
                        home.resolve("data").toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "max_connections=200")),
                home,
                home.resolve("postgres.log"),
                Map.of());
    }

    public int port() {
        return port;
    }

    /** A JDBC URL of a database in this server. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER;
    }

    /** Makes an empty database that nobody else uses, and gives its JDBC URL (with the user in it). */
    public String freshDatabase() {
        String name = "confab_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create database " + name, e);
        }
        return url(name);
    }

    /** As a power cut for the process, though not for the disk's cache: every process of it ends at once. */
    public void kill9() {
        List<ProcessHandle> backends = ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        process.signal("KILL");
        backends.forEach(ProcessHandle::destroyForcibly);
        process.awaitEnd(Duration.ofSeconds(10));
        await("the backends are gone")
                .atMost(Duration.ofSeconds(10))
                .until(() -> backends.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Every process of it stands still: connections stay open, nothing is answered. */
    public void freeze() {
        signalAll("STOP");
    }

    /** It goes on after {@link #freeze}. */
    public void thaw() {
        signalAll("CONT");
    }

    private void signalAll(String signal) {
        var command = new ArrayList<>(List.of("kill", "-" + signal, Long.toString(process.pid())));
        ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .forEach(backend -> command.add(Long.toString(backend.pid())));
        ChildProcess.run(command, home, Duration.ofSeconds(5));
    }

    /** From now on no session may write, as on a primary that became a standby; or all may again. */
    public void readOnly(boolean readOnly) {
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                var statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute("alter system set default_transaction_read_only = " + (readOnly ? "on" : "off"));
            statement.execute("select pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot change whether PostgreSQL writes", e);
        }
    }

    /** Ends the server in order: open transactions are rolled back. Its data stay. */
    public void stop() {
        process.stop("INT", Duration.ofSeconds(20));
    }

    /** Starts it again on the same data and port, after {@link #stop} or {@link #kill9}. */
    public void restart() {
        try {
            Files.deleteIfExists(home.resolve("data").resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = launch();
        awaitReady();
    }

    /** What the server has written to its log so far. */
    public String log() {
        try {
            return Files.readString(home.resolve("postgres.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        await("PostgreSQL accepts connections: " + home.resolve("postgres.log"))
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(this::answers);
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("PostgreSQL ended: " + log());
        }
        try (Connection connection = DriverManager.getConnection(url("postgres"))) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false; // not yet: asked again until the limit
        }
    }

    /** Ends the server and removes its data. */
    @Override
    public void close() {
        stop();
        Folders.delete(home);
    }
}
