package io.confab.gateway;

import io.confab.badge.Badges;
import io.confab.delivery.Connection;
import io.confab.delivery.DeliverySettings;
import io.confab.delivery.Outcome;
import io.confab.delivery.Subscriptions;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.Caller;
import io.confab.kernel.Load;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.wire.ClientFrame;
import io.confab.wire.CloseCode;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code hello} and {@code sub}: who you are, what you may ask for, and the events you missed. The answer is queued before
 * the first replayed event; {@code resumed} follows the last. Thread-safe; reads the database.
 */
@Singleton
public class Greeting {
    private final Subscriptions subscriptions;
    private final AccountReader accounts;
    private final Badges badges;
    private final NoticePush notices;
    private final Refusals refusals;
    private final Clock clock;
    private final Welcome welcome;
    private final Revisions revisions;
    private final Load load;
    private final int replayRoom;
    private final int rooms;
    private final int streamRooms;

    @Inject
    public Greeting(
            Subscriptions subscriptions,
            AccountReader accounts,
            Badges badges,
            NoticePush notices,
            Refusals refusals,
            Welcome welcome,
            Revisions revisions,
            Load load,
            DeliverySettings delivery,
            GatewaySettings gateway,
            Clock clock) {
        this.subscriptions = subscriptions;
        this.accounts = accounts;
        this.badges = badges;
        this.notices = notices;
        this.refusals = refusals;
        this.welcome = welcome;
        this.revisions = revisions;
        this.replayRoom = delivery.replayRoom();
        this.rooms = delivery.roomsPerConnection();
        this.streamRooms = Math.min(rooms, gateway.streamRooms());
        this.load = load;
        this.clock = clock;
    }

    /** Greets a socket. */
    void greet(Connection connection, ClientFrame.Hello hello) {
        greet(connection, hello, rooms);
    }

    /** Somebody whose sign-in has not ended; empty: {@code AUTH_FAILED}. */
    Optional<Standing> standing(Caller caller) {
        return accounts.standing(caller.user())
                .filter(standing -> !standing.ended().contains(caller.signIn()));
    }

    /** Most live rooms of a stream. */
    int streamRooms() {
        return streamRooms;
    }

    /** Greets a stream: what it asked for when it was opened stands for {@code hello}. */
    void greetStream(Connection connection, Map<RoomId, ClientFrame.Cursor> asked) {
        greet(connection, new ClientFrame.Hello(null, "", asked), streamRooms);
    }

    private void greet(Connection connection, ClientFrame.Hello hello, int maxRooms) {
        if (load.sheds(Load.Kind.CONNECTIONS)) { // its handshake was taken just before
            connection.close(CloseCode.OVERLOADED);
            return;
        }
        Optional<Standing> found = standing(connection.caller());
        if (found.isEmpty()) {
            connection.close(CloseCode.AUTH_FAILED);
            return;
        }
        Standing standing = found.get();
        if (standing.suspended()) {
            connection.close(CloseCode.SUSPENDED);
            return;
        }
        revisions.learned(connection.caller().user(), standing.rev());
        Map<RoomId, Outcome> outcomes = subscriptions.startAll(connection, hello.rooms(), maxRooms);
        connection.send(welcome.frame(hello.id(), connection.id(), standing, clock.instant(), outcomes, maxRooms));
        badges.greeted(connection);
        notices.greeted(connection);
        resume(connection, outcomes);
    }

    private void resume(Connection connection, Map<RoomId, Outcome> outcomes) {
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (var room : outcomes.entrySet()) {
            if (room.getValue() instanceof Outcome.Ok) {
                all = all.thenCombine(subscriptions.begin(connection, room.getKey()), (before, done) -> null);
            }
        }
        all.thenRun(() -> connection.send(ServerFrames.resumed()));
    }

    void subscribe(Connection connection, ClientFrame.Subscribe sub) {
        Optional<Refusal> shed = load.refusal(Load.Kind.SUBSCRIPTIONS);
        if (shed.isPresent()) {
            refusals.tell(connection, sub.id(), shed.get());
            return;
        }
        Outcome outcome = subscriptions.start(connection, sub.room(), sub.from(), replayRoom);
        if (outcome instanceof Outcome.TooMany many) {
            refusals.tell(
                    connection,
                    sub.id(),
                    new Refusal.TooManySubscriptions("a connection may have " + many.limit() + " live rooms"));
            return;
        }
        connection.send(ServerFrames.ok(sub.id(), Welcome.status(outcome)));
        if (outcome instanceof Outcome.Ok) {
            subscriptions.begin(connection, sub.room());
        }
    }
}
