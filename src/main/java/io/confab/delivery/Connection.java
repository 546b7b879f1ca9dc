package io.confab.delivery;

import io.confab.kernel.Caller;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.log.RoomReader;
import io.confab.wire.CloseCode;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One socket of one caller: a bounded queue, one writer (its lane), one send in flight. Thread-safe; nothing here blocks.
 *
 * <p>A client that does not read fast enough is closed with 4302 {@code slow_consumer}, whatever it did; what it missed it
 * gets by resuming.
 */
public final class Connection {
    private final ConnectionId id;
    private final Circumstances around;
    private final Replay replay;
    private final SocketWriter writer;
    private volatile Caller caller;
    private volatile boolean refused;
    private final AtomicLong heardNanos;
    private final long openedNanos;
    private long pingedNanos; // of the thread that ticks

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
        this.caller = caller;
        this.around = around;
        this.replay = new Replay(this, around);
        this.writer = new SocketWriter(this, socket, around);
        long now = around.nanos().getAsLong();
        this.heardNanos = new AtomicLong(now);
        this.openedNanos = now;
        this.pingedNanos = now;
    }

    public ConnectionId id() {
        return id;
    }

    /** Since it was opened. */
    public Duration age() {
        return Duration.ofNanos(around.nanos().getAsLong() - openedNanos);
    }

    /** As verified at the handshake or by the last {@code auth}. */
    public Caller caller() {
        return caller;
    }

    /** Takes the caller of a fresh token, who is where they were. The gateway has checked that it is the same user. */
    public void renew(Caller fresh) {
        if (!fresh.user().equals(caller.user())) {
            throw new IllegalArgumentException("connection " + id + " belongs to another user");
        }
        caller = fresh.from(caller.address());
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

    /** Since anything came in. */
    public Duration silence() {
        return Duration.ofNanos(Math.max(0, around.nanos().getAsLong() - heardNanos.get()));
    }

    /** Of all that was given to it and is not off this node. */
    public long waitingBytes() {
        return writer.waitingBytes();
    }

    /** Sends what waits, for a short time at most, then closes. The first code stays. */
    public void close(CloseCode code) {
        writer.close(code, false);
    }

    /** False once it was closed from either side. */
    public boolean isOpen() {
        return writer.isOpen();
    }

    /** True from when it was asked to close; what waits may still be on its way. */
    public boolean isClosing() {
        return writer.isClosing();
    }

    /** Whether it was forgotten. */
    boolean hasEnded() {
        return writer.hasEnded();
    }

    /** It is one too many, and about to be closed. */
    void refuse() {
        refused = true;
    }

    /** Whether it counts among its person's: until it was refused or asked to close; what waits may still be on its way. */
    boolean takesPlace() {
        return !refused && !isClosing();
    }

    Replay replay() {
        return replay;
    }

    /** Queues a parcel that may be shared with other connections. False when it was dropped since it may be. */
    boolean enqueue(Parcel parcel) {
        return writer.enqueue(parcel);
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
        long heartbeat = around.settings().heartbeat().toNanos();
        if (thawed) {
            heardNanos.accumulateAndGet(now - heartbeat, Math::max);
            pingedNanos = now - heartbeat;
            writer.forgive(now);
        }
        if (!writer.isSocketOpen()) {
            end();
            return;
        }
        long silence = now - heardNanos.get();
        if (silence > 2 * heartbeat) {
            writer.close(CloseCode.HEARTBEAT_TIMEOUT, true);
        } else if (silence >= heartbeat && now - pingedNanos >= heartbeat && writer.ping()) {
            pingedNanos = now;
        }
        if (wallClock.isAfter(caller.expiresAt().plus(around.settings().tokenLeeway()))) {
            close(CloseCode.TOKEN_EXPIRED);
        }
        writer.check(now);
    }

    /** Forgets the connection: the socket has ended. Idempotent. */
    void end() {
        if (writer.end()) {
            around.whenEnded().accept(this);
            replay.end();
        }
    }

    @Override
    public String toString() {
        return id.value();
    }
}
