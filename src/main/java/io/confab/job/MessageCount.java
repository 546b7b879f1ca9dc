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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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
    /** Of who has said more in all than is looked at. */
    private static final int ROOMS_COUNTED = 200;

    /** Of what took a message away, d; in the text of both databases, and no text in it can look so. */
    static final String HIDDEN = "cast(d.detail as varchar) like '%\"hidden\":%'";

    private static final String STANDING = " left join room_event d on d.room_id = e.room_id and d.seq = e.deleted_seq"
            + " where e.type = 'msg.new' and (e.deleted_seq is null or " + HIDDEN + ") and e.ts >= ?";
    /** By room_event_cid: it begins with who. */
    private static final String OF_PERSON = "(select room_id, type, deleted_seq, ts from room_event where by_id = ?"
            + " limit ?) e join room r on r.id = e.room_id" + STANDING;

    private static final String EVENTS_OF_PERSON =
            "select count(*) from (select 1 from room_event where by_id = ? limit ?) e";
    /** By room_member_user. */
    private static final String ROOMS_OF_PERSON =
            "select room_id from room_member where user_id = ? order by room_id limit " + (ROOMS_COUNTED + 1);

    /** By the primary key. */
    private static final String OF_ROOM = "(select room_id, by_id, type, deleted_seq, ts from room_event"
            + " where room_id = ? and seq >= ? order by seq limit ?) e join room r on r.id = e.room_id" + STANDING;

    private static final String GROUPED =
            "select e.room_id, r.name, count(*) as messages, sum(count(*)) over () as total from %s%s"
                    + " group by e.room_id, r.name order by messages desc, e.room_id limit " + ROOMS_SHOWN;
    private static final String HEAD = "select head from room where id = ?";
    private static final String AT =
            "select seq, ts from room_event where room_id = ? and seq >= ? order by seq limit 1";

    private final Reads reads;
    private final int most;

    @Inject
    public MessageCount(Database database) {
        this(database, MOST);
    }

    MessageCount(Database database, int most) {
        this.reads = database.reads();
        this.most = most;
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
        UserId who = Objects.requireNonNull(user);
        long all = reads.first(EVENTS_OF_PERSON, row -> row.getLong(1), who.value(), most + 1L)
                .orElse(0L);
        if (all > most) { // they come in no order of time: the last hours may not be among those that are looked at
            return inEachRoom(who, since);
        }
        return found(
                reads.list(GROUPED.formatted(OF_PERSON, ""), Row::of, who.value(), most, since.toEpochMilli()), true);
    }

    /** As the job itself goes, until so many events are looked at. */
    private Found inEachRoom(UserId user, Instant since) {
        List<RoomId> rooms = reads.list(ROOMS_OF_PERSON, row -> new RoomId(row.getString(1)), user.value());
        var counted = new ArrayList<InRoom>();
        boolean complete = rooms.size() <= ROOMS_COUNTED;
        long looked = 0;
        for (RoomId room : rooms.subList(0, Math.min(rooms.size(), ROOMS_COUNTED))) {
            if (looked >= most) {
                complete = false;
                break;
            }
            Part part = since(room, since);
            Found found = count(part, user, since);
            looked += part.events();
            complete &= found.complete();
            counted.addAll(found.rooms());
        }
        counted.sort(Comparator.comparingLong(InRoom::messages).reversed());
        long messages = counted.stream().mapToLong(InRoom::messages).sum();
        return new Found(messages, complete, counted.stream().limit(ROOMS_SHOWN).toList());
    }

    private Found inRoom(RoomId room, @Nullable UserId user, Instant since) {
        return count(since(room, since), user, since);
    }

    /** The end of a room's log. */
    private record Part(RoomId room, long first, long events) {}

    private Part since(RoomId room, Instant since) {
        long first = firstSince(room, since);
        long head = reads.first(HEAD, row -> row.getLong(1), room.value()).orElse(0L);
        return new Part(room, first, Math.max(0, head - first + 1));
    }

    private Found count(Part part, @Nullable UserId user, Instant since) {
        String room = part.room().value();
        long millis = since.toEpochMilli();
        List<Row> rooms = user == null
                ? reads.list(GROUPED.formatted(OF_ROOM, ""), Row::of, room, part.first(), most, millis)
                : reads.list(
                        GROUPED.formatted(OF_ROOM, " and e.by_id = ?"),
                        Row::of,
                        room,
                        part.first(),
                        most,
                        millis,
                        user.value());
        return found(rooms, part.events() <= most);
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
