package io.confab.audit;

import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.LikePattern;
import io.confab.store.Reads;
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
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes and reads the audit trail. Thread-safe. */
@Singleton
public class AuditTrail {
    private static final int MAX_PAGE = 500;
    private static final String INSERT =
            "insert into audit (at, actor_id, act, target, state_before, state_after, why, address)"
                    + " values (cast(extract(epoch from current_timestamp) * 1000 as bigint), ?, ?, ?, ?, ?, ?, ?)";
    private static final String COLUMNS =
            "select id, at, actor_id, act, target, state_before, state_after, why, address from audit";
    private static final String PAGE = COLUMNS + " where id < ? order by id desc limit ?";

    private final Reads reads;

    @Inject
    public AuditTrail(Database database) {
        this.reads = database.reads();
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

    /** Whether the trail has a line of this act on this target, as seen from a transaction; by audit_target. */
    public static boolean holds(Connection jdbc, AuditAct act, String target) throws SQLException {
        try (var statement = jdbc.prepareStatement("select 1 from audit where target = ? and act = ? limit 1")) {
            setText(statement, 1, target);
            setText(statement, 2, act.word());
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** The newest lines below a number ({@code Long.MAX_VALUE}: the newest of all), newest first; by the primary key. */
    public List<Entry> before(long number, int limit) {
        return reads.list(PAGE, AuditTrail::entry, number, Math.clamp(limit, 1, MAX_PAGE));
    }

    /**
     * Which lines; null components: any.
     *
     * @param target the beginning of a target: a room's id finds what was done to its members and messages too
     */
    public record Filter(
            @Nullable UserId actor,
            @Nullable String act,
            @Nullable String target) {}

    /** Lines that match, newest first; by audit_actor, audit_act or audit_target. */
    public List<Entry> search(Filter filter, int offset, int limit) {
        var values = new ArrayList<Object>();
        String where = condition(filter, values);
        values.add(Math.clamp(limit, 1, MAX_PAGE));
        values.add(Math.max(0, offset));
        return reads.list(COLUMNS + where + " order by id desc limit ? offset ?", AuditTrail::entry, values.toArray());
    }

    /** How many match, counted up to {@code most}. */
    public int count(Filter filter, int most) {
        var values = new ArrayList<Object>();
        String where = condition(filter, values);
        values.add(most);
        return reads.first(
                        "select count(*) from (select id from audit" + where + " limit ?) as found",
                        row -> row.getInt(1),
                        values.toArray())
                .orElseThrow();
    }

    private static String condition(Filter filter, List<Object> values) {
        var all = new StringJoiner(" and ", " where ", "").setEmptyValue("");
        if (filter.actor() != null) {
            all.add("actor_id = ?");
            values.add(filter.actor().value());
        }
        if (filter.act() != null) {
            all.add("act = ?");
            values.add(filter.act());
        }
        if (filter.target() != null) {
            all.add("(target = ? or target like ? escape '!')");
            values.add(filter.target());
            values.add(LikePattern.startingWith(filter.target() + "/"));
        }
        return all.toString();
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
