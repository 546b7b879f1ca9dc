package io.confab.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Single SQL statements that read, each on a connection of its own in autocommit. Parameters may be texts, numbers,
 * booleans, or a collection of texts, which becomes an SQL array ({@code cast(? as varchar array)}). Thread-safe; throws
 * {@link StoreFailure}. What they return is on disk: nobody is shown what a crash could take back.
 */
public final class Reads {
    private final Source source;
    private final Durability durability;

    /** Where a connection comes from. */
    interface Source {
        Connection connection() throws SQLException;
    }

    Reads(Source source, Durability durability) {
        this.source = source;
        this.durability = durability;
    }

    /** One row to a value. */
    @FunctionalInterface
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** Statements that read, on one connection in autocommit. */
    @FunctionalInterface
    public interface Query<T> {
        T on(Connection jdbc) throws SQLException;
    }

    /** For what {@link #list} cannot say. */
    public <T> T query(Query<T> query) {
        T result = run(query);
        durability.seen();
        return result;
    }

    private <T> T run(Query<T> query) {
        try (var connection = source.connection()) {
            return query.on(connection);
        } catch (SQLException e) {
            throw SqlStates.beforeCommit(e);
        }
    }

    /** All rows; the statement itself bounds how many. */
    public <T> List<T> list(String sql, Row<T> row, Object... parameters) {
        return query(connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                bind(statement, parameters);
                try (var rows = statement.executeQuery()) {
                    var all = new ArrayList<T>();
                    while (rows.next()) {
                        all.add(row.of(rows));
                    }
                    return all;
                }
            }
        });
    }

    /** The first row, if any. */
    public <T> Optional<T> first(String sql, Row<T> row, Object... parameters) {
        return list(sql, row, parameters).stream().findFirst();
    }

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof Collection<?> texts) {
                statement.setArray(i + 1, statement.getConnection().createArrayOf("varchar", texts.toArray()));
            } else {
                statement.setObject(i + 1, parameters[i]);
            }
        }
    }
}
