package io.confab.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.ChildProcess;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C01: a process that writes through the log is killed in a burst; what it acknowledged is there, once. */
class KilledWriterTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"H2 file", "PostgreSQL"})
    void whatWasAcknowledgedSurvivesAKill(String database) throws IOException {
        String url = database.equals("PostgreSQL")
                ? PostgresServer.shared().freshDatabase()
                : "jdbc:h2:file:" + folder.resolve("chat");
        Path output = folder.resolve("output.log");
        var writer = ChildProcess.start("writer", command(url), folder, output, Map.of());
        try {
            await("a burst in " + output)
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> !writer.isAlive() || count(output) > 500);
            assertThat(writer.isAlive()).as(Files.readString(output)).isTrue();
        } finally {
            writer.signal("KILL");
            writer.awaitEnd(Duration.ofSeconds(10));
        }
        List<String> said = whole(Files.readString(output)).lines().toList();
        var room = new RoomId(said.stream()
                .filter(line -> line.startsWith("room "))
                .findFirst()
                .orElseThrow()
                .substring(5));

        try (var node = DatabaseFixture.open(url)) {
            var events = node.reader().events(room, 0, 1_000_000, Integer.MAX_VALUE);
            assertThat(RoomLogContract.numbers(events)).isEqualTo(RoomLogContract.oneTo(events.size()));
            assertThat(node.reader().head(room).orElseThrow().head()).isEqualTo(events.size());
            var stored = new HashMap<String, Long>();
            events.stream()
                    .filter(e -> e.cid() != null)
                    .forEach(e -> assertThat(stored.put(e.cid(), e.seq())).isNull());
            assertThat(stored).containsAllEntriesOf(acknowledged(said));
        }
    }

    private static List<String> command(String url) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(java, "-Xmx256m", "-cp", classes, KilledWriter.class.getName(), url);
    }

    /** The kill may have cut the last line. */
    private static String whole(String output) {
        return output.substring(0, output.lastIndexOf('\n') + 1);
    }

    private static long count(Path output) throws IOException {
        return Files.exists(output)
                ? acknowledged(Files.readString(output).lines().toList()).size()
                : 0;
    }

    private static Map<String, Long> acknowledged(List<String> said) {
        var acknowledged = new HashMap<String, Long>();
        for (String line : said) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("ok") && words.length == 3 && !words[2].isEmpty()) {
                acknowledged.put(words[1], Long.parseLong(words[2]));
            }
        }
        return acknowledged;
    }
}
