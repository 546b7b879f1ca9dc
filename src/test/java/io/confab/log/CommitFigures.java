package io.confab.log;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.room.RoomKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/**
 * Figures of docs/adr/0020: what the log alone accepts, by size of a batch, on both databases. Run it on a quiet
 * machine, Maven on a JDK 21 or newer:
 *
 * <pre>{@code
 * mvn -q -Pquick test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.confab.log.CommitFigures
 * }</pre>
 */
final class CommitFigures {
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration ROUND = Duration.ofSeconds(3);
    private static final int ROUNDS = 3;
    private static final int ROOMS = 8;

    private CommitFigures() {}

    private record Figures(double acceptedPerSecond, double p50Millis, double p99Millis, double meanBatch) {}

    /** @param arguments the folder of the H2 file; none: {@code target} */
    public static void main(String... arguments) throws Exception {
        Path folder = Path.of(arguments.length == 0 ? "target" : arguments[0]).toAbsolutePath();
        System.out.println("| database | in flight | most in a batch | accepted/s | p50 ms | p99 ms | mean batch |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int inFlight : List.of(1, 256)) {
            for (int maxBatch : List.of(1, 128)) {
                measure("H2 file", h2(folder), inFlight, maxBatch);
                measure("PostgreSQL", PostgresServer.shared().freshDatabase(), inFlight, maxBatch);
            }
        }
        System.exit(0); // pools and the shared PostgreSQL end with the JVM
    }

    private static String h2(Path folder) throws IOException {
        return "jdbc:h2:file:"
                + Files.createTempDirectory(folder, "commit-figures").resolve("chat");
    }

    private static void measure(String database, String url, int inFlight, int maxBatch) throws InterruptedException {
        var settings = Map.of("confab.log.max-batch", Integer.toString(maxBatch));
        try (var node = DatabaseFixture.open(url, settings, UnaryOperator.identity())) {
            var people = new ArrayList<Person>();
            var rooms = new ArrayList<RoomId>();
            for (int i = 0; i < ROOMS; i++) {
                people.add(node.person("p"));
                rooms.add(node.room(people.get(i), RoomKind.PUBLIC));
            }
            round(node, people, rooms, inFlight, WARM_UP);
            var rounds = new ArrayList<Figures>();
            for (int i = 0; i < ROUNDS; i++) {
                rounds.add(round(node, people, rooms, inFlight, ROUND));
            }
            rounds.sort((a, b) -> Double.compare(a.acceptedPerSecond(), b.acceptedPerSecond()));
            Figures median = rounds.get(ROUNDS / 2);
            System.out.printf(
                    "| %s | %d | %d | %.0f | %.2f | %.2f | %.1f |%n",
                    database,
                    inFlight,
                    maxBatch,
                    median.acceptedPerSecond(),
                    median.p50Millis(),
                    median.p99Millis(),
                    median.meanBatch());
        }
    }

    private static Figures round(
            DatabaseFixture node, List<Person> people, List<RoomId> rooms, int inFlight, Duration duration)
            throws InterruptedException {
        var nanos = new ConcurrentLinkedQueue<Long>();
        var window = new Semaphore(inFlight);
        var before = node.metrics.figures();
        long begun = System.nanoTime();
        for (int i = 0; System.nanoTime() - begun < duration.toNanos(); i++) {
            window.acquire();
            long sent = System.nanoTime();
            node.submits(people.get(i % ROOMS), rooms.get(i % ROOMS), LogFixture.post("message " + i), null)
                    .thenAccept(answer -> {
                        LogFixture.accepted(answer);
                        nanos.add(System.nanoTime() - sent);
                        window.release();
                    });
        }
        window.acquire(inFlight);
        double seconds = (System.nanoTime() - begun) / 1e9;
        var after = node.metrics.figures();
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Figures(
                sorted.length / seconds,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                (after.commands() - before.commands()) / (double) (after.commits() - before.commits()));
    }
}
