package io.confab.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.audit.AuditTrail;
import io.confab.it.support.CutProxy;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.Configuration;
import io.confab.kernel.Ids;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C55: the step after a restore, on both databases. */
class RestoreTest {
    private static final int ROOMS = 2_345; // more than two pages

    private static Database open(String kind) {
        return kind.equals("PostgreSQL")
                ? open(PostgresServer.shared().freshDatabase(), "1s")
                : open("jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1", "1s");
    }

    private static Database open(String url, String lockTimeout) {
        var values = Map.of("confab.db.url", url, "confab.db.lock-timeout", lockTimeout);
        var database = new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key)))));
        database.transactions().write((entities, jdbc) -> {
            try (var key = jdbc.prepareStatement("insert into request_key (id, secret) values (1, 'x')");
                    var room = jdbc.prepareStatement(
                            "insert into room (id, epoch, head, kind, name, topic, mode, slow_ms, archived, members,"
                                    + " last_ts, created_at)"
                                    + " values (?, 'old', 560, 'public', '', '', 'open', 0, false, 0, 0, 0)")) {
                key.executeUpdate();
                for (int i = 0; i < ROOMS; i++) {
                    room.setString(1, "r_" + i);
                    room.addBatch();
                }
                return room.executeBatch();
            }
        });
        return database;
    }

    private static void start(Database database, String... name) {
        new Restore(database, new RestoreSettings(Stream.of(name).findFirst()), new Ids()).start();
    }

    private static Set<String> epochs(Database database) {
        return new HashSet<>(
                database.reads().list("select distinct epoch from room limit 10", row -> row.getString(1)));
    }

    private static List<AuditTrail.Entry> trail(Database database) {
        return new AuditTrail(database).search(new AuditTrail.Filter(null, "rooms.new_epochs", null), 0, 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H2", "PostgreSQL"})
    void theNamedRestoreGivesAllRoomsANewEpochOnceHoweverManyNodesStart(String kind) {
        Database database = open(kind);
        start(database);
        assertThat(epochs(database)).containsExactly("old");

        CompletableFuture.allOf(Stream.generate(() -> CompletableFuture.runAsync(() -> start(database, "2026-11-26")))
                        .limit(3)
                        .toArray(CompletableFuture[]::new))
                .join();

        Set<String> first = epochs(database);
        assertThat(first).hasSize(1).doesNotContain("old");
        start(database, "2026-11-26");
        assertThat(epochs(database)).isEqualTo(first);
        assertThat(trail(database)).singleElement().satisfies(entry -> {
            assertThat(entry.line().target()).isEqualTo("2026-11-26");
            assertThat(entry.line().after()).contains("rooms: " + ROOMS);
            assertThat(entry.line().actor()).isNull();
        });
        start(database, "2026-11-27");
        assertThat(epochs(database)).hasSize(1).isNotEqualTo(first);
        assertThat(trail(database)).hasSize(2);
        database.close();
    }

    /** Readiness asks for a row that the restore holds; a commit of a running node may hold what it wants, and want what it has. */
    @Test
    void nodesStayReadyWhileAnotherGivesNewEpochsWhichIsTriedAgainAfterADeadlockWithACommit() throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        Database database = open(url, "10s");
        try (Connection committing = DriverManager.getConnection(url)) {
            execute(committing, "set deadlock_timeout = '1min'"); // so that it is the other one that gives way
            committing.setAutoCommit(false);
            execute(committing, "select id from room where id = 'r_99' for update");
            var restore = CompletableFuture.runAsync(() -> start(database, "2026-11-26"));
            await().pollInterval(Duration.ofMillis(20)).until(() -> waitsForALock(database));

            long begun = System.nanoTime();
            database.check();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            execute(committing, "select id from room where id = 'r_0' for update"); // which the restore has by now
            committing.commit();
            restore.orTimeout(20, TimeUnit.SECONDS).join();

            assertThat(took).isLessThan(Duration.ofMillis(800));
        }
        assertThat(epochs(database)).hasSize(1).doesNotContain("old");
        assertThat(trail(database)).hasSize(1);
        database.close();
    }

    @Test
    void aDatabaseThatGoesAwayBeforeTheRestoreIsAwaited() throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        try (var network = CutProxy.to(url)) {
            Database database = open(network.through(url), "1s");
            network.cutAt(0);
            var restore = CompletableFuture.runAsync(() -> start(database, "2026-11-26"));
            await().atMost(Duration.ofSeconds(30)).until(() -> restore.isDone() || network.refused() >= 5);
            assertThat(restore).isNotDone();
            network.mend();

            assertThat(restore).succeedsWithin(Duration.ofSeconds(30));
            assertThat(trail(database)).hasSize(1);
            database.close();
        }
    }

    private static boolean waitsForALock(Database database) {
        return database.reads()
                .first(
                        "select count(*) from pg_stat_activity where datname = current_database()"
                                + " and wait_event_type = 'Lock'",
                        row -> row.getInt(1) > 0)
                .orElse(false);
    }

    private static void execute(Connection jdbc, String sql) throws SQLException {
        try (var statement = jdbc.createStatement()) {
            statement.execute(sql);
        }
    }
}
