package io.confab.delivery;

import java.util.function.Consumer;

/**
 * One open socket as delivery sees it; the gateway adapts the container's session. Delivery calls {@link #send} only when
 * the send before it has ended, and never from two threads at once.
 *
 * <p>No method may block on a peer that does not read, {@code close} included: it must end the connection in bounded time.
 */
public interface Socket {
    /** Begins to write one text frame; exactly one of the callbacks runs once, on any thread, also before this returns. */
    void send(String text, Runnable sent, Consumer<Throwable> failed);

    /** Sends a WebSocket ping (RFC 6455 section 5.5.2). A failure shows as a socket that is no longer open. */
    void ping();

    /** @param reason at most 123 bytes of UTF-8 */
    void close(int code, String reason);

    boolean open();
}
