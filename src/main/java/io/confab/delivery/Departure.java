package io.confab.delivery;

import io.confab.wire.CloseCode;
import io.confab.wire.ServerFrames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Sends this node's sockets elsewhere, some at a time: each is told to {@code reconnect} within a window, and one that is
 * still there when its window is over is closed with 4301, after what waits for it has been sent (for at most
 * {@code confab.delivery.close-timeout}). Whatever transport a socket has, this is the one place that ends them in a drain.
 * Used by one thread.
 */
public final class Departure {
    /** For a client that comes back at the very end of its window. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Connections connections;
    private final Duration window;
    private final String farewell;
    private final Map<Connection, Long> closeAtNanos = new HashMap<>();

    Departure(Connections connections, Duration jitter) {
        this.connections = connections;
        this.window = jitter.plus(MARGIN);
        this.farewell = ServerFrames.reconnect(Duration.ZERO, jitter);
    }

    /** From being told to being closed. */
    public Duration window() {
        return window;
    }

    /** Closes those whose window is over, and tells so many more. */
    public void step(int most, long nowNanos) {
        closeAtNanos.keySet().removeIf(connection -> !connection.isOpen());
        closeAtNanos.forEach((connection, atNanos) -> {
            if (nowNanos - atNanos >= 0) {
                connection.close(CloseCode.DRAINING);
            }
        });
        connections.all().stream()
                .filter(connection -> connection.isOpen() && !closeAtNanos.containsKey(connection))
                .limit(most)
                .forEach(connection -> {
                    connection.send(farewell);
                    closeAtNanos.put(connection, nowNanos + window.toNanos());
                });
    }

    /** Those that have not been told yet. */
    public int untold() {
        return Math.toIntExact(connections.all().stream()
                .filter(connection -> !closeAtNanos.containsKey(connection))
                .count());
    }

    /** Closes all that are left. */
    public void closeAll() {
        connections.all().forEach(connection -> connection.close(CloseCode.DRAINING));
    }
}
