package io.confab.directory;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.Utf8;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages as they stand: edited ones with their last text, deleted ones as tombstones. The caller has checked the right
 * to read. The head is read first, so what a page shows is at least as new as the head it names, and replaying the log
 * from that head leaves no hole. A page ends at its number of rows or at {@link Page#BYTES}. Thread-safe.
 */
@Singleton
public class History {
    private static final String SELECT =
            "select m.seq, m.by_id, m.ts, m.deleted_seq, m.detail, e.ts as edited_at, e.detail as edited_detail,"
                    + " case when m.deleted_seq is null then coalesce(e.body, m.body) end as body, d.detail as deletion, d.by_id as deleted_by"
                    + " from room_event m left join room_event e on e.room_id = m.room_id and e.seq = m.edited_seq"
                    + " left join room_event d on d.room_id = m.room_id and d.seq = m.deleted_seq"
                    + " where m.room_id = ? and m.type = 'msg.new' and ";
    private static final int ROW_BYTES = 170; // of an encoded message beyond its body and details, with the longest id

    private final Reads reads;

    @Inject
    public History(Database database) {
        this.reads = database.reads();
    }

    /**
     * @param body the JSON document as it is stored; null when deleted
     * @param hidden deleted by a moderator for now
     * @param byModerator deleted by somebody else than its author
     * @param detail {@code reply_to}, {@code thread} of the message and the {@code mentions} of its last text
     */
    public record Message(
            long seq,
            String by,
            Instant ts,
            @Nullable String body,
            boolean hidden,
            boolean byModerator,
            @Nullable Instant editedAt,
            JsonNode detail,
            JsonNode mentions) {}

    /** The last {@code limit} messages below {@code before}, oldest first. */
    public Page<Message> before(RoomId room, long before, long head, int limit) {
        return before(room, before, head, limit, Page.BYTES);
    }

    /** The first {@code limit} messages above {@code after}, oldest first. */
    public Page<Message> after(RoomId room, long after, long head, int limit) {
        return after(room, after, head, limit, Page.BYTES);
    }

    /** Half a page on each side of {@code seq}, itself included. {@code more}: on either side. */
    public Page<Message> around(RoomId room, long seq, long head, int limit) {
        var older = before(room, seq, head, limit / 2, Page.BYTES / 2);
        var newer = after(room, seq - 1, head, limit - limit / 2, Page.BYTES / 2);
        var both = new ArrayList<>(older.rows());
        both.addAll(newer.rows());
        return new Page<>(both, older.more() || newer.more());
    }

    /** Those of these numbers that are messages, the newest first; {@code more}: others did not fit into the page. */
    Page<Message> of(RoomId room, Collection<Long> seqs) {
        return page(
                "m.seq = any(cast(? as bigint array)) order by m.seq desc limit ?",
                seqs.size(),
                Page.BYTES,
                room.value(),
                seqs.toArray(Long[]::new));
    }

    private Page<Message> before(RoomId room, long before, long head, int limit, int maxBytes) {
        return page("m.seq <= ? order by m.seq desc limit ?", limit, maxBytes, room.value(), Math.min(before - 1, head))
                .map(List::reversed);
    }

    private Page<Message> after(RoomId room, long after, long head, int limit, int maxBytes) {
        return page("m.seq > ? and m.seq <= ? order by m.seq limit ?", limit, maxBytes, room.value(), after, head);
    }

    /** @param values all but the last, which is one row more than the page may hold */
    private Page<Message> page(String condition, int limit, int maxBytes, Object... values) {
        return reads.query(jdbc -> {
            try (var statement = jdbc.prepareStatement(SELECT + condition)) {
                for (int i = 0; i < values.length; i++) {
                    if (values[i] instanceof Long[] numbers) {
                        statement.setArray(i + 1, jdbc.createArrayOf("bigint", numbers));
                    } else {
                        statement.setObject(i + 1, values[i]);
                    }
                }
                statement.setInt(values.length + 1, limit + 1);
                try (var rows = statement.executeQuery()) {
                    return page(rows, limit, maxBytes);
                }
            }
        });
    }

    private static Page<Message> page(ResultSet rows, int limit, int maxBytes) throws SQLException {
        var messages = new ArrayList<Message>();
        long bytes = 0;
        while (rows.next()) {
            String body = rows.getString("body");
            bytes += ROW_BYTES + bytes(body) + bytes(rows.getString("detail")) + bytes(rows.getString("edited_detail"));
            if (messages.size() == limit || (bytes > maxBytes && !messages.isEmpty())) {
                return new Page<>(messages, true);
            }
            messages.add(message(rows, body));
        }
        return new Page<>(messages, false);
    }

    private static int bytes(@Nullable String json) {
        return json == null ? 0 : Utf8.length(json);
    }

    private static Message message(ResultSet row, @Nullable String body) throws SQLException {
        row.getLong("deleted_seq");
        boolean deleted = !row.wasNull();
        String deletedBy = row.getString("deleted_by");
        long editedAt = row.getLong("edited_at");
        boolean edited = !row.wasNull() && !deleted;
        JsonNode detail = json(row.getString("detail"));
        JsonNode latest = edited ? json(row.getString("edited_detail")) : detail;
        return new Message(
                row.getLong("seq"),
                row.getString("by_id"),
                Instant.ofEpochMilli(row.getLong("ts")),
                body,
                json(row.getString("deletion")).path("hidden").booleanValue(),
                deletedBy != null && !deletedBy.equals(row.getString("by_id")),
                edited ? Instant.ofEpochMilli(editedAt) : null,
                detail,
                deleted || !latest.has("mentions") ? Json.array() : latest.get("mentions"));
    }

    private static JsonNode json(@Nullable String stored) {
        return stored == null ? Json.object() : Json.read(stored);
    }
}
