package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Sql;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@link Unread} from the log: on PostgreSQL one statement for all that is asked; H2, which knows no correlation into a
 * derived table, is in this process, so there one short statement per room costs no round trip. Markers that this node has
 * taken but not written yet count.
 */
@Singleton
class DatabaseUnread implements Unread {
    private static final String ACTIVE = "m.role is not null and (m.banned_until is null or m.banned_until <= ?)";
    // primary keys of room_member, room and read_marker; what waits may be of an epoch whose last numbers are lost
    private static final String MARKERS = "select p.room_id, p.user_id, r.epoch, r.head,"
            + " least(r.head, greatest(coalesce(k.seq, 0), coalesce(m.joined_seq, 0), p.at_least)) as marker"
            + " from unnest(cast(? as varchar array), cast(? as varchar array), cast(? as bigint array))"
            + " as p(room_id, user_id, at_least)"
            + " join room_member m on m.room_id = p.room_id and m.user_id = p.user_id and " + ACTIVE
            + " join room r on r.id = p.room_id"
            + " left join read_marker k on k.user_id = p.user_id and k.room_id = p.room_id";
    // primary key of room_event, newest first, at most LIMIT rows
    private static final String STANDING = "(select count(*) from (select 1 from room_event e where e.room_id = %s"
            + " and e.seq > %s and e.type = 'msg.new' and e.deleted_seq is null and e.by_id <> %s"
            + " order by e.seq desc fetch first " + LIMIT + " rows only) as s)";
    // primary key of room_mention
    private static final String MENTIONED = "(select count(*) from (select 1 from room_mention n where n.room_id = %s"
            + " and n.seq > %s and n.user_id = %s fetch first " + LIMIT + " rows only) as t)";
    private static final String ALL_POSTGRES = "select m.room_id, m.user_id, m.epoch, m.head, m.marker, "
            + STANDING.formatted("m.room_id", "m.marker", "m.user_id") + ", "
            + MENTIONED.formatted("m.room_id", "m.marker", "m.user_id")
            + " from (" + MARKERS + ") as m";
    private static final String ONE_H2 = "select r.epoch, r.head, " + STANDING.formatted("?", "?", "?") + ", "
            + MENTIONED.formatted("?", "?", "?") + " from room r where r.id = ?";
    // index room_member_user
    private static final String ROOMS = "select m.user_id, m.room_id from room_member m"
            + " where m.user_id = any(cast(? as varchar array)) and " + ACTIVE + " fetch first ? rows only";

    private final Database database;
    private final DatabaseReadMarkers markers;
    private final Clock clock;

    @Inject
    DatabaseUnread(Database database, DatabaseReadMarkers markers, Clock clock) {
        this.database = database;
        this.markers = markers;
        this.clock = clock;
    }

    @Override
    public Map<Asked, Counts> of(Collection<Asked> asked) {
        if (asked.isEmpty()) {
            return Map.of();
        }
        var byKey = new HashMap<MemberKey, Asked>();
        asked.forEach(one -> byKey.put(new MemberKey(one.room(), one.user()), one));
        var keys = List.copyOf(byKey.keySet());
        // before the read: a marker written meanwhile is found there
        var atLeast = new ArrayList<Long>(keys.size());
        keys.forEach(key -> atLeast.add(Math.max(
                markers.waitingFor(key), byKey.getOrDefault(key, none(key)).atLeast())));
        Map<MemberKey, Counts> found = database.reads()
                .query(jdbc ->
                        database.isPostgres() ? inOneStatement(jdbc, keys, atLeast) : oneByOne(jdbc, keys, atLeast));
        var counts = new HashMap<Asked, Counts>();
        found.forEach((key, count) -> counts.put(byKey.getOrDefault(key, none(key)), count));
        return counts;
    }

    private static Asked none(MemberKey key) {
        return new Asked(key.user(), key.room(), 0);
    }

    private Map<MemberKey, Counts> inOneStatement(Connection jdbc, List<MemberKey> keys, List<Long> atLeast)
            throws SQLException {
        var counts = new HashMap<MemberKey, Counts>();
        try (var statement = jdbc.prepareStatement(ALL_POSTGRES)) {
            bind(statement, keys, atLeast);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.put(
                            key(rows),
                            new Counts(
                                    rows.getString(3),
                                    rows.getLong(4),
                                    rows.getLong(5),
                                    rows.getInt(6),
                                    rows.getInt(7)));
                }
            }
        }
        return counts;
    }

    private Map<MemberKey, Counts> oneByOne(Connection jdbc, List<MemberKey> keys, List<Long> atLeast)
            throws SQLException {
        var found = new HashMap<MemberKey, Long>();
        try (var statement = jdbc.prepareStatement(MARKERS)) {
            bind(statement, keys, atLeast);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(key(rows), rows.getLong(5));
                }
            }
        }
        var counts = new HashMap<MemberKey, Counts>();
        try (var statement = jdbc.prepareStatement(ONE_H2)) {
            for (var entry : found.entrySet()) {
                MemberKey key = entry.getKey();
                for (int first = 1; first <= 4; first += 3) {
                    statement.setString(first, key.room().value());
                    statement.setLong(first + 1, entry.getValue());
                    statement.setString(first + 2, key.user().value());
                }
                statement.setString(7, key.room().value());
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    counts.put(
                            key,
                            new Counts(
                                    rows.getString(1),
                                    rows.getLong(2),
                                    entry.getValue(),
                                    rows.getInt(3),
                                    rows.getInt(4)));
                }
            }
        }
        return counts;
    }

    private void bind(java.sql.PreparedStatement statement, List<MemberKey> keys, List<Long> atLeast)
            throws SQLException {
        Sql.texts(statement, 1, keys, key -> key.room().value());
        Sql.texts(statement, 2, keys, key -> key.user().value());
        Sql.numbers(statement, 3, atLeast, seq -> seq);
        statement.setLong(4, clock.millis());
    }

    private static MemberKey key(ResultSet row) throws SQLException {
        return new MemberKey(new RoomId(row.getString(1)), new UserId(row.getString(2)));
    }

    @Override
    public Map<UserId, Set<RoomId>> rooms(Collection<UserId> users, int most) {
        var rooms = new HashMap<UserId, Set<RoomId>>();
        database.reads()
                .list(
                        ROOMS,
                        row -> Map.entry(new UserId(row.getString(1)), new RoomId(row.getString(2))),
                        users.stream().map(UserId::value).toList(),
                        clock.millis(),
                        (long) users.size() * most)
                .forEach(found -> {
                    Set<RoomId> mine = rooms.computeIfAbsent(found.getKey(), user -> new HashSet<>());
                    if (mine.size() < most) {
                        mine.add(found.getValue());
                    }
                });
        return rooms;
    }
}
