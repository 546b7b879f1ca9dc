package io.confab.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Small things that JDBC lacks, the same on both databases. */
final class Sql {
    private Sql() {}

    /** Sets a parameter written as {@code cast(? as varchar array)}: one statement text for any number of values. */
    static <T> void texts(PreparedStatement statement, int index, Collection<T> values, Function<T, String> text)
            throws SQLException {
        Object[] array = values.stream().map(text).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf("varchar", array));
    }

    /** Sets a parameter written as {@code cast(? as bigint array)}. */
    static <T> void numbers(PreparedStatement statement, int index, Collection<T> values, Function<T, Long> number)
            throws SQLException {
        Object[] array = values.stream().map(number).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf("bigint", array));
    }

    static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Long millis = number(row, column);
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    static void setInstant(PreparedStatement statement, int index, @Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value.toEpochMilli());
        }
    }

    /** One change written for each of the values, in one round trip; nothing for none. */
    static <T> int[] batch(Connection jdbc, String sql, Collection<T> values, Setter<T> setter) throws SQLException {
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
    interface Setter<T> {
        void set(PreparedStatement statement, T value) throws SQLException;
    }
}
