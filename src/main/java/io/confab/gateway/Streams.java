package io.confab.gateway;

import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.delivery.DeliveryMetrics;
import io.confab.delivery.DeliverySettings;
import io.confab.directory.Rooms;
import io.confab.kernel.Caller;
import io.confab.kernel.RoomId;
import io.confab.store.StoreFailure;
import io.confab.wire.BadField;
import io.confab.wire.ClientFrame.Cursor;
import io.confab.wire.CloseCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Opens streams: each is a connection like a socket's, under the same rights, bounds and caps, greeted as if it had said
 * {@code hello}. Thread-safe; reads the database, and holds no thread for a stream that is open.
 */
@Singleton
public class Streams {
    private static final System.Logger LOG = System.getLogger(Streams.class.getName());

    private final Connections connections;
    private final DeliveryMetrics metrics;
    private final Greeting greeting;
    private final Rooms rooms;
    private final Answers answers;
    private final int roomsPerStream;
    private final int connectionsPerUser;

    @Inject
    public Streams(
            Connections connections,
            DeliveryMetrics metrics,
            Greeting greeting,
            Rooms rooms,
            Answers answers,
            GatewaySettings gateway,
            DeliverySettings delivery) {
        this.connections = connections;
        this.metrics = metrics;
        this.greeting = greeting;
        this.rooms = rooms;
        this.answers = answers;
        this.roomsPerStream = Math.min(delivery.roomsPerConnection(), gateway.streamRooms());
        this.connectionsPerUser = delivery.connectionsPerUser();
    }

    /**
     * @param named the query {@code rooms}; null: not given
     * @param lastEventId null: not given
     * @throws BadField before anything is opened
     */
    void open(
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller,
            @Nullable String named,
            @Nullable String lastEventId)
            throws BadField, IOException {
        Map<RoomId, Cursor> asked =
                StreamCursors.of(named, lastEventId, () -> rooms.idsOf(caller.user(), roomsPerStream), roomsPerStream);
        Connection connection = connect(request, response, caller, asked);
        if (connections.countOf(caller.user()) > connectionsPerUser) {
            connection.close(CloseCode.CONNECTION_LIMIT);
            return;
        }
        try {
            greeting.greetStream(connection, asked);
        } catch (RuntimeException e) {
            if (!(e instanceof StoreFailure)) {
                LOG.log(Level.ERROR, "the stream " + connection.id() + " failed", e);
            }
            connection.close(CloseCode.SERVER_ERROR);
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
        var self = new AtomicReference<Connection>();
        var tcp = GrizzlyConnection.of(request);
        AsyncContext exchange = request.startAsync();
        exchange.setTimeout(0); // heartbeats and the token's end are delivery's
        var socket = new StreamSocket(
                exchange,
                response.getOutputStream(),
                new StreamText(asked),
                new StreamSocket.Ending(
                        answers.threads(), tcp::abort, () -> opened(self).heard(), () -> ended(opened(self))));
        Connection connection = connections.open(socket, caller);
        metrics.streamOpened();
        self.set(connection);
        exchange.getResponse().getOutputStream().setWriteListener(socket);
        return connection;
    }

    private static Connection opened(AtomicReference<Connection> self) {
        return Objects.requireNonNull(self.get());
    }

    private void ended(Connection connection) {
        metrics.streamEnded();
        connections.closed(connection);
    }
}
