package io.confab.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements in a transaction that is under way. */
public final class Sql {
    private Sql() {}

    /** How many rows it changed. */
    public static int update(Connection jdbc, String sql, @Nullable Object... values) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    /** All rows; the statement itself bounds how many. */
    public static <T> List<T> list(Connection jdbc, String sql, Reads.Row<T> row, @Nullable Object... values)
            throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            bind(statement, values);
            try (var rows = statement.executeQuery()) {
                var all = new ArrayList<T>();
                while (rows.next()) {
                    all.add(row.of(rows));
                }
                return all;
            }
        }
    }

    public static <T> Optional<T> first(Connection jdbc, String sql, Reads.Row<T> row, @Nullable Object... values)
            throws SQLException {
        return list(jdbc, sql, row, values).stream().findFirst();
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    public static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }
}
