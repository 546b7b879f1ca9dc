package io.confab.store;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.flywaydb.core.Flyway;

/**
 * Brings the schema up to date when a node starts. Of several nodes on one PostgreSQL one does it, and the others wait as
 * long as it takes and say so; a database that is not there is awaited ({@link Patience}), one that refuses the node is not.
 * Each step is a transaction there: a node that is killed in one, or loses the database, leaves nothing of it, and it is begun
 * anew. A step that fails stops the start and is named.
 */
final class Migration {
    private static final System.Logger LOG = System.getLogger(Migration.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(250);

    private static final long TURN = 0x436f_6e66_6162L; // "Confab": of all advisory locks of the database, ours
    private static final String NOTICE_THE_DEAD =
            "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4";

    private Migration() {}

    static void run(StoreSettings settings, String url, Patience patience) {
        patience.until(() -> {
            if (!settings.isPostgres()) {
                return migrate(settings, url); // one process has the file
            }
            try (Connection connection = connect(settings, url)) {
                awaitTurn(connection, patience::answered); // which may take longer than a database is awaited
                return migrate(settings, url);
            }
        });
    }

    /**
     * A connection of which the server notices within half a minute that the node's machine is gone without a word; by itself
     * it would take two hours.
     */
    static Connection connect(StoreSettings settings, String url) throws SQLException {
        makeKnown("org.postgresql.Driver");
        var login = new Properties();
        settings.user().ifPresent(user -> login.put("user", user));
        settings.password().ifPresent(password -> login.put("password", password));
        login.put("tcpKeepAlive", "true");
        login.put("socketTimeout", "10"); // what is asked here is answered at once
        Connection connection = DriverManager.getConnection(url, login);
        try {
            try (var statement = connection.createStatement()) {
                statement.execute(NOTICE_THE_DEAD);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The DriverManager knows those of a WAR only once they were used. By name: of its types the compiler warns. */
    private static void makeKnown(String driver) {
        try {
            Class.forName(driver);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the WAR does not bring " + driver, e);
        }
    }

    /** The turn ends with the connection, so with the node however that ends. @param answered each time the database said that it is another's */
    static void awaitTurn(Connection connection, Runnable answered) throws SQLException {
        try (var attempt = connection.prepareStatement("select pg_try_advisory_lock(" + TURN + ")")) {
            for (boolean said = false; ; said = true) {
                try (var row = attempt.executeQuery()) {
                    if (row.next() && row.getBoolean(1)) {
                        return;
                    }
                    answered.run();
                }
                if (!said) {
                    LOG.log(Level.INFO, "database: waiting for another node that is migrating it");
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** @return true: it is done, or this throws */
    private static boolean migrate(StoreSettings s, String url) {
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
                        s.isPostgres() ? "varchar_pattern_ops" : "",
                        "postgres",
                        s.isPostgres() ? "" : "--",
                        "h2",
                        s.isPostgres() ? "--" : ""))
                .initSql(s.isPostgres() ? NOTICE_THE_DEAD : null) // its transaction holds locks as well
                .load()
                .migrate();
        return true;
    }
}
