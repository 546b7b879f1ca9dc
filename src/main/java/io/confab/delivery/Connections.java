package io.confab.delivery;

import io.confab.kernel.Caller;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.wire.CloseCode;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * All sockets of this node that have a caller. Thread-safe; nothing here blocks.
 *
 * <p>Looks after them about every second: pings the silent, closes those that stay silent (4303), whose token ran out
 * (4304) or that do not read (4302). When this node itself stood still, nobody is late for it.
 */
@Singleton
public class Connections {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration STOOD_STILL = Duration.ofSeconds(5);

    private final DeliverySettings settings;
    private final DeliveryMetrics metrics;
    private final Lanes lanes;
    private final RoomReader reader;
    private final Reads reads;
    private final Iterable<ConnectionListener> listeners;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Ids ids = new Ids();
    private final Map<ConnectionId, Connection> byId = new ConcurrentHashMap<>();
    private final Map<UserId, Map<ConnectionId, Connection>> byUser = new ConcurrentHashMap<>();
    /** Streams of all people, with their order. */
    private final Map<ConnectionId, Long> streams = new ConcurrentHashMap<>();

    private final AtomicLong streamsOpened = new AtomicLong();
    private final Object places = new Object();
    private volatile long tickedNanos;

    @Inject
    public Connections(
            DeliverySettings settings,
            DeliveryMetrics metrics,
            Lanes lanes,
            RoomReader reader,
            Reads reads,
            Instance<ConnectionListener> listeners,
            Clock clock) {
        this(settings, metrics, lanes, reader, reads, listeners, clock, System::nanoTime);
    }

    Connections(
            DeliverySettings settings,
            DeliveryMetrics metrics,
            Lanes lanes,
            RoomReader reader,
            Reads reads,
            Iterable<ConnectionListener> listeners,
            Clock clock,
            LongSupplier nanos) {
        this.settings = settings;
        this.metrics = metrics;
        this.lanes = lanes;
        this.reader = reader;
        this.reads = reads;
        this.listeners = listeners;
        this.clock = clock;
        this.nanos = nanos;
        this.tickedNanos = nanos.getAsLong();
    }

    void start(@Observes Startup startup) {
        reads.repeat(TICK, this::tick);
    }

    /** Takes a socket whose caller is known. */
    public Connection open(Socket socket, Caller caller) {
        return open(socket, caller, false);
    }

    /** The same for one that cannot be heard: whether anybody is still there shows only when a write fails. */
    public Connection openStream(Socket socket, Caller caller) {
        return open(socket, caller, true);
    }

    private Connection open(Socket socket, Caller caller, boolean isStream) {
        ConnectionId id = ids.connection();
        var around = new Connection.Circumstances(
                settings, metrics, nanos, lanes.of(id), reader, reads, this::forget, this::silent);
        var connection = new Connection(id, socket, caller, around);
        if (isStream) {
            streams.put(id, streamsOpened.incrementAndGet());
        }
        byId.put(id, connection);
        byUser.compute(caller.user(), (user, known) -> {
            Map<ConnectionId, Connection> all = known == null ? new ConcurrentHashMap<>() : known;
            all.put(id, connection);
            return all;
        });
        reads.each(listeners, listener -> listener.opened(connection));
        if (connection.hasEnded()) {
            forget(connection); // it was, before all of this had been noted
        }
        return connection;
    }

    /**
     * Whether a person may keep a connection that was just opened; one that may not takes no place from now on. When all
     * places are taken, a stream of theirs gives way (4504): the oldest of the same sign-in, else the oldest of all
     * (docs/adr/0042). No socket does.
     */
    public boolean hasPlace(Connection newcomer) {
        synchronized (places) { // of two who come at once each makes room for itself
            List<Connection> all = of(newcomer.caller().user()).stream()
                    .filter(Connection::takesPlace)
                    .toList();
            if (all.size() <= settings.connectionsPerUser()) {
                return true;
            }
            Optional<Connection> oldest = all.stream()
                    .filter(connection -> connection != newcomer && streams.containsKey(connection.id()))
                    .min(Comparator.comparing((Connection stream) -> !stream.caller()
                                    .signIn()
                                    .equals(newcomer.caller().signIn()))
                            .thenComparing(stream -> streams.getOrDefault(stream.id(), Long.MAX_VALUE)));
            oldest.ifPresentOrElse(stream -> stream.close(CloseCode.CONNECTED_ELSEWHERE), newcomer::refuse);
            return oldest.isPresent();
        }
    }

    /** Closes a socket that has no caller. */
    public void refuse(Socket socket, CloseCode code) {
        metrics.closed(code);
        socket.close(code.code(), code.word());
    }

    /** The socket has ended, from whichever side. Idempotent. */
    public void closed(Connection connection) {
        connection.end();
    }

    public List<Connection> of(UserId user) {
        return List.copyOf(byUser.getOrDefault(user, Map.of()).values());
    }

    /** Whether it cannot be heard: an event stream over HTTP. */
    public boolean isStream(Connection connection) {
        return streams.containsKey(connection.id());
    }

    public Collection<Connection> all() {
        return List.copyOf(byId.values());
    }

    /** The way to send all of them elsewhere; for one thread. */
    public Departure departure(Duration jitter) {
        return new Departure(this, jitter);
    }

    /** Closes all sockets of a person. */
    public void closeUser(UserId user, CloseCode code) {
        of(user).forEach(connection -> connection.close(code));
    }

    public int count() {
        return byId.size();
    }

    /** Bytes of events and replies that wait for sockets. */
    public long waitingBytes() {
        return metrics.waitingBytes();
    }

    /** Sockets of one person on this node. */
    public int countOf(UserId user) {
        return byUser.getOrDefault(user, Map.of()).size();
    }

    /** A snapshot. */
    public Set<UserId> usersOnline() {
        return Set.copyOf(byUser.keySet());
    }

    boolean isOnline(UserId user) {
        return byUser.containsKey(user);
    }

    void tick() {
        long now = nanos.getAsLong();
        boolean thawed = now - tickedNanos > TICK.plus(STOOD_STILL).toNanos();
        tickedNanos = now;
        Instant wallClock = clock.instant();
        byId.values().forEach(connection -> connection.tick(now, wallClock, thawed));
    }

    void listening(Connection connection, RoomId room) {
        reads.each(listeners, listener -> listener.listening(connection, room));
    }

    private void silent(Connection connection, RoomId room) {
        reads.each(listeners, listener -> listener.silent(connection, room));
    }

    /** Idempotent. */
    private void forget(Connection connection) {
        byId.remove(connection.id());
        streams.remove(connection.id());
        byUser.computeIfPresent(connection.caller().user(), (user, all) -> {
            all.remove(connection.id());
            return all.isEmpty() ? null : all;
        });
        reads.each(listeners, listener -> listener.ended(connection));
    }
}
