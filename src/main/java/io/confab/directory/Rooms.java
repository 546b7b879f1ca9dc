package io.confab.directory;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomRows;
import io.confab.log.Unread;
import io.confab.room.RoomKind;
import io.confab.room.RoomState;
import io.confab.store.Database;
import io.confab.store.LikePattern;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lists of rooms: mine, the public ones, one by id. Read from the database each time. Thread-safe. */
@Singleton
public class Rooms {
    private static final String COLUMNS = RoomRows.COLUMNS + ", m.role";
    private static final String STANDING = "m.role is not null and (m.banned_until is null or m.banned_until <= ?)";

    private final Reads reads;
    private final Unread unread;
    private final Clock clock;

    @Inject
    public Rooms(Database database, Unread unread, Clock clock) {
        this.reads = database.reads();
        this.unread = unread;
        this.clock = clock;
    }

    /** The rooms that {@code user} is an active member of, by id (index room_member_user). @param after a room id or "" */
    public Page<RoomView> mine(UserId user, String after, int limit) {
        var rows = reads.list(
                "select " + COLUMNS + " from room_member m join room r on r.id = m.room_id where m.user_id = ? and "
                        + STANDING + " and r.id > ? order by r.id limit ?",
                Rooms::row,
                user.value(),
                clock.millis(),
                after,
                limit + 1);
        return Page.of(rows, limit).map(page -> complete(user, page));
    }

    /** Their ids only. */
    public List<RoomId> idsOf(UserId user, int limit) {
        return reads.list(
                "select m.room_id from room_member m where m.user_id = ? and " + STANDING
                        + " order by m.room_id limit ?",
                row -> new RoomId(row.getString(1)),
                user.value(),
                clock.millis(),
                limit);
    }

    /** Public rooms whose name holds {@code part}, by id (index room_kind). */
    public Page<RoomView> open(UserId user, String part, String after, int limit) {
        var rows = reads.list(
                "select " + COLUMNS + " from room r left join room_member m on m.room_id = r.id and m.user_id = ? and "
                        + STANDING
                        + " where r.kind = 'public' and r.archived = false and lower(r.name) like ? escape '!'"
                        + " and r.id > ? order by r.id limit ?",
                Rooms::row,
                user.value(),
                clock.millis(),
                LikePattern.holding(part.toLowerCase(Locale.ROOT)),
                after,
                limit + 1);
        return Page.of(rows, limit).map(page -> complete(user, page));
    }

    /** One room, if {@code user} may know of it: a member's, or a public one. */
    public Optional<RoomView> one(UserId user, RoomId room) {
        var rows = reads.list(
                "select " + COLUMNS + " from room r left join room_member m on m.room_id = r.id and m.user_id = ? and "
                        + STANDING + " where r.id = ? and (r.kind = 'public' or m.role is not null)",
                Rooms::row,
                user.value(),
                clock.millis(),
                room.value());
        return complete(user, rows).stream().findFirst();
    }

    private record Listed(RoomState state, @Nullable String role) {}

    private List<RoomView> complete(UserId user, List<Listed> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        var counts = new HashMap<RoomId, Unread.Counts>();
        unread.of(rows.stream()
                        .filter(row -> row.role() != null)
                        .map(row -> new Unread.Asked(user, row.state().room(), 0))
                        .toList())
                .forEach((asked, count) -> counts.put(asked.room(), count));
        Map<String, RoomView.Person> peers = peers(user, rows);
        return rows.stream()
                .map(row -> new RoomView(
                        row.state(),
                        row.role(),
                        peers.get(row.state().room().value()),
                        row.role() == null ? null : counts.get(row.state().room())))
                .toList();
    }

    private Map<String, RoomView.Person> peers(UserId user, List<Listed> rows) {
        var direct = rows.stream()
                .filter(row -> row.state().kind() == RoomKind.DIRECT)
                .map(row -> row.state().room().value())
                .toList();
        var peers = new HashMap<String, RoomView.Person>();
        if (!direct.isEmpty()) {
            reads.list(
                    "select m.room_id, a.id, a.username, a.display_name from room_member m join account a on a.id ="
                            + " m.user_id where m.room_id = any(cast(? as varchar array)) and m.user_id <> ?",
                    row -> peers.put(
                            row.getString(1),
                            new RoomView.Person(row.getString(2), row.getString(3), row.getString(4))),
                    direct,
                    user.value());
        }
        return peers;
    }

    private static Listed row(ResultSet row) throws SQLException {
        return new Listed(RoomRows.state(row), row.getString("role"));
    }
}
