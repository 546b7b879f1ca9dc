package io.confab.gateway;

import io.confab.identity.AccessTokens.Verified;
import io.confab.kernel.Caller;
import io.confab.wire.CloseCode;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The socket's door (stop 1 of docs/message-flow.md): one instance per connection, one authenticated caller fixed at the
 * handshake. It puts fragments together, keeps the bounds of size and time, and passes whole frames on. The container
 * calls it with one message at a time.
 */
@ServerEndpoint(
        value = "/ws/v1",
        subprotocols = HandshakeConfigurator.PROTOCOL,
        configurator = HandshakeConfigurator.class)
public class ChatEndpoint {
    private static final System.Logger LOG = System.getLogger(ChatEndpoint.class.getName());

    private final ClientSessions sessions;
    private @Nullable ClientSession client;
    private Guests.@Nullable Place guest;

    @Inject
    public ChatEndpoint(ClientSessions sessions) {
        this.sessions = sessions;
    }

    @OnOpen
    public void open(Session session) {
        var socket = new SessionSocket(session);
        if (!(session.getUserPrincipal() instanceof Visitor visitor)) {
            throw new IllegalStateException("the handshake filter is not in front of the endpoint");
        }
        Optional<Caller> caller = visitor.caller();
        if (caller.isPresent() && HandshakeConfigurator.PROTOCOL.equals(session.getNegotiatedSubprotocol())) {
            client = sessions.open(socket, caller.get(), visitor.intake());
            return;
        }
        guest = sessions.guests().opened(visitor.guest());
        sessions.refuse(socket, reason(visitor), guest, visitor.intake());
    }

    /** A browser cannot read the status of a refused upgrade, so the socket is accepted and closed with a code. */
    private static CloseCode reason(Visitor visitor) {
        return switch (visitor.verified()) {
            case null -> CloseCode.AUTH_FAILED;
            case Verified.Expired ignored -> CloseCode.TOKEN_EXPIRED;
            case Verified.Suspended ignored -> CloseCode.SUSPENDED;
            case Verified.Invalid ignored -> CloseCode.AUTH_FAILED;
            case Verified.Valid ignored -> CloseCode.UNSUPPORTED_VERSION;
        };
    }

    @OnMessage
    public void text(String part, boolean last) {
        if (client != null) {
            client.text(part, last);
        }
    }

    @OnMessage
    public void binary(ByteBuffer ignored, boolean last) {
        if (client != null) {
            client.close(CloseCode.BAD_FRAME);
        }
    }

    @OnMessage
    public void pong(PongMessage ignored) {
        if (client != null) {
            client.heard();
        }
    }

    @OnClose
    public void closed(Session session, CloseReason reason) {
        if (client != null) {
            sessions.closed(client);
        }
        if (guest != null) {
            guest.leave();
        }
    }

    @OnError
    public void failed(Session session, Throwable failure) {
        // a broken peer is no fault of ours; ours are logged where they happen
        LOG.log(
                Level.DEBUG,
                "socket {0}: {1}",
                session.getId(),
                failure.getClass().getName());
    }
}
