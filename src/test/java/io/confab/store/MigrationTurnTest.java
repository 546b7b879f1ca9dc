package io.confab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.CutProxy;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.Configuration;
import io.confab.kernel.Daemon;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C54: whose turn it is to migrate; races of real nodes: {@link MigrationRaceTest}. */
class MigrationTurnTest {
    private static final String WAITING =
            "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                    + " and query like 'select pg_try_advisory_lock%'";

    private static StoreSettings settings(String url) {
        return StoreSettings.from(new Configuration(
                key -> Optional.ofNullable(Map.of("confab.db.url", url).get(key))));
    }

    private static Connection turn(StoreSettings settings, String url) throws Exception {
        Connection connection = Migration.connect(settings, url);
        Migration.awaitTurn(connection, () -> {});
        return connection;
    }

    private static String show(Connection connection, String setting) throws Exception {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    /** A machine that lost its power says nothing: only the server's questions find out. */
    @Test
    void theServerAsksEveryFewSecondsWhetherWhoHasTheTurnIsStillThere() throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        try (Connection turn = turn(settings(url), url)) {
            assertThat(show(turn, "tcp_keepalives_idle")).isEqualTo("10");
            assertThat(show(turn, "tcp_keepalives_interval")).isEqualTo("5");
            assertThat(show(turn, "tcp_keepalives_count")).isEqualTo("4");
        }
    }

    @Test
    void aNodeThatStartsBeforeTheDatabaseWaitsForItAndThenForItsTurn() throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        try (var network = CutProxy.to(url)) {
            network.cut();
            String early = network.through(url);
            Thread node = Daemon.named("node")
                    .newThread(() -> Migration.run(settings(early), early, new Patience(System::nanoTime)));
            try (Connection turn = turn(settings(url), url)) {
                node.start();
                await("it found no database").until(() -> node.getState() == Thread.State.TIMED_WAITING);
                network.mend();
                await().atMost(Duration.ofSeconds(10)).until(() -> waiting(turn) == 1);
                assertThat(tables(turn)).isZero();
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> !node.isAlive());
        }
        try (Connection after = turn(settings(url), url)) {
            assertThat(tables(after)).isEqualTo(1);
        }
    }

    /** A migration may take longer than a database is awaited. */
    @Test
    void aNodeThatLosesTheDatabaseAfterItWaitedLongForItsTurnAwaitsItAnew() throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        var nanos = new AtomicLong();
        Thread node = Daemon.named("node").newThread(() -> Migration.run(settings(url), url, new Patience(nanos::get)));
        try (Connection turn = turn(settings(url), url)) {
            node.start();
            await().atMost(Duration.ofSeconds(10)).until(() -> waiting(turn) == 1);
            int before = backend(turn);
            nanos.set(Duration.ofMinutes(9).toNanos());
            assertThat(count(turn, "from pg_terminate_backend(" + before + ")")).isEqualTo(1);

            await().atMost(Duration.ofSeconds(10)).until(() -> waiting(turn) == 1 && backend(turn) != before);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> !node.isAlive());
        try (Connection after = turn(settings(url), url)) {
            assertThat(tables(after)).isEqualTo(1);
        }
    }

    /** To wait would not help, and would hide what is wrong. */
    @ParameterizedTest
    @CsvSource({
        "postgres, stranger, role \"stranger\" does not exist",
        "nowhere, confab, database \"nowhere\" does not exist"
    })
    void aDatabaseThatRefusesTheNodeEndsItsStartAtOnceAndSaysWhy(String database, String user, String why) {
        String url = PostgresServer.shared().url(database).replace("user=confab", "user=" + user);
        var hours = new AtomicLong();

        assertThatThrownBy(() -> Migration.run(
                        settings(url),
                        url,
                        new Patience(() ->
                                hours.getAndIncrement() * Duration.ofHours(1).toNanos())))
                .hasMessageContaining("the database refuses this node")
                .hasMessageContaining(why);
    }

    /** A step that fails each time must not be tried for ever, though it is this node's turn each time. */
    @Test
    void aDatabaseThatOnlyReadsIsNotAwaitedLongerThanOneThatIsAway() throws Exception {
        String url = PostgresServer.shared().freshDatabase();
        try (Connection owner = DriverManager.getConnection(url);
                var statement = owner.createStatement()) {
            statement.execute("alter database " + owner.getCatalog() + " set default_transaction_read_only = on");
        }
        var hours = new AtomicLong();

        assertThatThrownBy(() -> Migration.run(
                        settings(url),
                        url,
                        new Patience(() ->
                                hours.getAndIncrement() * Duration.ofHours(1).toNanos())))
                .hasMessageContaining("read-only");
    }

    private static int backend(Connection jdbc) throws Exception {
        return number(jdbc, "select coalesce(max(pid), 0) " + WAITING);
    }

    private static int waiting(Connection jdbc) throws Exception {
        return count(jdbc, WAITING);
    }

    private static int tables(Connection jdbc) throws Exception {
        return count(jdbc, "from pg_tables where tablename = 'flyway_schema_history'");
    }

    private static int count(Connection jdbc, String what) throws Exception {
        return number(jdbc, "select count(*) " + what);
    }

    private static int number(Connection jdbc, String sql) throws Exception {
        try (var statement = jdbc.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
