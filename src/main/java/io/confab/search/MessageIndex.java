package io.confab.search;

import io.confab.kernel.RoomId;
import io.confab.log.RoomReader;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import io.confab.room.RoomKind;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The index of messages, and how far it has come in each room. Whoever takes in events moves the room's cursor by
 * compare-and-set in the same transaction, so two nodes that do it at once do it once, and a node that dies leaves nothing
 * half done. A message that was edited, deleted or given back is read again as it stands and replaced. Thread-safe.
 */
@Singleton
class MessageIndex {
    private static final System.Logger LOG = System.getLogger(MessageIndex.class.getName());
    /** Events in one transaction. */
    static final int MOST_EVENTS = 1_000;

    private static final int MOST_BYTES = 1024 * 1024;
    private static final Duration FOR_NEWER_NODES = Duration.ofMinutes(1);
    private static final String BEHIND =
            "select r.id, r.kind, r.head, c.seq from %s left join message_cursor c on c.room_id = r.id order by r.id";
    // primary keys of room and message_cursor
    private static final String AMONG =
            BEHIND.formatted("(select id, kind, head from room where id = any(cast(? as varchar array))) r");
    private static final String AFTER =
            BEHIND.formatted("(select id, kind, head from room where id > ? order by id limit ?) r");
    private static final String MOVE = "update message_cursor set seq = ? where room_id = ? and seq = ?";
    private static final String BEGIN = "insert into message_cursor (room_id, seq) select cast(? as varchar),"
            + " cast(? as bigint) where not exists (select 1 from message_cursor where room_id = ?)";

    private final Database database;
    private final RoomReader reader;
    private final IndexRows rows;
    private final SearchMetrics metrics;
    private final Clock clock;
    private final Set<RoomId> warned = ConcurrentHashMap.newKeySet();

    @Inject
    MessageIndex(Database database, RoomReader reader, SearchMetrics metrics, Clock clock) {
        this.database = database;
        this.reader = reader;
        this.rows = new IndexRows(database.isPostgres());
        this.metrics = metrics;
        this.clock = clock;
    }

    /** How far a room is in the index. @param begun whether it has a cursor */
    record Progress(RoomId room, RoomKind kind, long head, long seq, boolean begun) {
        long behind() {
            return head - seq;
        }
    }

    /** What the next events of a room change. @param to the room's cursor after them */
    private record Change(Progress from, long to, Set<Standing.Key> posted, Set<Standing.Key> touched) {
        int events() {
            return Math.toIntExact(to - from.seq());
        }
    }

    /** Those of the rooms that exist. */
    List<Progress> progress(Collection<RoomId> rooms) {
        var ids = rooms.stream().map(RoomId::value).toList();
        return database.readsInLine().list(AMONG, MessageIndex::progress, ids);
    }

    /** The next rooms by id. */
    List<Progress> after(String room, int limit) {
        return database.readsInLine().list(AFTER, MessageIndex::progress, room, limit);
    }

    private static Progress progress(ResultSet row) throws SQLException {
        long seq = row.getLong("seq");
        boolean begun = !row.wasNull();
        return new Progress(
                new RoomId(row.getString("id")),
                RoomKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getLong("head"),
                seq,
                begun);
    }

    /** @param events how many; @param left rooms that are not read to their head, or in which another node was faster */
    record Taken(int events, Set<RoomId> left) {}

    /**
     * Takes in the next events of these rooms, at most {@link #MOST_EVENTS} in all. A room of which an event cannot be read is
     * left as it is.
     */
    Taken take(List<Progress> rooms) {
        var changes = new ArrayList<Change>();
        var left = new HashSet<RoomId>();
        int room = 0;
        int events = 0;
        for (; room < rooms.size() && events < MOST_EVENTS; room++) {
            Change change = read(rooms.get(room), MOST_EVENTS - events);
            if (change.events() > 0) {
                changes.add(change);
                events += change.events();
                if (change.to() < change.from().head()) {
                    left.add(change.from().room());
                }
            }
        }
        rooms.subList(room, rooms.size()).forEach(rest -> left.add(rest.room()));
        changes.sort(
                Comparator.comparing(change -> change.from().room().value())); // others lock them in the same order
        Taken written = write(changes);
        left.addAll(written.left());
        return new Taken(written.events(), left);
    }

    private Change read(Progress from, int most) {
        var posted = new LinkedHashSet<Standing.Key>();
        var touched = new LinkedHashSet<Standing.Key>();
        long to = from.seq();
        for (LoggedEvent logged : events(from, most)) {
            if (isLeftToNewerNodes(logged)) {
                break;
            }
            to = logged.seq();
            switch (logged.event()) {
                case RoomEvent.MessagePosted ignored -> posted.add(new Standing.Key(from.room(), to));
                case RoomEvent.MessageEdited edited -> touched.add(new Standing.Key(from.room(), edited.target()));
                case RoomEvent.MessageDeleted gone -> touched.add(new Standing.Key(from.room(), gone.target()));
                case RoomEvent.MessageRestored back -> touched.add(new Standing.Key(from.room(), back.target()));
                case RoomEvent.MessagesDeleted gone ->
                    gone.targets().forEach(target -> touched.add(new Standing.Key(from.room(), target)));
                case RoomEvent.Opaque opaque ->
                    Stream.ofNullable(opaque.target())
                            .forEach(target -> touched.add(new Standing.Key(from.room(), target)));
                case RoomEvent.MessagePinned ignored -> {}
                case RoomEvent.MessageUnpinned ignored -> {}
                case RoomEvent.RoomCreated ignored -> {}
                case RoomEvent.RoomUpdated ignored -> {}
                case RoomEvent.RoomArchived ignored -> {}
                case RoomEvent.MemberJoined ignored -> {}
                case RoomEvent.MemberLeft ignored -> {}
                case RoomEvent.MemberRoleChanged ignored -> {}
                case RoomEvent.SanctionSet ignored -> {}
                case RoomEvent.SanctionLifted ignored -> {}
            }
        }
        touched.removeAll(posted);
        return new Change(from, to, posted, touched);
    }

    /**
     * What an event of a newer version means for the index only a node of that version knows: it has a minute to take it in
     * (docs/adr/0066). After that it is passed over, else a room would never be found again once the upgrade is taken back.
     */
    private boolean isLeftToNewerNodes(LoggedEvent logged) {
        return logged.event() instanceof RoomEvent.Opaque
                && clock.instant().isBefore(logged.ts().plus(FOR_NEWER_NODES));
    }

    /** A room with an event that this version cannot read waits for one that can, and holds up no other. */
    private List<LoggedEvent> events(Progress from, int most) {
        try {
            return reader.events(from.room(), from.seq(), most, MOST_BYTES);
        } catch (StoreFailure e) {
            throw e;
        } catch (RuntimeException e) {
            metrics.unreadable();
            if (warned.add(from.room())) {
                LOG.log(Level.WARNING, "room " + from.room() + " is not indexed beyond " + from.seq(), e);
            }
            return List.of();
        }
    }

    /** @return how many events; in which rooms another node was faster */
    private Taken write(List<Change> changes) {
        if (changes.isEmpty()) {
            return new Taken(0, Set.of());
        }
        var keys = new ArrayList<Standing.Key>();
        changes.forEach(change -> {
            keys.addAll(change.posted());
            keys.addAll(change.touched());
        });
        var standing = Standing.of(database.reads(), keys);
        Taken taken;
        try {
            taken = database.transactions().write((em, jdbc) -> write(jdbc, changes, standing));
        } catch (StoreFailure.UniqueViolation e) { // another node began the same room
            taken = new Taken(
                    0, changes.stream().map(change -> change.from().room()).collect(Collectors.toSet()));
        }
        metrics.indexed(taken.events());
        return taken;
    }

    private Taken write(Connection jdbc, List<Change> changes, Map<Standing.Key, Standing.Message> standing)
            throws SQLException {
        var replaced = new ArrayList<Standing.Message>();
        var added = new ArrayList<Standing.Message>();
        var lost = new HashSet<RoomId>();
        int events = 0;
        for (Change change : changes) {
            if (move(jdbc, change)) {
                events += change.events();
                change.touched()
                        .forEach(key -> Optional.ofNullable(standing.get(key)).ifPresent(replaced::add));
                change.posted()
                        .forEach(key -> Optional.ofNullable(standing.get(key)).ifPresent(added::add));
            } else {
                lost.add(change.from().room());
            }
        }
        rows.replace(jdbc, replaced, added);
        return new Taken(events, lost);
    }

    private static boolean move(Connection jdbc, Change change) throws SQLException {
        Progress from = change.from();
        try (PreparedStatement statement = jdbc.prepareStatement(from.begun() ? MOVE : BEGIN)) {
            if (from.begun()) {
                statement.setLong(1, change.to());
                statement.setString(2, from.room().value());
                statement.setLong(3, from.seq());
            } else {
                statement.setString(1, from.room().value());
                statement.setLong(2, change.to());
                statement.setString(3, from.room().value());
            }
            return statement.executeUpdate() == 1;
        }
    }
}
