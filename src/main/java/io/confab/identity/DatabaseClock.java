package io.confab.identity;

import java.sql.Connection;
import java.sql.SQLException;

/** Time by the database's clock: the one clock all nodes share. */
final class DatabaseClock {
    /** Milliseconds since 1970 as an SQL expression, on PostgreSQL and H2. */
    static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";

    private DatabaseClock() {}

    static long nowMillis(Connection jdbc) throws SQLException {
        try (var statement = jdbc.prepareStatement("select " + NOW);
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
