package io.confab.job;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a deletion would take, counted before it is ordered, and where in a room its turn begins. Bounded in what it
 * looks at. Thread-safe; blocks for reads.
 */
@Singleton
public class MessageCount {
    /** Events that are looked at; when there are more the count says "at least". */
    static final int MOST = 100_000;

    private static final int ROOMS_SHOWN = 50;
    /** Of what took a message away, d; in the text of both databases, and no text in it can look so. */
    static final String HIDDEN = "cast(d.detail as varchar) like '%\"hidden\":%'";

    private static final String STANDING = " left join room_event d on d.room_id = e.room_id and d.seq = e.deleted_seq"
            + " where e.type = 'msg.new' and (e.deleted_seq is null or " + HIDDEN + ") and e.ts >= ?";
    /** By room_event_cid: it begins with who. */
    private static final String OF_PERSON = "(select room_id, type, deleted_seq, ts from room_event where by_id = ?"
            + " limit " + MOST + ") e join room r on r.id = e.room_id" + STANDING;

    private static final String EVENTS_OF_PERSON =
            "select count(*) from (select 1 from room_event where by_id = ? limit " + (MOST + 1) + ") e";
    /** By the primary key. */
    private static final String OF_ROOM = "(select room_id, by_id, type, deleted_seq, ts from room_event"
            + " where room_id = ? and seq >= ? order by seq limit " + MOST + ") e join room r on r.id = e.room_id"
            + STANDING;

    private static final String GROUPED =
            "select e.room_id, r.name, count(*) as messages, sum(count(*)) over () as total from %s%s"
                    + " group by e.room_id, r.name order by messages desc, e.room_id limit " + ROOMS_SHOWN;
    private static final String HEAD = "select head from room where id = ?";
    private static final String AT =
            "select seq, ts from room_event where room_id = ? and seq >= ? order by seq limit 1";

    private final Reads reads;

    @Inject
    public MessageCount(Database database) {
        this.reads = database.reads();
    }

    /** @param name of the room; empty: a conversation of two */
    public record InRoom(RoomId room, String name, long messages) {}

    /**
     * @param messages how many there are
     * @param complete false: at least so many
     * @param rooms in which, the most first, the first {@value #ROOMS_SHOWN}
     */
    public record Found(long messages, boolean complete, List<InRoom> rooms) {}

    /** What a deletion would take that is ordered now. */
    public Found of(Task.Deletion deletion, Instant now) {
        Instant since = now.minus(deletion.back());
        UserId user = deletion.user();
        RoomId room = deletion.room();
        if (room != null) {
            return inRoom(room, user, since);
        }
        String who = String.valueOf(user);
        List<Row> rooms = reads.list(GROUPED.formatted(OF_PERSON, ""), Row::of, who, since.toEpochMilli());
        long seen = reads.first(EVENTS_OF_PERSON, row -> row.getLong(1), who).orElse(0L);
        return found(rooms, seen <= MOST);
    }

    private Found inRoom(RoomId room, @Nullable UserId user, Instant since) {
        long first = firstSince(room, since);
        long head = reads.first(HEAD, row -> row.getLong(1), room.value()).orElse(0L);
        List<Row> rooms = user == null
                ? reads.list(GROUPED.formatted(OF_ROOM, ""), Row::of, room.value(), first, since.toEpochMilli())
                : reads.list(
                        GROUPED.formatted(OF_ROOM, " and e.by_id = ?"),
                        Row::of,
                        room.value(),
                        first,
                        since.toEpochMilli(),
                        user.value());
        return found(rooms, head - first < MOST);
    }

    private static Found found(List<Row> rows, boolean complete) {
        long total = rows.isEmpty() ? 0 : rows.getFirst().total();
        return new Found(total, complete, rows.stream().map(Row::room).toList());
    }

    /** @param total messages in all rooms */
    private record Row(InRoom room, long total) {
        static Row of(ResultSet row) throws SQLException {
            var room = new InRoom(new RoomId(row.getString("room_id")), row.getString("name"), row.getLong("messages"));
            return new Row(room, row.getLong("total"));
        }
    }

    /** Number of the first event of a room at or after a moment; behind its head: none is. Times never go back in a room. */
    long firstSince(RoomId room, Instant since) {
        long below = 0; // earlier than that moment, or no event
        long above = reads.first(HEAD, row -> row.getLong(1), room.value()).orElse(0L) + 1;
        while (above - below > 1) {
            long middle = below + (above - below) / 2;
            Optional<Place> place =
                    reads.first(AT, row -> new Place(row.getLong(1), row.getLong(2)), room.value(), middle);
            if (place.isPresent() && place.get().ts() < since.toEpochMilli()) {
                below = place.get().seq();
            } else {
                above = middle;
            }
        }
        return above;
    }

    private record Place(long seq, long ts) {}
}
