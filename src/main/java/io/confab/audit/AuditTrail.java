package io.confab.audit;

import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes and reads the audit trail. Thread-safe. */
@Singleton
public class AuditTrail {
    private static final int MAX_PAGE = 500;
    private static final String INSERT =
            "insert into audit (at, actor_id, act, target, state_before, state_after, why, address)"
                    + " values (cast(extract(epoch from current_timestamp) * 1000 as bigint), ?, ?, ?, ?, ?, ?, ?)";
    private static final String PAGE = "select id, at, actor_id, act, target, state_before, state_after, why, address"
            + " from audit where id < ? order by id desc limit ?";

    private final Transactions transactions;

    @Inject
    public AuditTrail(Database database) {
        this(database.transactions());
    }

    public AuditTrail(Transactions transactions) {
        this.transactions = transactions;
    }

    /** A line as it stands in the trail. */
    public record Entry(long number, Instant at, AuditLine line) {}

    /** Writes the line in the transaction of the act it tells of: call it on that transaction's connection. */
    public static void record(Connection jdbc, AuditLine line) throws SQLException {
        try (var statement = jdbc.prepareStatement(INSERT)) {
            int i = 0;
            setText(statement, ++i, line.actor() == null ? null : line.actor().value());
            setText(statement, ++i, line.act());
            setText(statement, ++i, line.target());
            setText(statement, ++i, line.before());
            setText(statement, ++i, line.after());
            setText(statement, ++i, line.why());
            setText(statement, ++i, line.address());
            statement.executeUpdate();
        }
    }

    /** The newest lines below a number ({@code Long.MAX_VALUE}: the newest of all), newest first; by the primary key. */
    public List<Entry> before(long number, int limit) {
        return transactions.read((em, jdbc) -> {
            var entries = new ArrayList<Entry>();
            try (var statement = jdbc.prepareStatement(PAGE)) {
                statement.setLong(1, number);
                statement.setInt(2, Math.clamp(limit, 1, MAX_PAGE));
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        entries.add(entry(rows));
                    }
                }
            }
            return entries;
        });
    }

    private static Entry entry(ResultSet row) throws SQLException {
        String actor = row.getString("actor_id");
        var line = new AuditLine(
                actor == null ? null : new UserId(actor),
                row.getString("act"),
                row.getString("target"),
                row.getString("state_before"),
                row.getString("state_after"),
                row.getString("why"),
                row.getString("address"));
        return new Entry(row.getLong("id"), Instant.ofEpochMilli(row.getLong("at")), line);
    }

    private static void setText(PreparedStatement statement, int index, @Nullable String value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.VARCHAR);
        } else {
            statement.setString(index, value);
        }
    }
}
