package io.confab.search;

import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.MessageBody;
import io.confab.room.RoomKind;
import io.confab.store.Reads;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages as they stand now, read from the log by their numbers. */
final class Standing {
    // primary keys of room_event and room
    private static final String SELECT = "select m.room_id, m.seq, m.by_id, m.ts, e.ts as edited_at, r.kind, r.name,"
            + " case when m.deleted_seq is null then coalesce(e.body, m.body) end as body"
            + " from unnest(cast(? as varchar array), cast(? as bigint array)) as k(room_id, seq)"
            + " join room_event m on m.room_id = k.room_id and m.seq = k.seq and m.type = 'msg.new'"
            + " join room r on r.id = m.room_id"
            + " left join room_event e on e.room_id = m.room_id and e.seq = m.edited_seq";

    private Standing() {}

    /** A message's number in its room. */
    record Key(RoomId room, long seq) {}

    /** @param text null: deleted, or not a text */
    record Message(
            Key key,
            UserId by,
            Instant at,
            @Nullable Instant editedAt,
            RoomKind kind,
            String roomName,
            @Nullable String text) {
        Place place() {
            return new Place(at.toEpochMilli(), key.room(), key.seq());
        }
    }

    static Map<Key, Message> of(Reads reads, Collection<Key> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return reads.query(jdbc -> {
            try (var statement = jdbc.prepareStatement(SELECT)) {
                set(statement, keys);
                try (var rows = statement.executeQuery()) {
                    var messages = new HashMap<Key, Message>();
                    while (rows.next()) {
                        Message message = message(rows);
                        messages.put(message.key(), message);
                    }
                    return messages;
                }
            }
        });
    }

    private static void set(PreparedStatement statement, Collection<Key> keys) throws SQLException {
        var connection = statement.getConnection();
        Object[] rooms = keys.stream().map(key -> key.room().value()).toArray();
        Object[] numbers = keys.stream().map(Key::seq).toArray();
        statement.setArray(1, connection.createArrayOf("varchar", rooms));
        statement.setArray(2, connection.createArrayOf("bigint", numbers));
    }

    private static Message message(ResultSet row) throws SQLException {
        long editedAt = row.getLong("edited_at");
        boolean edited = !row.wasNull();
        return new Message(
                new Key(new RoomId(row.getString("room_id")), row.getLong("seq")),
                new UserId(row.getString("by_id")),
                Instant.ofEpochMilli(row.getLong("ts")),
                edited ? Instant.ofEpochMilli(editedAt) : null,
                RoomKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("name"),
                text(row.getString("body")));
    }

    private static @Nullable String text(@Nullable String body) {
        if (body == null) {
            return null;
        }
        var json = Json.read(body);
        return json.path("type").asText().equals(MessageBody.TEXT)
                ? json.path("text").asText()
                : null;
    }
}
