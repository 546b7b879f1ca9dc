package io.confab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.ChildProcess;
import io.confab.it.support.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C54: nodes that start together on one database; each a process of its own, since Flyway locks between processes. */
class MigrationRaceTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    /** Rounds; set {@code -Dmigration.rounds=10} for the long form. */
    private static final int ROUNDS = Integer.getInteger("migration.rounds", 1);

    @TempDir
    Path folder;

    /** A node of a later version: one more step, which takes a while. */
    private static final String NEXT_STEP = "select pg_sleep(2); alter table room add column next_step int;";

    private record Node(ChildProcess process, Path output) {
        String said() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        void awaitOpen() {
            await(output.toString()).atMost(LONG).until(() -> !process.isAlive());
            assertThat(said()).contains("open true");
        }
    }

    private Node node(String url, String name, Path... more) {
        Path output = folder.resolve(name + ".log");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classes = new ArrayList<String>();
        for (Path each : more) {
            classes.add(each.toString());
        }
        classes.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        var command = List.of(java, "-Xmx256m", "-cp", String.join(":", classes), MigratingNode.class.getName(), url);
        return new Node(ChildProcess.start(name, command, folder, output, Map.of()), output);
    }

    private Path nextVersion() throws IOException {
        Path steps = Files.createDirectories(folder.resolve("next/db/migration"));
        Files.writeString(steps.resolve("V900__next.sql"), NEXT_STEP);
        return folder.resolve("next");
    }

    private static List<String> steps(String url) throws SQLException {
        var steps = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select version, success from flyway_schema_history where version is not null"
                                + " order by installed_rank")) {
            while (rows.next()) {
                assertThat(rows.getBoolean(2)).isTrue();
                steps.add(rows.getString(1));
            }
        }
        return steps;
    }

    private static void assertEachStepOnce(String url, boolean next) throws SQLException {
        assertThat(steps(url))
                .doesNotHaveDuplicates()
                .contains("001", "008")
                .satisfies(all -> assertThat(all.contains("900")).isEqualTo(next));
    }

    @Test
    void ofThreeNodesThatStartTogetherOneMigratesAndAllOpen() throws SQLException {
        for (int round = 0; round < ROUNDS; round++) {
            String url = PostgresServer.shared().freshDatabase();
            var nodes = new ArrayList<Node>();
            for (int i = 0; i < 3; i++) {
                nodes.add(node(url, "round" + round + "-" + i));
            }
            nodes.forEach(Node::awaitOpen);
            assertEachStepOnce(url, false);
        }
    }

    @Test
    void anotherTakesOverFromTheOneThatWasKilledInTheMiddleWhileAnOldNodeGoesOn() throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        node(url, "old").awaitOpen();
        Path next = nextVersion();
        try (Connection old = DriverManager.getConnection(url)) {
            Node killed = node(url, "killed", next);
            await("it is in the middle of its step").atMost(LONG).until(() -> asleep(old));
            Node waits = node(url, "waits", next);
            await("it says that it waits").atMost(LONG).until(() -> waits.said().contains("database: waiting"));
            try (var insert = old.prepareStatement("insert into request_key (id, secret) values (1, 'x')")) {
                assertThat(insert.executeUpdate()).isEqualTo(1); // what the step does not touch goes on
            }
            killed.process().signal("KILL");
            waits.awaitOpen();
            assertThat(killed.said()).doesNotContain("open");
            assertEachStepOnce(url, true);
            node(url, "old again").awaitOpen(); // a node of the old version starts on the newer schema
        }
    }

    private static boolean asleep(Connection jdbc) throws SQLException {
        try (var statement = jdbc.createStatement();
                var rows =
                        statement.executeQuery("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")) {
            rows.next();
            return rows.getInt(1) == 1;
        }
    }
}
