package io.confab.directory;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is pinned in a room: messages that stand, what was pinned last first. The caller has checked the right to read, and has
 * read the head before: replaying the log from there leaves no hole. Thread-safe.
 */
@Singleton
public class Pins {
    // primary keys of room_pin and room_event; a node of an older version takes messages away without their pins
    private static final String SELECT = "select p.seq, p.pinned_seq, e.by_id, e.ts from room_pin p"
            + " left join room_event e on e.room_id = p.room_id and e.seq = p.pinned_seq"
            + " left join room_event m on m.room_id = p.room_id and m.seq = p.seq"
            + " where p.room_id = ? and m.deleted_seq is null order by p.pinned_seq desc limit ?";
    private static final int MOST = 200; // the log lets a room have no more than half as many

    private final Reads reads;
    private final History history;

    @Inject
    public Pins(Database database, History history) {
        this.reads = database.reads();
        this.history = history;
    }

    /**
     * @param seq number of the message, @param pinnedSeq of the event that pinned it
     * @param by who pinned it
     * @param message as it stands; null: it did not fit into the answer
     */
    public record Pin(long seq, long pinnedSeq, UserId by, Instant at, History.@Nullable Message message) {}

    /** All of them, with the messages up to {@link Page#BYTES}. */
    public List<Pin> of(RoomId room) {
        List<Pin> bare = reads.list(SELECT, Pins::pin, room.value(), MOST);
        return bare.isEmpty() ? bare : withMessages(room, bare);
    }

    private static Pin pin(ResultSet row) throws SQLException {
        return new Pin(
                row.getLong("seq"),
                row.getLong("pinned_seq"),
                new UserId(row.getString("by_id")),
                Instant.ofEpochMilli(row.getLong("ts")),
                null);
    }

    /** What was taken away between the two reads is no longer pinned. */
    private List<Pin> withMessages(RoomId room, List<Pin> bare) {
        Map<Long, History.Message> messages = new HashMap<>();
        history.of(room, bare.stream().map(Pin::seq).toList())
                .rows()
                .forEach(message -> messages.put(message.seq(), message));
        var pins = new ArrayList<Pin>();
        for (Pin pin : bare) {
            History.Message message = messages.get(pin.seq());
            if (message == null || message.body() != null) {
                pins.add(new Pin(pin.seq(), pin.pinnedSeq(), pin.by(), pin.at(), message));
            }
        }
        return pins;
    }
}
