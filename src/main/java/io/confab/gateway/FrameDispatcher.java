package io.confab.gateway;

import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.delivery.Subscriptions;
import io.confab.directory.WriteRight;
import io.confab.identity.AccessTokens;
import io.confab.kernel.Json;
import io.confab.kernel.Load;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.presence.Presence;
import io.confab.presence.PresenceStatus;
import io.confab.presence.Typing;
import io.confab.room.RoomRules;
import io.confab.store.StoreFailure;
import io.confab.wire.ClientFrame;
import io.confab.wire.CloseCode;
import io.confab.wire.FrameCodec;
import io.confab.wire.ServerFrames;
import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A whole frame to what it asks for (stops 2, 3 and 7 of docs/message-flow.md): one exhaustive switch. Durable commands go
 * to {@link Commands} and are answered when they are committed; reads are answered here. Thread-safe.
 */
@Singleton
public class FrameDispatcher {
    private static final System.Logger LOG = System.getLogger(FrameDispatcher.class.getName());

    private final FrameCodec codec;
    private final Commands commands;
    private final Refusals refusals;
    private final RateLimits rates;
    private final Greeting greeting;
    private final Subscriptions subscriptions;
    private final Connections connections;
    private final EventPages events;
    private final WriteRight mayWrite;
    private final ReadMarks marks;
    private final AccessTokens tokens;
    private final Revisions revisions;
    private final Presence presence;
    private final Typing typing;
    private final Load load;
    private final Clock clock;

    @Inject
    public FrameDispatcher(
            WireLimits wire,
            RoomRules rules,
            Commands commands,
            Refusals refusals,
            RateLimits rates,
            Greeting greeting,
            Subscriptions subscriptions,
            Connections connections,
            EventPages events,
            WriteRight mayWrite,
            ReadMarks marks,
            AccessTokens tokens,
            Revisions revisions,
            Presence presence,
            Typing typing,
            Load load,
            Clock clock) {
        this.codec = new FrameCodec(wire, rules);
        this.commands = commands;
        this.refusals = refusals;
        this.rates = rates;
        this.greeting = greeting;
        this.subscriptions = subscriptions;
        this.connections = connections;
        this.events = events;
        this.mayWrite = mayWrite;
        this.marks = marks;
        this.tokens = tokens;
        this.revisions = revisions;
        this.presence = presence;
        this.typing = typing;
        this.load = load;
        this.clock = clock;
    }

    RateLimits rates() {
        return rates;
    }

    /** A frame over the connection's rate: nothing is done for it but to tell. Few are: who goes on is closed. */
    void refuse(ClientSession session, String text, Refusal refusal) {
        refusals.tell(session.connection(), codec.id(text), refusal);
    }

    void dispatch(ClientSession session, String text) {
        switch (codec.decode(text)) {
            case FrameCodec.Decoded.Malformed malformed -> {
                refusals.tell(session.connection(), null, malformed.refusal());
                session.malformed();
                endUnlessGreeted(session);
            }
            case FrameCodec.Decoded.Bad bad -> {
                session.wellFormed();
                refusals.tell(session.connection(), bad.id(), bad.refusal());
                endUnlessGreeted(session);
            }
            case FrameCodec.Decoded.Good good -> {
                session.wellFormed();
                frame(session, good.frame());
            }
        }
    }

    /** The first frame was no good hello: told why, and closed as for anything before hello. */
    private static void endUnlessGreeted(ClientSession session) {
        if (!session.greeted()) {
            session.close(CloseCode.BAD_FRAME);
        }
    }

    private void frame(ClientSession session, ClientFrame frame) {
        boolean hello = frame instanceof ClientFrame.Hello;
        if (hello == session.greeted()) { // anything before hello, or a second hello
            session.close(CloseCode.BAD_FRAME);
            return;
        }
        try {
            act(session, frame);
        } catch (StoreFailure e) {
            if (!e.mayBeTriedAgain()) {
                throw e;
            }
            if (hello) {
                session.close(CloseCode.SERVER_ERROR); // there is no second hello: the client connects anew
                return;
            }
            refusals.tell(session.connection(), frame.id(), Problems.refusalFor(e));
        }
    }

    private void act(ClientSession session, ClientFrame frame) {
        Connection connection = session.connection();
        switch (frame) {
            case ClientFrame.Hello hello -> {
                session.nowGreeted(); // before anything is read: the client has kept its time, and may not say it twice
                greeting.greet(connection, hello);
            }
            case ClientFrame.Ping ping -> pong(connection, ping.id());
            case ClientFrame.Auth auth -> renew(connection, auth);
            case ClientFrame.Subscribe sub -> greeting.subscribe(connection, sub);
            case ClientFrame.Unsubscribe unsub -> {
                subscriptions.stop(connection, unsub.room());
                connection.send(ServerFrames.ok(unsub.id(), Json.object()));
            }
            case ClientFrame.Fetch fetch -> fetch(connection, fetch);
            case ClientFrame.CreateRoom create ->
                answer(
                        connection,
                        create.id(),
                        true,
                        commands.create(connection.caller(), create.command(), create.cid()));
            case ClientFrame.Act act ->
                answer(
                        connection,
                        act.id(),
                        false,
                        commands.submit(connection.caller(), act.room(), act.command(), act.cid()));
            case ClientFrame.MarkRead read -> markRead(connection, read);
            case ClientFrame.Typing typed -> typing(connection, typed);
            case ClientFrame.SetPresence said -> presence(connection, said);
            case ClientFrame.Unknown unknown -> refusals.tellUnknownType(connection, unknown.id());
        }
    }

    /**
     * Taken only from one who listens to the room, so who may not see a room cannot tell it from one that is not there; and
     * told only of one whose message would be taken too.
     */
    private void typing(Connection connection, ClientFrame.Typing typed) {
        if (subscriptions.listens(connection, typed.room()) && !load.sheds(Load.Kind.TYPING)) {
            var user = connection.caller().user();
            try {
                typing.typed(user, typed.room(), typed.on(), () -> mayWrite.has(user, typed.room()));
            } catch (StoreFailure e) {
                LOG.log(Level.DEBUG, "typing in {0} is told to nobody: {1}", typed.room(), e.getMessage());
            }
        }
    }

    private void presence(Connection connection, ClientFrame.SetPresence said) {
        PresenceStatus status = switch (said.status()) {
            case ONLINE -> PresenceStatus.ONLINE;
            case AWAY -> PresenceStatus.AWAY;
        };
        presence.says(connection.caller().user(), connection.id(), status);
    }

    private void answer(Connection connection, @Nullable String id, boolean withRoom, CompletionStage<Answer> stage) {
        stage.thenAccept(answer -> {
            switch (answer) {
                case Answer.Refused refused -> refusals.tell(connection, id, refused.refusal());
                case Answer.Accepted ok ->
                    connection.send(
                            withRoom
                                    ? ServerFrames.ok(id, Answers.json(ok))
                                    : ServerFrames.ok(id, ok.cid(), ok.seq(), ok.ts(), ok.duplicate()));
            }
        });
    }

    private void pong(Connection connection, @Nullable String id) {
        var heads = new LinkedHashMap<RoomId, Long>();
        subscriptions.positions(connection).forEach((room, position) -> heads.put(room, position.seq()));
        connection.send(ServerFrames.pong(id, revisions.of(connection.caller().user()), heads));
    }

    private void renew(Connection connection, ClientFrame.Auth auth) {
        switch (tokens.verify(auth.access())) {
            case AccessTokens.Verified.Valid(var fresh) -> {
                if (!fresh.user().equals(connection.caller().user())) {
                    refusals.tell(connection, auth.id(), new Refusal.Unauthorized("the token belongs to another user"));
                    return;
                }
                connection.renew(fresh);
                long seconds =
                        Duration.between(clock.instant(), fresh.expiresAt()).toSeconds();
                connection.send(ServerFrames.ok(auth.id(), Json.object().put("expires_in", seconds)));
            }
            case AccessTokens.Verified.Expired ignored -> connection.close(CloseCode.TOKEN_EXPIRED);
            case AccessTokens.Verified.Suspended ignored -> connection.close(CloseCode.SUSPENDED);
            case AccessTokens.Verified.Invalid ignored ->
                refusals.tell(connection, auth.id(), new Refusal.Unauthorized("the token is not good"));
        }
    }

    private void fetch(Connection connection, ClientFrame.Fetch fetch) {
        switch (events.page(connection.caller().user(), fetch.room(), fetch.after(), fetch.limit())) {
            case EventPages.Result.Refused no -> refusals.tell(connection, fetch.id(), no.refusal());
            case EventPages.Result.Events found -> connection.send(ServerFrames.raw("ok", fetch.id(), found.json()));
        }
    }

    private void markRead(Connection connection, ClientFrame.MarkRead read) {
        marks.mark(connection.caller().user(), read.room(), read.seq(), connection.id())
                .thenAccept(result -> {
                    switch (result) {
                        case ReadMarks.Result.Refused no -> refusals.tell(connection, read.id(), no.refusal());
                        case ReadMarks.Result.Marked(long seq) ->
                            connection.send(
                                    ServerFrames.ok(read.id(), Json.object().put("seq", seq)));
                    }
                });
    }

    /** The session's socket has ended. */
    void closed(ClientSession session) {
        connections.closed(session.connection());
    }
}
