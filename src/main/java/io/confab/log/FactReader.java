package io.confab.log;

import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.EventJson;
import io.confab.room.Facts;
import io.confab.room.MessageBody;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the commands of one batch are decided on: one query per kind of fact, each by key. */
final class FactReader {
    private static final String MEMBERS = "select m.room_id, m.user_id, m.role, m.joined_seq, m.muted_until,"
            + " m.banned_until, m.last_sent_at"
            + " from unnest(cast(? as varchar array), cast(? as varchar array)) as k(room_id, user_id)"
            + " join room_member m on m.room_id = k.room_id and m.user_id = k.user_id";
    // primary keys of room_event and withheld
    private static final String MESSAGES =
            "select e.room_id, e.seq, e.by_id, e.ts, e.detail, e.deleted_seq, x.ts as edited_at,"
                    + " coalesce(x.body, e.body) as body, coalesce(x.detail, e.detail) as body_detail,"
                    + " d.by_id as taken_by, d.detail as taken_detail, w.body as kept_body, w.detail as kept_detail"
                    + " from unnest(cast(? as varchar array), cast(? as bigint array)) as k(room_id, seq)"
                    + " join room_event e on e.room_id = k.room_id and e.seq = k.seq and e.type = 'msg.new'"
                    + " left join room_event x on x.room_id = e.room_id and x.seq = e.edited_seq"
                    + " left join room_event d on d.room_id = e.room_id and d.seq = e.deleted_seq"
                    + " left join withheld w on w.room_id = d.room_id and w.target_seq = e.seq"
                    + " and w.seq = coalesce(e.edited_seq, e.seq)";
    // primary key of room_pin, then of room_event (a left join leaves PostgreSQL no other order): a node of an older
    // version
    // takes messages away without their pins
    private static final String PINS = "select p.room_id, p.seq, p.pinned_seq from room_pin p"
            + " left join room_event m on m.room_id = p.room_id and m.seq = p.seq"
            + " where p.room_id = any(cast(? as varchar array)) and m.deleted_seq is null";
    private static final String NAMES =
            "select username, id from account where username = any(cast(? as varchar array))";

    private FactReader() {}

    static FactBook read(
            Connection jdbc, Map<UserId, AccountRows.Account> accounts, Collection<Pending.InRoom> commands)
            throws SQLException {
        var book = new FactBook(accounts);
        var people = new HashSet<MemberKey>();
        var seqs = new HashSet<MessageKey>();
        var usernames = new HashSet<String>();
        var pinRooms = new HashSet<RoomId>();
        for (Pending.InRoom c : commands) {
            people.add(new MemberKey(c.room, c.sender));
            UserId target = c.command.targetUser();
            if (target != null) {
                people.add(new MemberKey(c.room, target));
            }
            c.command.messagesNeeded().forEach(seq -> seqs.add(new MessageKey(c.room, seq)));
            usernames.addAll(c.command.namesNeeded());
            if (c.command.pinsNeeded()) {
                pinRooms.add(c.room);
            }
        }
        readMembers(jdbc, people, book);
        readMessages(jdbc, seqs, book);
        readNames(jdbc, usernames, book);
        readPins(jdbc, pinRooms, book);
        return book;
    }

    private static void readMembers(Connection jdbc, Set<MemberKey> keys, FactBook book) throws SQLException {
        try (var statement = jdbc.prepareStatement(MEMBERS)) {
            Sql.texts(statement, 1, keys, key -> key.room().value());
            Sql.texts(statement, 2, keys, key -> key.user().value());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var user = new UserId(rows.getString("user_id"));
                    book.keep(
                            new MemberKey(new RoomId(rows.getString("room_id")), user),
                            EventRows.membership(user, rows),
                            Sql.number(rows, "joined_seq"));
                }
            }
        }
    }

    private static void readMessages(Connection jdbc, Set<MessageKey> keys, FactBook book) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        try (var statement = jdbc.prepareStatement(MESSAGES)) {
            Sql.texts(statement, 1, keys, key -> key.room().value());
            Sql.numbers(statement, 2, keys, MessageKey::seq);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    keepMessage(rows, book);
                }
            }
        }
    }

    private static void keepMessage(ResultSet row, FactBook book) throws SQLException {
        var key = new MessageKey(new RoomId(row.getString("room_id")), row.getLong("seq"));
        String takenBy = row.getString("taken_by");
        book.keep(
                key,
                new Facts.Message(
                        key.seq(),
                        new UserId(row.getString("by_id")),
                        Instant.ofEpochMilli(row.getLong("ts")),
                        takenBy == null ? text(row, "body", "body_detail") : null,
                        takenBy == null ? null : takedown(new UserId(takenBy), row)),
                EventJson.detail(EventJson.event("msg.new", null, null, row.getString("detail"))));
    }

    private static Facts.Takedown takedown(UserId by, ResultSet row) throws SQLException {
        boolean hidden = Json.read(row.getString("taken_detail")).path("hidden").booleanValue();
        return new Facts.Takedown(row.getLong("deleted_seq"), by, hidden, text(row, "kept_body", "kept_detail"));
    }

    private static Facts.@Nullable Text text(ResultSet row, String body, String detail) throws SQLException {
        MessageBody said = EventRows.body(row.getString(body));
        return said == null
                ? null
                : new Facts.Text(said, EventJson.mentions(said, row.getString(detail)), Sql.instant(row, "edited_at"));
    }

    private static void readPins(Connection jdbc, Set<RoomId> rooms, FactBook book) throws SQLException {
        if (rooms.isEmpty()) {
            return;
        }
        var pins = new HashMap<RoomId, Map<Long, Long>>();
        rooms.forEach(room -> pins.put(room, new HashMap<>()));
        try (var statement = jdbc.prepareStatement(PINS)) {
            Sql.texts(statement, 1, rooms, RoomId::value);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    pins.computeIfAbsent(new RoomId(rows.getString("room_id")), room -> new HashMap<>())
                            .put(rows.getLong("seq"), rows.getLong("pinned_seq"));
                }
            }
        }
        pins.forEach(book::keep);
    }

    private static void readNames(Connection jdbc, Set<String> usernames, FactBook book) throws SQLException {
        if (usernames.isEmpty()) {
            return;
        }
        try (var statement = jdbc.prepareStatement(NAMES)) {
            Sql.texts(statement, 1, usernames, name -> name);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    book.keep(rows.getString(1), new UserId(rows.getString(2)));
                }
            }
        }
    }
}
