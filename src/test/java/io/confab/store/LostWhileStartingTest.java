package io.confab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.CutProxy;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.Configuration;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A database that goes away while a node opens it is awaited, as one is that is not there when it begins. */
class LostWhileStartingTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** So that whatever fails has failed, and not for the first time. */
    private static final int REFUSALS = 2;

    private static Database open(String url) {
        var values = Map.of("confab.db.url", url, "confab.db.connect-timeout", "250ms");
        return new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key)))));
    }

    /** The connections of its start, one after another: its turn, Flyway's, both pools'. */
    @Test
    void whicheverConnectionOfItsStartFailsTheNodeOpensOnceTheDatabaseIsBack() throws IOException {
        String url = PostgresServer.shared().freshDatabase();
        int struck = 0;
        try (var network = CutProxy.to(url)) {
            for (boolean ends = false; !ends; struck++) {
                network.cutAt(struck + 1);
                var node = CompletableFuture.supplyAsync(() -> open(network.through(url)));
                await("connection " + (struck + 1))
                        .atMost(SOON)
                        .until(() -> node.isDone() || network.refused() >= REFUSALS);
                ends = node.isDone() && network.refused() == 0;
                network.mend();
                assertThat(node).as("connection %s", struck + 1).succeedsWithin(SOON);
                await("connections that broke are replaced")
                        .atMost(SOON)
                        .ignoreExceptionsInstanceOf(StoreFailure.class)
                        .untilAsserted(() -> node.join().check());
                node.join().close();
            }
        }
        assertThat(struck).as("of a turn, a migration and two pools").isGreaterThan(4);
    }

    /** When both pools stand, EclipseLink takes a connection of each. */
    @Test
    void aPoolWithoutAConnectionForEclipseLinkIsAwaited() throws SQLException {
        var misses = new AtomicInteger(3);
        try (var stays = DriverManager.getConnection(PostgresServer.shared().freshDatabase())) {
            var values = Map.of("confab.db.url", stays.getMetaData().getURL());
            var settings = StoreSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key))));
            var database = new Database(settings, pool -> missing(pool, misses));

            assertThat(misses).hasValueLessThan(0);
            database.check();
            database.close();
        }
    }

    private static DataSource missing(DataSource pool, AtomicInteger misses) {
        return (DataSource) Proxy.newProxyInstance(
                LostWhileStartingTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("getConnection") && misses.decrementAndGet() >= 0) {
                        throw new SQLTransientConnectionException("no connection to give", "08001");
                    }
                    return method.invoke(pool, arguments);
                });
    }

    @Test
    void aMigrationThatLosesTheDatabaseInTheMiddleIsBegunAnew() throws IOException, SQLException {
        String url = PostgresServer.shared().freshDatabase();
        open(url).close();
        try (var network = CutProxy.to(url)) {
            CompletableFuture<Database> node;
            try (var held = DriverManager.getConnection(url);
                    var statement = held.createStatement();
                    var beside = DriverManager.getConnection(url);
                    var looks = beside.createStatement()) {
                held.setAutoCommit(false);
                statement.execute("lock table flyway_schema_history");
                node = CompletableFuture.supplyAsync(() -> open(network.through(url)));
                await("it reads what steps there were").atMost(SOON).until(() -> {
                    try (var waiting = looks.executeQuery("select count(*) from pg_stat_activity"
                            + " where wait_event_type = 'Lock' and query like '%flyway_schema_history%'")) {
                        waiting.next();
                        return waiting.getInt(1) == 1;
                    }
                });
                network.cutAt(0);
            }
            await().atMost(SOON).until(() -> node.isDone() || network.refused() >= REFUSALS);
            network.mend();
            assertThat(node).succeedsWithin(SOON);
            node.join().close();
        }
    }
}
