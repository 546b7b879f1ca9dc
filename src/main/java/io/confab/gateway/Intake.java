package io.confab.gateway;

import io.confab.wire.CloseCode;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one socket, before the container sees it (docs/adr/0047): its {@link FrameMeter}, and whom to tell when
 * that finds too much. From then on nothing is passed on, nor once this side has closed. On a server where
 * {@link MeteredUpgrade} does not stand in the way of the bytes it finds nothing.
 */
final class Intake {
    private final FrameMeter meter;
    private volatile @Nullable Consumer<CloseCode> closing;
    private volatile @Nullable Runnable peerClosed;
    private volatile @Nullable GrizzlyConnection tcp;
    private boolean told;

    Intake(FrameMeter meter) {
        this.meter = meter;
    }

    /** Where it comes in. */
    void over(GrizzlyConnection connection) {
        tcp = connection;
    }

    /** Ends the connection at once, whatever has become of it. */
    void abort() {
        GrizzlyConnection connection = tcp;
        if (connection != null) {
            connection.abort();
        }
    }

    /** Who ends the socket. Set when the socket opens, before anything is read. */
    void whenTooMuch(Consumer<CloseCode> close) {
        closing = close;
    }

    /** How many of these bytes may be passed on. Called by the thread that reads. */
    int admit(byte[] bytes, int offset, int length) {
        int admitted = meter.admit(bytes, offset, length);
        CloseCode excess = meter.excess();
        Consumer<CloseCode> close = closing;
        if (excess != null && close != null && !told) {
            told = true;
            close.accept(excess);
        }
        Runnable end = peerClosed;
        if (end == null) {
            return admitted;
        }
        if (meter.sawClose()) {
            end.run();
        }
        return 0;
    }

    /** Our close frame is out: what still comes is thrown away until theirs has come, at once if it has. Any thread. */
    void untilTheyClose(Runnable end) {
        peerClosed = end;
        if (meter.sawClose()) {
            end.run();
        }
    }

    /** Whether the frame or message that is coming has been on its way for longer than this. */
    boolean isLate(Duration time, long nanos) {
        return meter.unfinishedFor(nanos) > time.toNanos();
    }
}
