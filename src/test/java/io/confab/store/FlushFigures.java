package io.confab.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Figures of docs/adr/0021: commits a second on an H2 file by way of making them durable and by number of committers. Run it on
 * a quiet machine, Maven on a JDK 21 or newer:
 *
 * <pre>{@code
 * mvn -q -Pquick test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.confab.store.FlushFigures
 * }</pre>
 */
final class FlushFigures {
    private static final Duration ROUND = Duration.ofSeconds(2);
    private static final int ROUNDS = 3;

    private FlushFigures() {}

    /** A way to commit. */
    private interface Way {
        void commit(Connection connection) throws SQLException;
    }

    /** @param arguments the folder in which to measure; none: {@code target} */
    public static void main(String... arguments) throws Exception {
        Path folder = Files.createTempDirectory(
                Path.of(arguments.length == 0 ? "target" : arguments[0]).toAbsolutePath(), "flush-figures");
        System.out.printf("one write of 4 KiB and force: %.2f ms (median of 200)%n", forceMillis(folder));
        System.out.println("| committers | way | commits/s | p50 ms | p99 ms |");
        System.out.println("|---|---|---|---|---|");
        for (int committers : List.of(1, 2, 8)) {
            for (String way : List.of("commit alone", "CHECKPOINT", "CHECKPOINT SYNC each", "one flush for many")) {
                measure(folder, way, committers);
            }
        }
    }

    private static double forceMillis(Path folder) throws IOException {
        var nanos = new long[200];
        try (var file = new RandomAccessFile(folder.resolve("force").toFile(), "rw")) {
            for (int i = 0; i < nanos.length; i++) {
                long begun = System.nanoTime();
                file.write(new byte[4096]);
                file.getChannel().force(true);
                nanos[i] = System.nanoTime() - begun;
            }
        }
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e6;
    }

    private static void measure(Path folder, String name, int committers) throws Exception {
        var medians = new ArrayList<double[]>();
        for (int round = 0; round < ROUNDS; round++) {
            Path path = Files.createTempDirectory(folder, "h2").resolve("db");
            var config = new HikariConfig();
            config.setJdbcUrl("jdbc:h2:file:" + path + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
            config.setUsername("sa");
            config.setPassword("");
            config.setMaximumPoolSize(committers + 2);
            try (var pool = new HikariDataSource(config)) {
                medians.add(round(pool, way(name, pool), committers));
            }
        }
        medians.sort((a, b) -> Double.compare(a[0], b[0]));
        double[] median = medians.get(ROUNDS / 2);
        System.out.printf("| %d | %s | %.0f | %.2f | %.2f |%n", committers, name, median[0], median[1], median[2]);
    }

    private static Way way(String name, HikariDataSource pool) {
        var sync = new DiskSync(pool);
        return switch (name) {
            case "commit alone" -> Connection::commit;
            case "CHECKPOINT" -> connection -> commitAnd(connection, "CHECKPOINT");
            case "CHECKPOINT SYNC each" -> connection -> commitAnd(connection, "CHECKPOINT SYNC");
            case "one flush for many" ->
                connection -> sync.commit(() -> {
                    try {
                        connection.commit();
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void commitAnd(Connection connection, String then) throws SQLException {
        connection.commit();
        try (var statement = connection.createStatement()) {
            statement.execute(then);
        }
        connection.commit();
    }

    private static double[] round(HikariDataSource pool, Way way, int committers) throws Exception {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table t (committer int, n int, body varchar, primary key (committer, n))");
        }
        var nanos = new ConcurrentLinkedQueue<Long>();
        long end = System.nanoTime() + ROUND.toNanos();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < committers; i++) {
            int committer = i;
            var thread = new Thread(() -> commits(pool, way, committer, end, nanos));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new double[] {
            sorted.length / (double) ROUND.toSeconds(),
            sorted[sorted.length / 2] / 1e6,
            sorted[(int) (sorted.length * 0.99)] / 1e6
        };
    }

    private static void commits(
            HikariDataSource pool, Way way, int committer, long end, ConcurrentLinkedQueue<Long> nanos) {
        try (var connection = pool.getConnection();
                var insert = connection.prepareStatement("insert into t values (?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (int n = 0; System.nanoTime() < end; n++) {
                insert.setInt(1, committer);
                insert.setInt(2, n);
                insert.setString(3, "x".repeat(200));
                long begun = System.nanoTime();
                insert.executeUpdate();
                way.commit(connection);
                nanos.add(System.nanoTime() - begun);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
