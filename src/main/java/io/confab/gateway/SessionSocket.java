package io.confab.gateway;

import io.confab.delivery.Socket;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The container's session as delivery sees it. Delivery keeps one send in flight, so Tyrus's own queue stays short. */
final class SessionSocket implements Socket {
    private static final System.Logger LOG = System.getLogger(SessionSocket.class.getName());
    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

    private final Session session;

    SessionSocket(Session session) {
        this.session = session;
    }

    @Override
    public void send(String text, Runnable sent, Consumer<Throwable> failed) {
        try {
            session.getAsyncRemote().sendText(text, result -> {
                if (result.isOK()) {
                    sent.run();
                } else {
                    failed.accept(result.getException());
                }
            });
        } catch (RuntimeException e) {
            failed.accept(e); // the session was closed under us
        }
    }

    @Override
    public void ping() {
        try {
            session.getAsyncRemote().sendPing(NO_PAYLOAD.duplicate());
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    Level.DEBUG,
                    "no ping to {0}: {1}",
                    session.getId(),
                    e.getClass().getSimpleName());
        }
    }

    @Override
    public void close(int code, String reason) {
        try {
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason));
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    Level.DEBUG,
                    "close of {0}: {1}",
                    session.getId(),
                    e.getClass().getSimpleName());
        }
    }

    @Override
    public boolean open() {
        return session.isOpen();
    }
}
