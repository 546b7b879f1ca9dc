package io.confab.gateway;

import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.wire.BadField;
import io.confab.wire.ClientFrame.Cursor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which rooms a stream listens to, and from where: the query {@code rooms} names them ({@code room} from its head, or
 * {@code room:ep:seq}, where an empty {@code ep} means the present epoch), the header {@code Last-Event-ID} the places to go
 * on from, which are later ones. Without {@code rooms}: those of the header, then all others of the person.
 */
final class StreamCursors {
    private static final int MAX_EPOCH_CHARS = 40;
    private static final int MAX_SEQ_DIGITS = 18;

    private StreamCursors() {}

    /**
     * @param query null: not given
     * @param lastEventId null: not given
     * @param all so many of the person's rooms, asked only when they are needed
     * @param limit of rooms
     * @return at most one more than the limit, the last: it stands for those that have no place, so that this can be told
     */
    static Map<RoomId, Cursor> of(
            @Nullable String query, @Nullable String lastEventId, IntFunction<List<RoomId>> all, int limit)
            throws BadField {
        Map<RoomId, Cursor> resumed = lastEventId == null ? Map.of() : parse("Last-Event-ID", lastEventId);
        if (query != null) {
            Map<RoomId, Cursor> named = parse("rooms", query);
            named.replaceAll((room, cursor) -> resumed.getOrDefault(room, cursor));
            return within(named, limit);
        }
        var rooms = new LinkedHashMap<>(within(resumed, limit));
        for (RoomId room : all.apply(limit + 1)) {
            if (rooms.size() > limit) {
                break;
            }
            rooms.putIfAbsent(room, new Cursor(null, null));
        }
        return rooms;
    }

    /** What an id would be cut by is a hole that nobody sees: it is refused. */
    private static Map<RoomId, Cursor> within(Map<RoomId, Cursor> rooms, int limit) throws BadField {
        if (rooms.size() > limit) {
            throw new BadField(new Refusal.TooManySubscriptions("a stream may have " + limit + " live rooms"));
        }
        return rooms;
    }

    private static Map<RoomId, Cursor> parse(String name, String list) throws BadField {
        var cursors = new LinkedHashMap<RoomId, Cursor>();
        for (String item : list.split(",", -1)) {
            String place = item.strip();
            if (!place.isEmpty()) {
                String[] parts = place.split(":", -1);
                if (!Ids.isId(parts[0]) || (parts.length != 1 && parts.length != 3)) {
                    throw malformed(name);
                }
                cursors.put(
                        new RoomId(parts[0]),
                        parts.length == 1 ? new Cursor(null, null) : cursor(name, parts[1], parts[2]));
            }
        }
        return cursors;
    }

    private static Cursor cursor(String name, String epoch, String seq) throws BadField {
        boolean number =
                !seq.isEmpty() && seq.length() <= MAX_SEQ_DIGITS && seq.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || epoch.length() > MAX_EPOCH_CHARS || !(epoch.isEmpty() || Ids.isId(epoch))) {
            throw malformed(name);
        }
        return new Cursor(epoch.isEmpty() ? null : epoch, Long.parseLong(seq));
    }

    private static BadField malformed(String name) {
        return new BadField(
                new Refusal.BadRequest("'" + name + "' must be room or room:ep:seq, several separated by commas"));
    }
}
