package io.confab.gateway;

import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.delivery.DeliveryMetrics;
import io.confab.directory.Rooms;
import io.confab.kernel.Caller;
import io.confab.kernel.Daemon;
import io.confab.kernel.RoomId;
import io.confab.store.StoreFailure;
import io.confab.wire.BadField;
import io.confab.wire.ClientFrame.Cursor;
import io.confab.wire.CloseCode;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Opens streams: each is a connection like a socket's, under the same rights, bounds and caps, greeted as if it had said
 * {@code hello}. Thread-safe; reads the database, and holds no thread for a stream that is open.
 */
@Singleton
public class Streams {
    private static final System.Logger LOG = System.getLogger(Streams.class.getName());
    /** An end is short: all was written, or is dropped, and nothing follows a stream on its connection. */
    private static final int THREADS = 4;

    private final Connections connections;
    private final DeliveryMetrics metrics;
    private final Greeting greeting;
    private final Rooms rooms;
    private final Faults faults;
    private final ClientSessions sessions;
    private final ExecutorService ends = Executors.newFixedThreadPool(THREADS, Daemon.numbered("confab-stream-end-"));

    @Inject
    public Streams(
            Connections connections,
            DeliveryMetrics metrics,
            Greeting greeting,
            Rooms rooms,
            Faults faults,
            ClientSessions sessions) {
        this.connections = connections;
        this.metrics = metrics;
        this.greeting = greeting;
        this.rooms = rooms;
        this.faults = faults;
        this.sessions = sessions;
    }

    /**
     * @param named the query {@code rooms}; null: not given
     * @param lastEventId null: not given
     * @throws BadField before anything is opened, as is {@link Refused} and what the database throws
     * @throws IOException the connection is no longer of use
     */
    void open(
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller,
            @Nullable String named,
            @Nullable String lastEventId)
            throws BadField, IOException {
        Map<RoomId, Cursor> asked = StreamCursors.of(
                named, lastEventId, limit -> rooms.idsOf(caller.user(), limit), greeting.streamRooms());
        if (greeting.standing(caller).filter(standing -> !standing.suspended()).isEmpty()) {
            throw new Refused(SignInFirst.NOBODY);
        }
        Connection connection = connect(request, response, caller, asked);
        if (!connections.hasPlace(connection)) {
            sessions.whenSettled(() -> connection.close(CloseCode.CONNECTION_LIMIT));
            return;
        }
        try {
            greeting.greetStream(
                    connection, asked); // looks again whether the sign-in has ended: from now on it would be told
        } catch (RuntimeException e) {
            if (!(e instanceof StoreFailure)) {
                LOG.log(Level.ERROR, "the stream " + connection.id() + " failed", e);
            }
            sessions.whenSettled(() -> connection.close(CloseCode.SERVER_ERROR));
        }
    }

    private Connection connect(
            HttpServletRequest request, HttpServletResponse response, Caller caller, Map<RoomId, Cursor> asked)
            throws IOException {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no"); // nginx would keep events back
        response.setHeader("Connection", "close"); // nothing follows a stream on its connection
        var self = new AtomicReference<@Nullable Connection>();
        var tcp = GrizzlyConnection.of(request);
        ServletOutputStream out = response.getOutputStream();
        AsyncContext exchange = request.startAsync();
        exchange.setTimeout(0); // heartbeats and the token's end are delivery's
        var socket = new StreamSocket(
                exchange,
                out,
                new StreamText(asked),
                new StreamSocket.Ending(
                        ends,
                        tcp::abort,
                        () -> Optional.ofNullable(self.get()).ifPresent(Connection::heard),
                        () -> ended(Optional.ofNullable(self.get()))));
        metrics.streamOpened();
        try {
            Connection connection = connections.openStream(faults.around(socket), caller);
            self.set(connection); // whoever closes it before that forgets it as well
            out.setWriteListener(socket);
            return connection;
        } catch (RuntimeException e) {
            socket.onError(e);
            throw new IOException("a stream could not begin", e);
        }
    }

    @PreDestroy
    void stop() {
        ends.shutdown();
    }

    private void ended(Optional<Connection> connection) {
        metrics.streamEnded();
        connection.ifPresent(connections::closed);
    }
}
