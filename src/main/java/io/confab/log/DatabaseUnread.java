package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@link Unread} from the log: on PostgreSQL one statement for all rooms; H2, which knows no correlation into a derived
 * table, is in this process, so there one short statement per room costs no round trip.
 */
@Singleton
class DatabaseUnread implements Unread {
    // index room_member_user, then primary key of read_marker
    private static final String ROOMS = "select m.room_id, m.user_id, coalesce(k.seq, m.joined_seq, 0) as marker"
            + " from room_member m left join read_marker k on k.user_id = m.user_id and k.room_id = m.room_id"
            + " where m.user_id = ? and m.role is not null and (m.banned_until is null or m.banned_until <= ?)";
    // primary key of room_event, newest first, at most LIMIT rows
    private static final String STANDING = "select 1 from room_event e where e.room_id = %s and e.seq > %s"
            + " and e.type = 'msg.new' and e.deleted_seq is null and e.by_id <> %s"
            + " order by e.seq desc fetch first " + LIMIT + " rows only";
    // primary key of room_mention
    private static final String MENTIONED = "select 1 from room_mention n where n.room_id = %s and n.seq > %s"
            + " and n.user_id = %s fetch first " + LIMIT + " rows only";
    private static final String ALL_POSTGRES = "select m.room_id, m.marker,"
            + " (select count(*) from (" + STANDING.formatted("m.room_id", "m.marker", "m.user_id") + ") as s),"
            + " (select count(*) from (" + MENTIONED.formatted("m.room_id", "m.marker", "m.user_id") + ") as t)"
            + " from (" + ROOMS + ") as m";
    private static final String ONE_H2 = "select (select count(*) from (" + STANDING.formatted("?", "?", "?") + ")),"
            + " (select count(*) from (" + MENTIONED.formatted("?", "?", "?") + "))";

    private final Database database;
    private final Clock clock;

    @Inject
    DatabaseUnread(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Map<RoomId, Counts> of(UserId user) {
        return database.reads()
                .query(jdbc -> database.isPostgres() ? inOneStatement(jdbc, user) : roomByRoom(jdbc, user));
    }

    private Map<RoomId, Counts> inOneStatement(Connection jdbc, UserId user) throws SQLException {
        var counts = new LinkedHashMap<RoomId, Counts>();
        try (var statement = jdbc.prepareStatement(ALL_POSTGRES)) {
            statement.setString(1, user.value());
            statement.setLong(2, clock.millis());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.put(
                            new RoomId(rows.getString(1)), new Counts(rows.getLong(2), rows.getInt(3), rows.getInt(4)));
                }
            }
        }
        return counts;
    }

    private Map<RoomId, Counts> roomByRoom(Connection jdbc, UserId user) throws SQLException {
        var markers = new LinkedHashMap<RoomId, Long>();
        try (var statement = jdbc.prepareStatement(ROOMS)) {
            statement.setString(1, user.value());
            statement.setLong(2, clock.millis());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    markers.put(new RoomId(rows.getString("room_id")), rows.getLong("marker"));
                }
            }
        }
        var counts = new LinkedHashMap<RoomId, Counts>();
        try (var statement = jdbc.prepareStatement(ONE_H2)) {
            for (var entry : markers.entrySet()) {
                for (int first = 1; first <= 4; first += 3) {
                    statement.setString(first, entry.getKey().value());
                    statement.setLong(first + 1, entry.getValue());
                    statement.setString(first + 2, user.value());
                }
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    counts.put(entry.getKey(), new Counts(entry.getValue(), rows.getInt(1), rows.getInt(2)));
                }
            }
        }
        return counts;
    }
}
