package io.confab.delivery;

import io.confab.delivery.Outgoing.Taken;
import io.confab.kernel.Caller;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.log.RoomReader;
import io.confab.wire.CloseCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One socket of one caller: a bounded queue, one writer (its lane), one send in flight. Thread-safe; nothing here blocks.
 *
 * <p>A client that does not read fast enough is closed with 4302 {@code slow_consumer}, whatever it did; what it missed it
 * gets by resuming.
 */
public final class Connection {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    private static final int FRAMES_PER_TURN = 16;

    private final ConnectionId id;
    private final Socket socket;
    private final Circumstances around;
    private final Replay replay;
    private final Lane.Work writer;
    private final Runnable sent = this::sent;
    private final Consumer<Throwable> failed = this::failed;
    private volatile Caller caller;
    private final AtomicLong heardNanos;
    private volatile boolean ended;
    private @Nullable Thread writing; // set and read by the lane's thread; other threads see another or none

    private final Object lock = new Object();
    private final Outgoing outgoing; // this and the following are guarded by lock
    private boolean inFlight;
    private long inFlightSince;
    private int replayEventsInFlight;
    private int replayBytesInFlight;
    private boolean pingDue;
    private long pingedNanos;
    private @Nullable CloseCode closing;
    private long closingSince;
    private boolean closed;

    /**
     * What a connection is made with beside its socket.
     *
     * @param nanos a clock that only goes forward, in nanoseconds
     * @param whenEnded told once, on the connection's lane or a caller's thread
     * @param whenSilent told of each room that is no longer listened to while the connection goes on
     */
    record Circumstances(
            DeliverySettings settings,
            DeliveryMetrics metrics,
            LongSupplier nanos,
            Lane lane,
            RoomReader reader,
            Reads reads,
            Consumer<Connection> whenEnded,
            BiConsumer<Connection, RoomId> whenSilent) {}

    Connection(ConnectionId id, Socket socket, Caller caller, Circumstances around) {
        this.id = id;
        this.socket = socket;
        this.caller = caller;
        this.around = around;
        this.outgoing = new Outgoing(around.settings());
        this.replay = new Replay(this, around);
        this.writer = new Writer(around.lane());
        long now = around.nanos().getAsLong();
        this.heardNanos = new AtomicLong(now);
        this.pingedNanos = now;
    }

    private final class Writer extends Lane.Work {
        Writer(Lane lane) {
            super(lane);
        }

        @Override
        void turn() {
            write();
        }

        @Override
        public String toString() {
            return "connection " + id;
        }
    }

    public ConnectionId id() {
        return id;
    }

    /** As verified at the handshake or by the last {@code auth}. */
    public Caller caller() {
        return caller;
    }

    /** Takes the caller of a fresh token. The gateway has checked that it is the same user. */
    public void renew(Caller fresh) {
        if (!fresh.user().equals(caller.user())) {
            throw new IllegalArgumentException("connection " + id + " belongs to another user");
        }
        caller = fresh;
    }

    /** Queues a reply to this client; beyond the bound of waiting replies the socket is closed as a slow consumer. */
    public void send(String frameText) {
        enqueue(Parcel.of(Parcel.Kind.REPLY, frameText));
    }

    /** Queues an event that nobody misses. False when it was dropped because the queue is over half full. */
    public boolean sendEphemeral(String eventText) {
        return enqueue(Parcel.of(Parcel.Kind.EPHEMERAL, eventText));
    }

    /** Any frame or pong came in. */
    public void heard() {
        heardNanos.set(around.nanos().getAsLong());
    }

    /** Sends what waits, for a short time at most, then closes. The first code stays. */
    public void close(CloseCode code) {
        beginClose(code, false);
    }

    /** False once it was closed from either side. */
    public boolean isOpen() {
        return !ended && socket.open();
    }

    Replay replay() {
        return replay;
    }

    /** Queues a parcel that may be shared with other connections. False when it was dropped since it may be. */
    boolean enqueue(Parcel parcel) {
        Taken taken;
        boolean idle;
        synchronized (lock) {
            if (closing != null || closed) {
                return true;
            }
            taken = outgoing.add(parcel);
            idle = !inFlight;
        }
        switch (taken) {
            case YES -> {
                if (idle) {
                    writer.mark();
                }
            }
            case DROPPED -> around.metrics().ephemeralDropped();
            case FULL -> slow("its queue is full");
        }
        return taken != Taken.DROPPED;
    }

    /** A room is no longer listened to. Never blocks. */
    void silent(RoomId room) {
        around.whenSilent().accept(this, room);
    }

    /**
     * Looks after the connection; called about every second.
     *
     * @param thawed this node itself stood still: what came meanwhile has not been read yet, so nobody is late
     */
    void tick(long now, Instant wallClock, boolean thawed) {
        Duration heartbeat = around.settings().heartbeat();
        if (thawed) {
            forgive(now, heartbeat);
        }
        if (!socket.open()) {
            end();
            return;
        }
        long silence = now - heardNanos.get();
        if (silence > 2 * heartbeat.toNanos()) {
            beginClose(CloseCode.HEARTBEAT_TIMEOUT, true);
        } else if (silence >= heartbeat.toNanos()) {
            pingOnce(now, heartbeat);
        }
        if (wallClock.isAfter(caller.expiresAt().plus(around.settings().tokenLeeway()))) {
            close(CloseCode.TOKEN_EXPIRED);
        }
        checkWrites(now);
    }

    /** Forgets the connection: the socket has ended. Idempotent. */
    void end() {
        synchronized (lock) {
            if (ended) {
                return;
            }
            ended = true;
            closed = true;
            outgoing.clear();
        }
        around.whenEnded().accept(this);
        replay.end();
    }

    private void forgive(long now, Duration heartbeat) {
        heardNanos.accumulateAndGet(now - heartbeat.toNanos(), Math::max);
        synchronized (lock) {
            inFlightSince = now;
            closingSince = now;
            pingedNanos = now - heartbeat.toNanos();
        }
    }

    private void pingOnce(long now, Duration heartbeat) {
        synchronized (lock) {
            if (now - pingedNanos < heartbeat.toNanos() || closing != null) {
                return;
            }
            pingedNanos = now;
            pingDue = true;
        }
        writer.mark();
    }

    private void checkWrites(long now) {
        boolean stuck;
        boolean overdue;
        synchronized (lock) {
            stuck = inFlight
                    && now - inFlightSince > around.settings().sendTimeout().toNanos();
            overdue = closing != null
                    && now - closingSince > around.settings().closeTimeout().toNanos();
        }
        if (stuck) {
            slow("a write did not end in time");
        } else if (overdue) {
            closeNow();
        }
    }

    private void slow(String why) {
        around.metrics().slowConsumer();
        LOG.log(System.Logger.Level.DEBUG, "connection {0} is closed as a slow consumer: {1}", id, why);
        beginClose(CloseCode.SLOW_CONSUMER, true);
    }

    private void beginClose(CloseCode code, boolean atOnce) {
        synchronized (lock) {
            if (closed || (closing != null && !atOnce)) {
                return;
            }
            if (closing == null) {
                closing = code;
                closingSince = around.nanos().getAsLong();
            }
            if (atOnce) {
                outgoing.clear();
                inFlight = false;
            }
        }
        writer.mark();
    }

    private void closeNow() {
        CloseCode code;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            outgoing.clear();
            code = Objects.requireNonNull(closing);
        }
        try {
            socket.close(code.code(), code.word());
        } finally {
            end();
        }
    }

    private void write() {
        writing = Thread.currentThread();
        try {
            for (int i = 0; i < FRAMES_PER_TURN; i++) {
                if (!writeOne()) {
                    return;
                }
            }
        } finally {
            writing = null;
        }
        writer.mark();
    }

    private boolean writeOne() {
        boolean ping;
        String text = null;
        synchronized (lock) {
            if (closed || inFlight) {
                return false;
            }
            ping = pingDue;
            pingDue = false;
            if (!outgoing.isEmpty()) {
                text = take();
            }
        }
        if (ping) {
            socket.ping();
        }
        if (text == null) {
            return closeIfAsked();
        }
        around.metrics().frameSent();
        socket.send(text, sent, failed);
        return true;
    }

    private String take() {
        List<Parcel> parcels = outgoing.takeFrame();
        for (Parcel parcel : parcels) {
            if (parcel.kind() == Parcel.Kind.REPLAY) {
                replayEventsInFlight += parcel.events();
                replayBytesInFlight += parcel.bytes();
            }
        }
        inFlight = true;
        inFlightSince = around.nanos().getAsLong();
        return Parcel.frame(parcels);
    }

    private boolean closeIfAsked() {
        synchronized (lock) {
            if (closing == null) {
                return false;
            }
        }
        closeNow();
        return false;
    }

    private void sent() {
        boolean more;
        int replayed;
        int replayedBytes;
        synchronized (lock) {
            inFlight = false;
            replayed = replayEventsInFlight;
            replayedBytes = replayBytesInFlight;
            replayEventsInFlight = 0;
            replayBytesInFlight = 0;
            more = !outgoing.isEmpty() || closing != null || pingDue;
        }
        if (replayed > 0) {
            replay.drained(replayed, replayedBytes);
        }
        if (more && writing != Thread.currentThread()) {
            writer.mark();
        }
    }

    private void failed(Throwable failure) {
        LOG.log(
                System.Logger.Level.DEBUG,
                "connection {0}: a write failed ({1}); it is closed",
                id,
                failure.getClass().getName());
        beginClose(CloseCode.SERVER_ERROR, true);
    }

    @Override
    public String toString() {
        return id.value();
    }
}
