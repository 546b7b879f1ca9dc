package io.confab.delivery;

import io.confab.kernel.Caller;
import io.confab.kernel.Configuration;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import io.confab.room.RoomRole;
import io.confab.trace.NoTraces;
import io.confab.wire.ClientFrame.Cursor;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The delivery of one node on a log in memory, with a clock that the test moves. */
public final class Node implements AutoCloseable {
    public static final RoomId ROOM = new RoomId("r_1");
    static final Cursor HEAD = new Cursor(null, null);
    static final UserId ALICE = new UserId("u_alice");
    static final UserId BOB = new UserId("u_bob");

    final FakeLog log = new FakeLog();
    final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    final Clock clock = Clock.fixed(FakeLog.NOW, ZoneOffset.UTC);
    final DeliverySettings settings;
    final DeliveryMetrics metrics = new DeliveryMetrics();
    final Lanes lanes;
    final Reads reads;
    public final Connections connections;
    public final Sequencers sequencers;
    public final Subscriptions subscriptions;
    final List<Connection> ended = new ArrayList<>();
    /** Rooms that connections ended to listen to. */
    final List<RoomId> silent = new CopyOnWriteArrayList<>();
    /** What the listener does then. */
    volatile Runnable whenSilent = () -> {};
    /** Makes events into text. */
    volatile Function<LoggedEvent, String> encode = EventJson::encode;

    public Node() {
        this(Map.of());
    }

    Node(Map<String, String> values) {
        var raw = new HashMap<>(values);
        settings = DeliverySettings.from(new Configuration(key -> Optional.ofNullable(raw.get(key))));
        lanes = new Lanes(settings);
        reads = new Reads(settings);
        var listener = new ConnectionListener() {
            @Override
            public void opened(Connection connection) {}

            @Override
            public void listening(Connection connection, RoomId room) {}

            @Override
            public void silent(Connection connection, RoomId room) {
                silent.add(room);
                whenSilent.run();
            }

            @Override
            public void ended(Connection connection) {
                synchronized (ended) {
                    ended.add(connection);
                }
            }
        };
        connections = new Connections(settings, metrics, lanes, log, reads, List.of(listener), clock, nanos::get);
        var announcements = new Announcements(connections, log, reads, clock);
        sequencers = new Sequencers(
                settings,
                metrics,
                NoTraces.none(),
                log,
                reads,
                announcements,
                lanes,
                event -> encode.apply(event),
                clock,
                nanos::get);
        subscriptions = new Subscriptions(sequencers, connections, log, reads, metrics, clock, settings);
        lanes.start();
        member(ALICE);
        member(BOB);
    }

    /** Its log, for reading. */
    public RoomReader reader() {
        return log;
    }

    /** Makes somebody a member, without telling anyone. */
    public void member(UserId user) {
        log.append(ROOM, user, new RoomEvent.MemberJoined(user, RoomRole.MEMBER));
    }

    public Connection connect(UserId user, FakeSocket socket) {
        return connections.open(socket, caller(user, Instant.MAX.minusSeconds(1_000_000)));
    }

    static Caller caller(UserId user, Instant expiresAt) {
        return new Caller(user, new SignInId("s_" + user.value()), expiresAt);
    }

    /** Subscribes from the head or from a number and lets it flow. */
    Outcome listen(Connection connection, @Nullable Long from) {
        Cursor cursor = from == null ? HEAD : new Cursor("e1", from);
        Outcome outcome = subscriptions.start(connection, ROOM, cursor, 2_000);
        if (outcome instanceof Outcome.Ok) {
            subscriptions.begin(connection, ROOM);
        }
        return outcome;
    }

    /** Subscribes from the head and waits until it is live. */
    public void live(Connection connection) {
        subscriptions.start(connection, ROOM, HEAD, 2_000);
        subscriptions
                .begin(connection, ROOM)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Writes to the log and tells this node, as its own commit does. */
    LoggedEvent commit(UserId by, RoomEvent event) {
        LoggedEvent logged = log.append(ROOM, by, event);
        sequencers.committed(ROOM, logged.epoch(), List.of(logged));
        return logged;
    }

    LoggedEvent commit(UserId by, String text) {
        return commit(by, FakeLog.posted(text));
    }

    /** Several events of one commit. */
    List<LoggedEvent> commitTogether(UserId by, String... texts) {
        var events = new ArrayList<LoggedEvent>();
        for (String text : texts) {
            events.add(log.post(ROOM, by, text));
        }
        sequencers.committed(ROOM, "e1", events);
        return events;
    }

    /** What comes for a room during this is taken in one turn: its lane waits meanwhile. */
    void together(RoomId room, Runnable arrivals) {
        var waits = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        new Lane.Work(lanes.of(room)) {
            @Override
            void turn() {
                waits.countDown();
                awaitOpen(over);
            }
        }.mark();
        awaitOpen(waits);
        arrivals.run();
        over.countDown();
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("waited too long");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void pass(java.time.Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public void close() {
        lanes.stop();
        reads.stop();
    }
}
