package io.confab.log;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.kernel.Utf8;
import io.confab.room.LoggedEvent;
import io.confab.store.Database;
import io.confab.store.Sql;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@link RoomReader} over the pool of readers. */
@Singleton
class DatabaseRoomReader implements RoomReader {
    // primary key of room_event
    private static final String EVENTS = "select r.epoch, e.seq, e.type, e.by_id, e.ts, e.cid, e.target_seq, e.body,"
            + " e.detail from room_event e join room r on r.id = e.room_id"
            + " where e.room_id = ? and e.seq > ? order by e.seq limit ?";
    private static final String ACCESS = "select " + RoomRows.COLUMNS + ", a.role as global_role, a.suspended_until,"
            + " m.role, m.muted_until, m.banned_until, m.last_sent_at"
            + " from room r join account a on a.id = ?"
            + " left join room_member m on m.room_id = r.id and m.user_id = a.id"
            + " where r.id = any(cast(? as varchar array))";
    private static final int ROW_BYTES = 330; // of an encoded event beyond its body and detail, with the longest ids

    private final Database database;
    private final Clock clock;

    @Inject
    DatabaseRoomReader(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<Head> head(RoomId room) {
        return Optional.ofNullable(database.reads()
                .query(jdbc -> RoomRows.heads(jdbc, List.of(room)))
                .get(room));
    }

    @Override
    public Map<RoomId, Head> heads(Collection<RoomId> rooms) {
        return database.readsInLine().query(jdbc -> RoomRows.heads(jdbc, rooms));
    }

    @Override
    public List<LoggedEvent> events(RoomId room, long after, int limit, int maxBytes) {
        return database.reads().query(jdbc -> {
            try (var statement = jdbc.prepareStatement(EVENTS)) {
                statement.setString(1, room.value());
                statement.setLong(2, after);
                statement.setInt(3, limit);
                try (var rows = statement.executeQuery()) {
                    return page(room, rows, maxBytes);
                }
            }
        });
    }

    private static List<LoggedEvent> page(RoomId room, ResultSet rows, int maxBytes) throws SQLException {
        var events = new ArrayList<LoggedEvent>();
        long bytes = 0;
        while (rows.next()) {
            String body = rows.getString("body");
            bytes += ROW_BYTES + Utf8.length(rows.getString("detail")) + (body == null ? 0 : Utf8.length(body));
            if (bytes > maxBytes && !events.isEmpty()) {
                return events;
            }
            events.add(EventRows.event(room, rows.getString("epoch"), rows));
        }
        return events;
    }

    @Override
    public Optional<Access> access(RoomId room, UserId user) {
        return Optional.ofNullable(accesses(List.of(room), user).get(room));
    }

    @Override
    public Map<RoomId, Access> accesses(Collection<RoomId> wanted, UserId user) {
        if (wanted.isEmpty()) {
            return Map.of();
        }
        return database.reads().query(jdbc -> {
            try (var statement = jdbc.prepareStatement(ACCESS)) {
                statement.setString(1, user.value());
                Sql.texts(statement, 2, wanted, RoomId::value);
                try (var rows = statement.executeQuery()) {
                    var accesses = new HashMap<RoomId, Access>();
                    while (rows.next()) {
                        Access access = access(user, rows);
                        accesses.put(access.state().room(), access);
                    }
                    return accesses;
                }
            }
        });
    }

    private Access access(UserId user, ResultSet row) throws SQLException {
        Instant suspendedUntil = Sql.instant(row, "suspended_until");
        return new Access(
                RoomRows.state(row),
                EventRows.membership(user, row),
                GlobalRole.valueOf(row.getString("global_role").toUpperCase(Locale.ROOT)),
                suspendedUntil != null && clock.instant().isBefore(suspendedUntil));
    }
}
