package io.confab.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Statements in a transaction that is under way, and small things that JDBC lacks, the same on both databases. */
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

    /** The first row, if any. */
    public static <T> Optional<T> first(Connection jdbc, String sql, Reads.Row<T> row, @Nullable Object... values)
            throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            bind(statement, values);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(row.of(rows)) : Optional.empty();
            }
        }
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Long millis = number(row, column);
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    public static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    public static void setInstant(PreparedStatement statement, int index, @Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value.toEpochMilli());
        }
    }

    /** Sets a parameter written as {@code cast(? as varchar array)}: one statement text for any number of values. */
    public static <T> void texts(PreparedStatement statement, int index, Collection<T> values, Function<T, String> text)
            throws SQLException {
        Object[] array = values.stream().map(text).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf("varchar", array));
    }

    /** Sets a parameter written as {@code cast(? as bigint array)}. */
    public static <T> void numbers(
            PreparedStatement statement, int index, Collection<T> values, Function<T, Long> number)
            throws SQLException {
        Object[] array = values.stream().map(number).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf("bigint", array));
    }

    /** One change written for each of the values, in one round trip; nothing for none. */
    public static <T> int[] batch(Connection jdbc, String sql, Collection<T> values, Setter<T> setter)
            throws SQLException {
        if (values.isEmpty()) {
            return new int[0];
        }
        try (var statement = jdbc.prepareStatement(sql)) {
            for (T value : values) {
                setter.set(statement, value);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    /** Sets the parameters of one statement of a batch. */
    @FunctionalInterface
    public interface Setter<T> {
        void set(PreparedStatement statement, T value) throws SQLException;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }
}
