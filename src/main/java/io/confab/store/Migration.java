package io.confab.store;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.flywaydb.core.Flyway;
import org.postgresql.Driver;

/**
 * Brings the schema up to date when a node starts. Of several nodes on one PostgreSQL one does it, and the others wait as
 * long as it takes and say so. Each step is a transaction there: a node that is killed in one leaves nothing of it, and the
 * next node begins it anew. A step that fails stops the start and is named.
 */
final class Migration {
    private static final System.Logger LOG = System.getLogger(Migration.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final long TURN = 0x436f_6e66_6162L; // "Confab": of all advisory locks of the database, ours

    private Migration() {}

    static void run(StoreSettings settings, String url) {
        if (!settings.isPostgres()) {
            migrate(settings, url); // one process has the file
            return;
        }
        var login = new Properties(); // DriverManager knows no driver of a WAR that has not been used yet
        settings.user().ifPresent(user -> login.put("user", user));
        settings.password().ifPresent(password -> login.put("password", password));
        try (Connection connection = new Driver().connect(url, login)) {
            awaitTurn(connection);
            migrate(settings, url);
        } catch (SQLException e) { // out of reach, most likely: Flyway waits for it a while
            LOG.log(Level.WARNING, "database: not there yet ({0})", e.getMessage());
            migrate(settings, url);
        }
    }

    /** The lock ends with the connection, so with the node however that ends. */
    private static void awaitTurn(Connection connection) throws SQLException {
        try (var attempt = connection.prepareStatement("select pg_try_advisory_lock(" + TURN + ")")) {
            for (boolean said = false; ; said = true) {
                try (var row = attempt.executeQuery()) {
                    if (row.next() && row.getBoolean(1)) {
                        return;
                    }
                }
                if (!said) {
                    LOG.log(Level.INFO, "database: waiting for another node that is migrating it");
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static void migrate(StoreSettings s, String url) {
        Flyway.configure(Migration.class.getClassLoader())
                .dataSource(
                        url,
                        s.user().orElse(s.isPostgres() ? null : "sa"),
                        s.password().orElse(s.isPostgres() ? null : ""))
                .locations("classpath:db/migration")
                .placeholders(Map.of(
                        "json",
                        s.isPostgres() ? "jsonb" : "varchar(1000000)",
                        "where_target",
                        s.isPostgres() ? "where target_seq is not null" : "",
                        "stored",
                        s.isPostgres() ? "stored" : "",
                        "prefix",
                        s.isPostgres() ? "varchar_pattern_ops" : ""))
                .connectRetries(10)
                .load()
                .migrate();
    }
}
