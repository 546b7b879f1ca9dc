package io.confab.delivery;

import io.confab.kernel.RoomId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one connection, and the pulling of what it lacks in them: part by part from a room's tail or the log, at
 * most one chunk ahead of the socket, room after room. Thread-safe; its turns run on the connection's lane.
 */
final class Replay extends Lane.Work {
    private static final Duration AFTER_FAILED_READ = Duration.ofMillis(500);
    private static final Duration AFTER_STALE_READ = Duration.ofMillis(20);

    private final Connection connection;
    private final DeliverySettings settings;
    private final DeliveryMetrics metrics;
    private final Reads reads;

    private final Object lock = new Object();
    private final Map<RoomId, Subscription> rooms = new HashMap<>(); // this and the following are guarded by lock
    private final ArrayDeque<Subscription> catchingUp = new ArrayDeque<>();
    private int eventsOut;
    private int bytesOut;
    private boolean reading;
    private boolean ended;
    private @Nullable Subscription filledFor; // its tail was filled once; what is still missing is read for it alone

    Replay(Connection connection, Connection.Circumstances around) {
        super(around.lane());
        this.connection = connection;
        this.settings = around.settings();
        this.metrics = around.metrics();
        this.reads = around.reads();
    }

    /** Takes the subscription's room; gives the one it replaces. False when the connection has ended or has too many. */
    boolean claim(Subscription subscription) {
        synchronized (lock) {
            boolean full = !rooms.containsKey(subscription.room()) && rooms.size() >= settings.roomsPerConnection();
            if (ended || full) {
                return false;
            }
            Subscription before = rooms.put(subscription.room(), subscription);
            if (before != null) {
                catchingUp.remove(before);
            }
            return true;
        }
    }

    Optional<Subscription> find(RoomId room) {
        synchronized (lock) {
            return Optional.ofNullable(rooms.get(room));
        }
    }

    Set<RoomId> rooms() {
        synchronized (lock) {
            return Set.copyOf(rooms.keySet());
        }
    }

    List<Subscription> subscriptions() {
        synchronized (lock) {
            return List.copyOf(rooms.values());
        }
    }

    /** Begins to catch up, after those that already do. */
    void add(Subscription subscription) {
        synchronized (lock) {
            if (ended || rooms.get(subscription.room()) != subscription) {
                return;
            }
            catchingUp.add(subscription);
        }
        mark();
    }

    /** Forgets a subscription that has ended. May be called under its room's lock. */
    void ended(Subscription subscription) {
        boolean removed;
        synchronized (lock) {
            removed = rooms.remove(subscription.room(), subscription);
        }
        if (removed) {
            connection.silent(subscription.room());
        }
        mark(); // completes what waits for it
    }

    boolean isCatchingUp(RoomId room) {
        synchronized (lock) {
            Subscription subscription = rooms.get(room);
            return subscription != null && catchingUp.contains(subscription);
        }
    }

    /** Parts of replays have left. */
    void drained(int events, int bytes) {
        boolean more;
        synchronized (lock) {
            eventsOut -= events;
            bytesOut -= bytes;
            more = !catchingUp.isEmpty();
        }
        if (more) {
            mark();
        }
    }

    /** The connection is gone. Not under a room's lock. */
    void end() {
        List<Subscription> all;
        synchronized (lock) {
            ended = true;
            all = new ArrayList<>(rooms.values());
            rooms.clear();
            catchingUp.clear();
        }
        for (Subscription subscription : all) {
            subscription.sequencer().remove(subscription);
            subscription.caughtUp().complete(null);
        }
    }

    @Override
    void turn() {
        while (true) {
            Subscription next;
            int most = mostBytes();
            synchronized (lock) {
                boolean full = eventsOut >= settings.chunkEvents() || bytesOut >= most;
                if (reading || full || catchingUp.isEmpty()) {
                    return;
                }
                next = catchingUp.getFirst();
            }
            if (!proceed(next, next.sequencer().pull(next, most))) {
                return;
            }
        }
    }

    /** Of a part: less while the node holds too much for all its sockets. */
    private int mostBytes() {
        return metrics.waitingBytes() > settings.totalBytes()
                ? Math.min(settings.chunkBytes(), Outgoing.FAIR_SHARE_BYTES)
                : settings.chunkBytes();
    }

    /** True when the turn may go on. */
    private boolean proceed(Subscription subscription, Pulled pulled) {
        return switch (pulled) {
            case Pulled.Some some -> {
                synchronized (lock) {
                    eventsOut += some.events();
                    bytesOut += some.bytes();
                }
                yield true;
            }
            case Pulled.Done ignored -> {
                finish(subscription);
                yield true;
            }
            case Pulled.Lost lost -> {
                metrics.gap(lost.reason());
                connection.send(Notices.gap(subscription.room(), lost.reason(), lost.epoch(), lost.head()));
                finish(subscription);
                yield true;
            }
            case Pulled.Read read -> {
                startRead(subscription, read);
                yield false;
            }
        };
    }

    private void finish(Subscription subscription) {
        boolean removed = false;
        synchronized (lock) {
            catchingUp.remove(subscription);
            if (subscription.hasEnded()) {
                removed = rooms.remove(subscription.room(), subscription);
            }
        }
        if (removed) {
            connection.silent(subscription.room());
        }
        if (removed && subscription.endedByRemoval()) {
            connection.send(Notices.roomRemoved(subscription.room()));
        }
        subscription.caughtUp().complete(null);
    }

    private void startRead(Subscription subscription, Pulled.Read read) {
        boolean fill;
        synchronized (lock) {
            reading = true;
            fill = filledFor != subscription && read.fillable();
            filledFor = subscription;
        }
        if (fill) {
            subscription.sequencer().fill(() -> readEnded(Duration.ZERO));
        } else {
            subscription.sequencer().read(read, chunk -> wasRead(subscription, read, chunk));
        }
    }

    private void wasRead(Subscription subscription, Pulled.Read read, Optional<ChunkReads.Chunk> chunk) {
        Duration pause = AFTER_FAILED_READ;
        try {
            if (chunk.isPresent()) {
                Pulled given = subscription.sequencer().give(subscription, read, chunk.get(), mostBytes());
                proceed(subscription, given);
                pause = given instanceof Pulled.Some some && some.events() == 0 ? AFTER_STALE_READ : Duration.ZERO;
            }
        } finally {
            readEnded(pause); // whatever it throws: else none of the connection's rooms would ever be read again
        }
    }

    private void readEnded(Duration pause) {
        if (!pause.isZero()) {
            reads.later(pause, () -> readEnded(Duration.ZERO));
            return;
        }
        synchronized (lock) {
            reading = false;
        }
        mark();
    }

    @Override
    public String toString() {
        return "replay of connection " + connection;
    }
}
