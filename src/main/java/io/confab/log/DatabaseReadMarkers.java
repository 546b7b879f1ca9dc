package io.confab.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.confab.kernel.Clockwork;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import io.confab.store.Database;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * {@link ReadMarkers} collected in memory and written in one statement at a fixed interval. What a node that dies had not
 * written yet is asked for again by the client, or follows with the next message read.
 */
@Singleton
class DatabaseReadMarkers implements ReadMarkers, CommitListener {
    private static final System.Logger LOG = System.getLogger(DatabaseReadMarkers.class.getName());
    private static final Marker NONE = new Marker(0, false);
    private static final int MAX_ROWS = 1_000;
    private static final int MAX_TRIES = 3;
    private static final Duration UNTOLD_KEPT = Duration.ofHours(1); // longer than a client waits before it asks again
    // primary keys of room and read_marker
    private static final String MERGE = "merge into read_marker t using (select k.room_id, k.user_id,"
            + " least(k.seq, r.head) as seq from unnest(cast(? as varchar array), cast(? as varchar array),"
            + " cast(? as bigint array)) as k(room_id, user_id, seq) join room r on r.id = k.room_id) s"
            + " on (t.user_id = s.user_id and t.room_id = s.room_id)"
            + " when matched and t.seq < s.seq then update set seq = s.seq"
            + " when not matched then insert (room_id, user_id, seq) values (s.room_id, s.user_id, s.seq)";

    // primary keys of room_member and read_marker
    private static final String STANDING = "select p.room_id, p.user_id,"
            + " greatest(coalesce(k.seq, 0), coalesce(m.joined_seq, 0)) as marker"
            + " from unnest(cast(? as varchar array), cast(? as varchar array)) as p(room_id, user_id)"
            + " left join room_member m on m.room_id = p.room_id and m.user_id = p.user_id"
            + " left join read_marker k on k.user_id = p.user_id and k.room_id = p.room_id";

    private final Database database;
    private final LogSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Clockwork clock = new Clockwork("confab-read-markers");
    private Map<MemberKey, Move> waiting = new HashMap<>(); // this and the next are guarded by lock
    private Map<MemberKey, Move> writing = Map.of();
    /** Those who asked were refused, though the move may be stored by now or will be: whoever asks next must hear of it. */
    private final Cache<MemberKey, Boolean> untold;

    private volatile boolean failing; // the last part could not be written: said once

    /** Where a marker is to go, and who waits for it. */
    private static final class Move {
        long seq;
        final List<CompletableFuture<Marker>> asked = new ArrayList<>();
    }

    @Inject
    DatabaseReadMarkers(Database database, LogSettings settings) {
        this.database = database;
        this.settings = settings;
        this.untold = Caffeine.newBuilder()
                .maximumSize(settings.readMarkersPending())
                .expireAfterWrite(UNTOLD_KEPT)
                .build();
    }

    void onStartup(@Observes Startup event) {
        start();
    }

    void start() {
        clock.every(settings.readMarkersInterval(), this::flush);
    }

    @PreDestroy
    void stop() {
        clock.stop();
        flush();
    }

    @Override
    public CompletionStage<Marker> read(UserId user, RoomId room, long seq) {
        var future = new CompletableFuture<Marker>();
        if (!move(new MemberKey(room, user), seq, future)) {
            future.completeExceptionally(new RejectedExecutionException(
                    "already " + settings.readMarkersPending() + " read markers wait to be written"));
        }
        return future;
    }

    /** What one sends oneself, one has read. */
    @Override
    public void committed(RoomId room, String epoch, List<LoggedEvent> events) {
        for (LoggedEvent logged : events) {
            boolean isPersons = !logged.by().equals(UserId.SERVER);
            if (isPersons && logged.event() instanceof RoomEvent.MessagePosted) {
                move(new MemberKey(room, logged.by()), logged.seq(), null);
            }
        }
    }

    /** Where this node knows the marker to go though it may not be stored yet; 0 when it knows nothing. */
    long waitingFor(MemberKey key) {
        lock.lock();
        try {
            Move next = waiting.get(key);
            Move now = writing.get(key);
            return Math.max(next == null ? 0 : next.seq, now == null ? 0 : now.seq);
        } finally {
            lock.unlock();
        }
    }

    private boolean move(MemberKey key, long seq, @Nullable CompletableFuture<Marker> asked) {
        lock.lock();
        try {
            Move move = waiting.get(key);
            if (move == null) {
                if (waiting.size() >= settings.readMarkersPending()) {
                    return false;
                }
                move = new Move();
                waiting.put(key, move);
            }
            move.seq = Math.max(move.seq, seq);
            if (asked != null) {
                move.asked.add(asked);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Writes all that waits, in parts. */
    private void flush() {
        List<Map.Entry<MemberKey, Move>> moves = taken();
        for (int from = 0; from < moves.size(); from += MAX_ROWS) {
            var part = moves.subList(from, Math.min(moves.size(), from + MAX_ROWS));
            try {
                Map<MemberKey, Marker> markers = write(part);
                failing = false;
                written(part); // before anybody is told: from then on what is stored counts, not what was asked for
                part.forEach(entry -> answer(entry.getKey(), entry.getValue(), markers));
            } catch (RuntimeException e) {
                LOG.log(
                        failing ? Level.DEBUG : Level.WARNING,
                        "{0} read markers wait for the next round: {1}",
                        part.size(),
                        e.getMessage());
                failing = true;
                part.forEach(entry -> putBack(entry.getKey(), entry.getValue(), e));
                written(part);
            }
        }
    }

    private List<Map.Entry<MemberKey, Move>> taken() {
        lock.lock();
        try {
            writing = waiting;
            waiting = new HashMap<>();
            return writing.entrySet().stream()
                    .<Map.Entry<MemberKey, Move>>map(Map.Entry::copyOf)
                    .sorted(Map.Entry.comparingByKey()) // other nodes lock rows in the same order
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Of the round that wrote them: while a node stops another one may have begun, with newer moves. */
    private void written(List<Map.Entry<MemberKey, Move>> part) {
        lock.lock();
        try {
            part.forEach(entry -> writing.remove(entry.getKey(), entry.getValue()));
        } finally {
            lock.unlock();
        }
    }

    private void answer(MemberKey key, Move move, Map<MemberKey, Marker> markers) {
        if (move.asked.isEmpty()) {
            return;
        }
        Marker stands = markers.getOrDefault(key, NONE);
        boolean moved = untold.asMap().remove(key) != null || stands.moved();
        move.asked.forEach(future -> future.complete(new Marker(stands.seq(), moved)));
    }

    /** Who asked is told; the move itself is tried again. */
    private void putBack(MemberKey key, Move move, RuntimeException failure) {
        if (!move.asked.isEmpty()) {
            untold.put(key, true);
        }
        move.asked.forEach(future -> future.completeExceptionally(failure));
        move(key, move.seq, null);
    }

    /** Where the markers stand now that somebody asked to move. */
    private Map<MemberKey, Marker> write(List<Map.Entry<MemberKey, Move>> part) {
        List<MemberKey> asked = part.stream()
                .filter(entry -> !entry.getValue().asked.isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        for (int tries = 1; ; tries++) {
            try {
                return database.transactions().write((entities, jdbc) -> {
                    Map<MemberKey, Long> before = standing(jdbc, asked);
                    merge(jdbc, part);
                    var markers = new HashMap<MemberKey, Marker>();
                    standing(jdbc, asked)
                            .forEach((key, seq) ->
                                    markers.put(key, new Marker(seq, seq > before.getOrDefault(key, 0L))));
                    return markers;
                });
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict e) { // another node wrote the same marker
                if (tries >= MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The markers as {@link Unread} counts from them. */
    private static Map<MemberKey, Long> standing(Connection jdbc, List<MemberKey> keys) throws SQLException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        var markers = new HashMap<MemberKey, Long>();
        try (var statement = jdbc.prepareStatement(STANDING)) {
            Sql.texts(statement, 1, keys, key -> key.room().value());
            Sql.texts(statement, 2, keys, key -> key.user().value());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    markers.put(
                            new MemberKey(new RoomId(rows.getString(1)), new UserId(rows.getString(2))),
                            rows.getLong(3));
                }
            }
        }
        return markers;
    }

    private static int merge(Connection jdbc, List<Map.Entry<MemberKey, Move>> part) throws SQLException {
        try (var statement = jdbc.prepareStatement(MERGE)) {
            Sql.texts(statement, 1, part, entry -> entry.getKey().room().value());
            Sql.texts(statement, 2, part, entry -> entry.getKey().user().value());
            Sql.numbers(statement, 3, part, entry -> entry.getValue().seq);
            return statement.executeUpdate();
        }
    }
}
