package io.confab.directory;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages as they stand: edited ones with their last text, deleted ones as tombstones. The caller has checked the right
 * to read. The head is read first, so what a page shows is at least as new as the head it names, and replaying the log
 * from that head leaves no hole. Thread-safe.
 */
@Singleton
public class History {
    private static final String SELECT =
            "select m.seq, m.by_id, m.ts, m.deleted_seq, m.detail, m.body, e.ts as edited_at,"
                    + " e.body as edited_body, e.detail as edited_detail from room_event m left join room_event e on e.room_id ="
                    + " m.room_id and e.seq = m.edited_seq where m.room_id = ? and m.type = 'msg.new' and ";

    private final Reads reads;

    @Inject
    public History(Database database) {
        this.reads = database.reads();
    }

    /**
     * @param body null when deleted
     * @param detail {@code reply_to}, {@code thread} of the message and the {@code mentions} of its last text
     */
    public record Message(
            long seq,
            String by,
            Instant ts,
            @Nullable JsonNode body,
            @Nullable Instant editedAt,
            JsonNode detail,
            JsonNode mentions) {}

    /** The last {@code limit} messages below {@code before}, oldest first. */
    public Page<Message> before(RoomId room, long before, long head, int limit) {
        var page = Page.of(
                reads.list(
                        SELECT + "m.seq < ? and m.seq <= ? order by m.seq desc limit ?",
                        History::message,
                        room.value(),
                        before,
                        head,
                        limit + 1),
                limit);
        var oldestFirst = new ArrayList<>(page.rows());
        Collections.reverse(oldestFirst);
        return new Page<>(oldestFirst, page.more());
    }

    /** The first {@code limit} messages above {@code after}, oldest first. */
    public Page<Message> after(RoomId room, long after, long head, int limit) {
        return Page.of(
                reads.list(
                        SELECT + "m.seq > ? and m.seq <= ? order by m.seq limit ?",
                        History::message,
                        room.value(),
                        after,
                        head,
                        limit + 1),
                limit);
    }

    /** Half a page on each side of {@code seq}, itself included. {@code more}: on either side. */
    public Page<Message> around(RoomId room, long seq, long head, int limit) {
        var older = before(room, seq, head, limit / 2);
        var newer = after(room, seq - 1, head, limit - limit / 2);
        var both = new ArrayList<>(older.rows());
        both.addAll(newer.rows());
        return new Page<>(List.copyOf(both), older.more() || newer.more());
    }

    private static Message message(ResultSet row) throws SQLException {
        row.getLong("deleted_seq");
        boolean deleted = !row.wasNull();
        long editedAt = row.getLong("edited_at");
        boolean edited = !row.wasNull() && !deleted;
        String body = row.getString(edited ? "edited_body" : "body");
        JsonNode detail = json(row.getString("detail"));
        JsonNode latest = edited ? json(row.getString("edited_detail")) : detail;
        return new Message(
                row.getLong("seq"),
                row.getString("by_id"),
                Instant.ofEpochMilli(row.getLong("ts")),
                deleted || body == null ? null : Json.read(body),
                edited ? Instant.ofEpochMilli(editedAt) : null,
                detail,
                deleted || !latest.has("mentions") ? Json.array() : latest.get("mentions"));
    }

    private static JsonNode json(@Nullable String stored) {
        return stored == null ? Json.object() : Json.read(stored);
    }
}
