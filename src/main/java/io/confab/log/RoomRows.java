package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomState;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Rows of the table {@code room}: read as states, moved on by compare-and-set of the head. */
public final class RoomRows {
    /** What {@link #state} reads, of the table as {@code r}. */
    public static final String COLUMNS =
            "r.id, r.epoch, r.head, r.kind, r.name, r.topic, r.mode, r.slow_ms, r.archived, r.members, r.last_ts";

    private static final String SELECT =
            "select " + COLUMNS + " from room r where r.id = any(cast(? as varchar array)) order by r.id";
    private static final String HEADS = "select id, epoch, head from room where id = any(cast(? as varchar array))";
    private static final String ADVANCE = "update room set head = ?, name = ?, topic = ?, mode = ?, slow_ms = ?,"
            + " archived = ?, members = ?, last_ts = ? where id = ? and epoch = ? and head = ?";

    private RoomRows() {}

    /** A room's way from one number to another. */
    record Advance(RoomState from, RoomState to) {}

    /** One statement for all of them. */
    static Map<RoomId, RoomState> states(Connection jdbc, Set<RoomId> rooms, Locking locking) throws SQLException {
        var states = new HashMap<RoomId, RoomState>();
        if (rooms.isEmpty()) {
            return states;
        }
        String lock = switch (locking) {
            case OPTIMISTIC -> "";
            case ROOMS_FIRST -> " for update";
            case PASS_OVER -> " for update skip locked";
        };
        try (var statement = jdbc.prepareStatement(SELECT + lock)) {
            Sql.texts(statement, 1, new TreeSet<>(rooms), RoomId::value);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    RoomState state = state(rows);
                    states.put(state.room(), state);
                }
            }
        }
        return states;
    }

    /** The rooms as they are now, without a lock. */
    static Map<RoomId, RoomReader.Head> heads(Connection jdbc, Collection<RoomId> rooms) throws SQLException {
        var heads = new HashMap<RoomId, RoomReader.Head>();
        if (rooms.isEmpty()) {
            return heads;
        }
        try (var statement = jdbc.prepareStatement(HEADS)) {
            Sql.texts(statement, 1, rooms, RoomId::value);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    heads.put(new RoomId(rows.getString(1)), new RoomReader.Head(rows.getString(2), rows.getLong(3)));
                }
            }
        }
        return heads;
    }

    /**
     * Moves each head if it still is where the decision began: one statement per room, in id order, in one round trip
     * (the order in which one multi-row update takes its locks is unspecified).
     *
     * @return the rooms whose head had moved: nothing was written for them
     */
    static Set<RoomId> advance(Connection jdbc, List<Advance> inIdOrder) throws SQLException {
        int[] counts = Sql.batch(jdbc, ADVANCE, inIdOrder, (statement, advance) -> {
            RoomState to = advance.to();
            statement.setLong(1, to.head());
            statement.setString(2, to.name());
            statement.setString(3, to.topic());
            statement.setString(4, to.mode().word());
            statement.setLong(5, to.slowMode().toMillis());
            statement.setBoolean(6, to.archived());
            statement.setInt(7, to.members());
            statement.setLong(8, to.lastTs().toEpochMilli());
            statement.setString(9, to.room().value());
            statement.setString(10, advance.from().epoch());
            statement.setLong(11, advance.from().head());
        });
        var missed = new HashSet<RoomId>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 1) {
                missed.add(inIdOrder.get(i).to().room());
            }
        }
        return missed;
    }

    /** Waits until no other transaction writes in these rooms, and keeps it so until this one ends. */
    static void lock(Connection jdbc, Collection<RoomId> rooms) throws SQLException {
        var ids = new TreeSet<>(rooms);
        states(jdbc, ids, Locking.ROOMS_FIRST);
    }

    /**
     * Gives every room this epoch: after the database was set back, since numbers of the old one may be given out again.
     *
     * @return how many rooms there are
     */
    public static int newEpoch(Connection jdbc, String epoch) throws SQLException {
        int rooms = 0;
        String last = "";
        try (var page = jdbc.prepareStatement(
                        "select max(id) from (select id from room where id > ? order by id limit 1000) as page");
                var update = jdbc.prepareStatement("update room set epoch = ? where id > ? and id <= ?")) {
            while (true) { // in pages, by the primary key: no statement may take longer than the statement timeout
                page.setString(1, last);
                Optional<String> end;
                try (var row = page.executeQuery()) {
                    end = row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
                }
                if (end.isEmpty()) {
                    return rooms;
                }
                String to = end.get();
                update.setString(1, epoch);
                update.setString(2, last);
                update.setString(3, to);
                rooms += update.executeUpdate();
                last = to;
            }
        }
    }

    /** The row that a result stands at. */
    public static RoomState state(ResultSet row) throws SQLException {
        return new RoomState(
                new RoomId(row.getString("id")),
                row.getString("epoch"),
                row.getLong("head"),
                RoomKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("name"),
                row.getString("topic"),
                RoomMode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
                Duration.ofMillis(row.getLong("slow_ms")),
                row.getBoolean("archived"),
                row.getInt("members"),
                Instant.ofEpochMilli(row.getLong("last_ts")));
    }
}
