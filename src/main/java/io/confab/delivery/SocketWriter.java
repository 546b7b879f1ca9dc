package io.confab.delivery;

import io.confab.delivery.Outgoing.Taken;
import io.confab.wire.CloseCode;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way out to one socket: a bounded queue, one writer (its lane), one send in flight, and the close that comes after what
 * waits. Thread-safe; nothing here blocks.
 */
final class SocketWriter extends Lane.Work {
    private static final System.Logger LOG = System.getLogger(SocketWriter.class.getName());
    private static final int FRAMES_PER_TURN = 16;

    private final Connection connection;
    private final Socket socket;
    private final Connection.Circumstances around;
    private final Runnable sent = this::sent;
    private final Consumer<Throwable> failed = this::failed;
    private volatile boolean ended;
    private @Nullable Thread writing; // set and read by the lane's thread; other threads see another or none

    private final Object lock = new Object();
    private final Outgoing outgoing; // this and the following are guarded by lock
    private boolean inFlight;
    private long inFlightSince;
    private int replayEventsInFlight;
    private int replayBytesInFlight;
    private boolean pingDue;
    private @Nullable CloseCode closing;
    private long closingSince;
    private boolean closed;

    SocketWriter(Connection connection, Socket socket, Connection.Circumstances around) {
        super(around.lane());
        this.connection = connection;
        this.socket = socket;
        this.around = around;
        this.outgoing = new Outgoing(around.settings(), around.metrics());
    }

    boolean hasEnded() {
        return ended;
    }

    /** False once it was closed from either side. */
    boolean isOpen() {
        return !ended && socket.open();
    }

    boolean isSocketOpen() {
        return socket.open();
    }

    /** True from when it was asked to close. */
    boolean isClosing() {
        synchronized (lock) {
            return closing != null || closed;
        }
    }

    long waitingBytes() {
        synchronized (lock) {
            return outgoing.unsentBytes();
        }
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
                    mark();
                }
            }
            case DROPPED -> around.metrics().ephemeralDropped();
            case FULL -> slow("its queue is full");
        }
        return taken != Taken.DROPPED;
    }

    /** False when it is being closed. */
    boolean ping() {
        synchronized (lock) {
            if (closing != null) {
                return false;
            }
            pingDue = true;
        }
        mark();
        return true;
    }

    /** This node itself stood still: no write and no close is late. */
    void forgive(long now) {
        synchronized (lock) {
            inFlightSince = now;
            closingSince = now;
        }
    }

    /** The socket has ended: nothing is written any more. False when that was known. */
    boolean end() {
        synchronized (lock) {
            if (ended) {
                return false;
            }
            ended = true;
            closed = true;
            outgoing.clear();
            return true;
        }
    }

    /** Closes after what waits has been sent, or at once. The first code stays. */
    void close(CloseCode code, boolean atOnce) {
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
        mark();
    }

    /** Closes a socket whose write or close does not end in time. */
    void check(long now) {
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

    @Override
    void turn() {
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
        mark();
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
        inFlight = true;
        inFlightSince = around.nanos().getAsLong();
        List<Parcel> parcels = outgoing.takeFrame();
        for (Parcel parcel : parcels) {
            switch (parcel.kind()) {
                case REPLAY -> {
                    replayEventsInFlight += parcel.events();
                    replayBytesInFlight += parcel.bytes();
                }
                case LIVE -> around.metrics().handedOver(parcel.births(), inFlightSince);
                case EPHEMERAL, REPLY -> {}
            }
        }
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
            outgoing.landed();
            inFlight = false;
            replayed = replayEventsInFlight;
            replayedBytes = replayBytesInFlight;
            replayEventsInFlight = 0;
            replayBytesInFlight = 0;
            more = !outgoing.isEmpty() || closing != null || pingDue;
        }
        if (replayed > 0) {
            connection.replay().drained(replayed, replayedBytes);
        }
        if (more && writing != Thread.currentThread()) {
            mark();
        }
    }

    private void failed(Throwable failure) {
        LOG.log(
                System.Logger.Level.DEBUG,
                "connection {0}: a write failed ({1}); it is closed",
                connection.id(),
                failure.getClass().getName());
        close(CloseCode.SERVER_ERROR, true);
    }

    private void slow(String why) {
        around.metrics().slowConsumer();
        LOG.log(System.Logger.Level.DEBUG, "connection {0} is closed as a slow consumer: {1}", connection.id(), why);
        close(CloseCode.SLOW_CONSUMER, true);
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
        around.metrics().closed(code);
        try {
            socket.close(code.code(), code.word());
        } finally {
            connection.end();
        }
    }

    @Override
    public String toString() {
        return "connection " + connection.id();
    }
}
