package io.confab.rule;

import io.confab.store.Reads;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements in a transaction that is under way. */
final class Sql {
    private Sql() {}

    /** How many rows it changed. */
    static int update(Connection jdbc, String sql, @Nullable Object... values) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    static <T> Optional<T> first(Connection jdbc, String sql, Reads.Row<T> row, Object... values) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(row.of(rows)) : Optional.empty();
            }
        }
    }
}
