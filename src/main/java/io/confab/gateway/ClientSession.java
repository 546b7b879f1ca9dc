package io.confab.gateway;

import io.confab.delivery.Connection;
import io.confab.wire.CloseCode;
import io.github.bucket4j.Bucket;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One client's way through the protocol: silent until {@code hello}, then live. Counts what a client does wrong and closes
 * the socket when it does not stop. Called by one thread at a time, but for {@link #helloIsLate} and {@link #endIfUnfinished}.
 */
final class ClientSession {
    private static final System.Logger LOG = System.getLogger(ClientSession.class.getName());
    private static final int MALFORMED_IN_A_ROW = 3;

    private final FrameDispatcher dispatcher;
    private final Connection connection;
    private final Bucket frames;
    private final FrameAssembler assembler;
    private final Intake intake;
    private final Abuse abuse;
    private volatile boolean greeted;
    private int malformedInARow;
    private @Nullable Future<?> helloTimeout;

    ClientSession(
            FrameDispatcher dispatcher,
            Connection connection,
            Bucket frames,
            FrameAssembler assembler,
            Intake intake,
            int abuseLimit) {
        this.dispatcher = dispatcher;
        this.connection = connection;
        this.frames = frames;
        this.assembler = assembler;
        this.intake = intake;
        this.abuse = new Abuse(abuseLimit);
    }

    void endsUnlessGreeted(Future<?> timeout) {
        helloTimeout = timeout;
    }

    Connection connection() {
        return connection;
    }

    boolean greeted() {
        return greeted;
    }

    void nowGreeted() {
        greeted = true;
        if (helloTimeout != null) {
            helloTimeout.cancel(false);
        }
    }

    void helloIsLate() {
        if (!greeted) {
            connection.close(CloseCode.HELLO_TIMEOUT);
        }
    }

    /**
     * Ends it when a frame or message has been on its way for longer than this, whatever else came meanwhile. A network that
     * failed, or a node that did not get to read, looks the same: so it may come back.
     */
    void endIfUnfinished(Duration time, long nanos) {
        if (intake.isLate(time, nanos)) {
            connection.close(CloseCode.HEARTBEAT_TIMEOUT);
        }
    }

    void heard() {
        connection.heard();
    }

    void text(String part, boolean last) {
        connection.heard();
        switch (assembler.add(part, last)) {
            case FrameAssembler.Result.Partial ignored -> {}
            case FrameAssembler.Result.TooMuch tooMuch -> connection.close(tooMuch.code());
            case FrameAssembler.Result.Whole whole -> frame(whole.text());
        }
    }

    private void frame(String text) {
        if (connection.isClosing()) {
            return; // frames behind the one that closed the socket
        }
        var limited = dispatcher.rates().takeFrame(frames);
        if (limited.isPresent()) {
            dispatcher.refuse(this, text, limited.get());
            abused();
            return;
        }
        try {
            dispatcher.dispatch(this, text);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.ERROR, "a frame of connection " + connection.id() + " failed", e);
            connection.close(CloseCode.SERVER_ERROR);
        }
    }

    /** A frame that was not JSON: one may be a slip, a third in a row is abuse. */
    void malformed() {
        malformedInARow++;
        if (malformedInARow >= MALFORMED_IN_A_ROW) {
            abused();
        }
    }

    void wellFormed() {
        malformedInARow = 0;
    }

    private void abused() {
        if (abuse.again()) {
            connection.close(CloseCode.RATE_LIMITED);
        }
    }

    void close(CloseCode code) {
        connection.close(code);
    }

    void closed() {
        if (helloTimeout != null) {
            helloTimeout.cancel(false);
        }
        dispatcher.closed(this);
    }
}
