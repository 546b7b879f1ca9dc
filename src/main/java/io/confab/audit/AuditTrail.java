package io.confab.audit;

import io.confab.kernel.UserId;
import io.confab.store.Database;
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
            "select id, at, actor_id, act, target, state_before, state_after, why, address,"
                    + " chain_no, hash from audit";
    private static final String PAGE = COLUMNS + " where id < ? order by id desc limit ?";
    private static final String SEALED = COLUMNS + " where chain_no > ? order by chain_no, id limit ?";
    /** In the order of the index, so that nothing is sorted however much waits. */
    private static final String OPEN = COLUMNS + " where chain_no is null order by chain_no, id limit ?";

    private final Reads reads;

    @Inject
    public AuditTrail(Database database) {
        this.reads = database.reads();
    }

    /** A line as it stands in the trail. @param seal null: not yet sealed */
    public record Entry(
            long number,
            Instant at,
            AuditLine line,
            @Nullable Seal seal) {
        /** Its number in the chain; 0: not yet sealed. */
        public long place() {
            return seal == null ? 0 : seal.number();
        }
    }

    /** Its place in the chain. @param hash 64 hexadecimal digits */
    public record Seal(long number, String hash) {}

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
     * @param from the first moment @param until the first moment that is too late
     */
    public record Filter(
            @Nullable UserId actor,
            @Nullable String act,
            @Nullable String target,
            @Nullable Instant from,
            @Nullable Instant until) {
        /** Of whatever time. */
        public Filter(@Nullable UserId actor, @Nullable String act, @Nullable String target) {
            this(actor, act, target, null, null);
        }

        boolean matches(Entry entry) {
            return (from == null || !entry.at().isBefore(from))
                    && (until == null || entry.at().isBefore(until))
                    && matches(entry.line());
        }

        private boolean isOfATime() {
            return from != null || until != null;
        }

        private boolean matches(AuditLine line) {
            return (actor == null || actor.equals(line.actor()))
                    && (act == null || act.equals(line.act()))
                    && (target == null
                            || line.target().equals(target)
                            || line.target().startsWith(target + "/"));
        }
    }

    /**
     * The sealed lines beyond a number of the chain, in the order of the chain, so that who goes on from the last one
     * misses none; by audit_chain.
     */
    List<Entry> sealed(long after, int limit) {
        return reads.list(SEALED, AuditTrail::entry, after, limit);
    }

    /** Lines that wait to be sealed, in a transaction; by audit_chain. */
    static List<Entry> open(Connection jdbc, int limit) throws SQLException {
        try (var statement = jdbc.prepareStatement(OPEN)) {
            statement.setInt(1, limit);
            try (var rows = statement.executeQuery()) {
                var all = new ArrayList<Entry>();
                while (rows.next()) {
                    all.add(entry(rows));
                }
                return all;
            }
        }
    }

    /**
     * Lines that match, newest first; by audit_subject, audit_target, audit_actor, audit_actor_act or audit_act, of a time by
     * audit_at, audit_actor_at or audit_act_at.
     */
    public List<Entry> search(Filter filter, int offset, int limit) {
        var values = new ArrayList<Object>();
        String statement = statement(filter, values);
        values.add(Math.clamp(limit, 1, MAX_PAGE));
        values.add(Math.max(0, offset));
        return reads.list(statement, AuditTrail::entry, values.toArray());
    }

    /** Of a page; its limit and offset are to follow the values. */
    static String statement(Filter filter, List<Object> values) {
        String order = filter.isOfATime() ? " order by at desc, id desc" : " order by id desc";
        return COLUMNS + condition(filter, values) + order + " limit ? offset ?";
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
            all.add(filter.target().contains("/") ? "target = ?" : "subject = ?");
            values.add(filter.target());
        }
        if (filter.from() != null) {
            all.add("at >= ?");
            values.add(filter.from().toEpochMilli());
        }
        if (filter.until() != null) {
            all.add("at < ?");
            values.add(filter.until().toEpochMilli());
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
        long place = row.getLong("chain_no");
        @Nullable Seal seal = row.wasNull() ? null : new Seal(place, String.valueOf(row.getString("hash")));
        return new Entry(row.getLong("id"), Instant.ofEpochMilli(row.getLong("at")), line, seal);
    }

    private static void setText(PreparedStatement statement, int index, @Nullable String value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.VARCHAR);
        } else {
            statement.setString(index, value);
        }
    }
}
