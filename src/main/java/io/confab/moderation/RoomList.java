package io.confab.moderation;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.RoomKind;
import io.confab.store.Database;
import io.confab.store.LikePattern;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rooms, for staff, private and direct ones included: what they are, never what is said in them. Thread-safe. */
@Singleton
public class RoomList {
    private static final String COLUMNS =
            "r.id, r.kind, r.name, r.topic, r.mode, r.slow_ms, r.archived, r.members, r.head,"
                    + " r.last_ts, r.created_at";
    private static final int ENOUGH = Slice.MOST + 1;
    /** By index room_name, and the primary key. */
    private static final String NAMED =
            "r.id in ((select id from room where name_key like ? escape '!' order by name_key" + " limit " + ENOUGH
                    + ") union (select id from room where id = ?))";

    private static final int LAST_EVENTS = 5_000;
    /**
     * By numbers and not by {@code limit}: a plan for any room believes it small, and would read and sort all of the largest
     * for its last events.
     */
    private static final String SPOKEN =
            "select count(*) from room_event where room_id = ? and seq > ? and type = 'msg.new' and ts >= ?";

    private final Reads reads;
    private final Clock clock;

    @Inject
    public RoomList(Database database, Clock clock) {
        this.reads = database.reads();
        this.clock = clock;
    }

    /**
     * A room as staff see it in a list.
     *
     * @param events number of its last event
     */
    public record Row(
            RoomId id,
            RoomKind kind,
            String name,
            String topic,
            String mode,
            long slowMillis,
            boolean archived,
            int members,
            long events,
            Instant lastAt,
            Instant createdAt) {
        /** What is said in it is for its members: staff say why before they read. */
        public boolean isConfidential() {
            return kind != RoomKind.PUBLIC;
        }
    }

    /** A room of one person. @param role null: only a sanction */
    public record Stay(
            Row room,
            @Nullable String role,
            @Nullable Instant mutedUntil,
            @Nullable Instant bannedUntil) {}

    /** By which indexed column. */
    public enum Sort {
        NAME("r.name_key"),
        CREATED("r.created_at");

        private final String column;

        Sort(String column) {
            this.column = column;
        }
    }

    /** @param text beginning of a name, without case, or a whole id; empty: all; @param kind null: all */
    public record Query(String text, @Nullable RoomKind kind, Sort sort, boolean ascending) {}

    /** @param limit at most 100 */
    public Slice<Row> page(Query query, Reach reach, int offset, int limit) {
        var where = new StringBuilder(" where 1 = 1").append(reach.condition());
        var values = new ArrayList<>(reach.values(clock.millis()));
        if (!query.text().isBlank()) {
            where.append(" and ").append(NAMED);
            values.addAll(List.of(
                    LikePattern.keyStartingWith(query.text()), query.text().strip()));
        }
        if (query.kind() != null) {
            where.append(" and r.kind = ?"); // index room_kind
            values.add(query.kind().name().toLowerCase(Locale.ROOT));
        }
        String from = " from room r" + where;
        int counted = count("select r.id" + from, values.toArray());
        String direction = query.ascending() ? "" : " desc";
        String order = " order by " + query.sort().column + direction + ", r.id" + direction + " limit ? offset ?";
        values.add(Math.clamp(limit, 1, 100));
        values.add(Math.clamp(offset, 0, Slice.MOST));
        return Slice.of(reads.list("select " + COLUMNS + from + order, RoomList::row, values.toArray()), counted);
    }

    /** Whichever it is; by the primary key. */
    public Optional<Row> find(RoomId room) {
        return find(room, Reach.ALL);
    }

    /** Empty: there is none, or it is out of reach; by the primary key. */
    public Optional<Row> find(RoomId room, Reach reach) {
        var values = new ArrayList<Object>(List.of(room.value()));
        values.addAll(reach.values(clock.millis()));
        String sql = "select " + COLUMNS + " from room r where r.id = ?" + reach.condition();
        return reads.first(sql, RoomList::row, values.toArray());
    }

    /** Messages since then, among the last {@value #LAST_EVENTS} events that the room had and all since; by the primary key. */
    public long spokenSince(Row room, Instant since) {
        return reads.first(
                        SPOKEN,
                        row -> row.getLong(1),
                        room.id().value(),
                        room.events() - LAST_EVENTS,
                        since.toEpochMilli())
                .orElseThrow();
    }

    /** Whether there is any. */
    boolean reachesAny(Reach reach) {
        String sql = "select 1 from room r where 1 = 1" + reach.condition() + " limit 1";
        return reads.first(sql, row -> true, reach.values(clock.millis()).toArray())
                .isPresent();
    }

    /** Rooms in which this person is, or is under a sanction; by index room_member_user. */
    public Slice<Stay> of(UserId user, int offset, int limit) {
        String from = " from room_member m join room r on r.id = m.room_id where m.user_id = ?";
        int counted = count("select r.id" + from, user.value());
        var rows = reads.list(
                "select " + COLUMNS + ", m.role, m.muted_until, m.banned_until" + from
                        + " order by m.room_id limit ? offset ?",
                row -> new Stay(
                        row(row),
                        row.getString("role"),
                        RoomMembers.instant(row, "muted_until"),
                        RoomMembers.instant(row, "banned_until")),
                user.value(),
                Math.clamp(limit, 1, 100),
                Math.clamp(offset, 0, Slice.MOST));
        return Slice.of(rows, counted);
    }

    private int count(String ids, Object... values) {
        String sql = "select count(*) from (" + ids + " limit " + ENOUGH + ") as found";
        return reads.first(sql, row -> row.getInt(1), values).orElseThrow();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new RoomId(row.getString("id")),
                RoomKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("name"),
                row.getString("topic"),
                row.getString("mode"),
                row.getLong("slow_ms"),
                row.getBoolean("archived"),
                row.getInt("members"),
                row.getLong("head"),
                Instant.ofEpochMilli(row.getLong("last_ts")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
