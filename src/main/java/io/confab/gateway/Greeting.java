package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.badge.Badges;
import io.confab.delivery.Connection;
import io.confab.delivery.DeliverySettings;
import io.confab.delivery.Outcome;
import io.confab.delivery.Subscriptions;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.Configuration;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.room.RoomRules;
import io.confab.wire.ClientFrame;
import io.confab.wire.CloseCode;
import io.confab.wire.CommandForms;
import io.confab.wire.ServerFrames;
import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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
    /** What this server can do beside reading: names of frames, as {@code welcome.caps}. */
    private static final List<String> CAPS = caps();

    private final Subscriptions subscriptions;
    private final AccountReader accounts;
    private final Badges badges;
    private final Clock clock;
    private final DeliverySettings delivery;
    private final ObjectNode limits;
    private final String node;

    @Inject
    public Greeting(
            Subscriptions subscriptions,
            AccountReader accounts,
            Badges badges,
            NodeId node,
            Clock clock,
            Configuration configuration) {
        this.subscriptions = subscriptions;
        this.accounts = accounts;
        this.badges = badges;
        this.clock = clock;
        this.delivery = DeliverySettings.from(configuration);
        this.limits = limits(configuration, delivery);
        this.node = node.value();
    }

    void greet(ClientSession session, ClientFrame.Hello hello) {
        session.nowGreeted(); // before anything is read: the client has kept its time, and may not say it twice
        Connection connection = session.connection();
        Optional<Standing> found = accounts.standing(connection.caller().user());
        if (found.isEmpty() || found.get().ended().contains(connection.caller().signIn())) {
            connection.close(CloseCode.AUTH_FAILED);
            return;
        }
        Standing standing = found.get();
        if (standing.suspended()) {
            connection.close(CloseCode.SUSPENDED);
            return;
        }
        Map<RoomId, Outcome> outcomes = subscriptions.startAll(connection, hello.rooms());
        ObjectNode rooms = Json.object();
        var begun = new ArrayList<RoomId>();
        outcomes.forEach((room, outcome) -> {
            rooms.set(room.value(), status(outcome));
            if (outcome instanceof Outcome.Ok) {
                begun.add(room);
            }
        });
        connection.send(ServerFrames.frame("welcome", hello.id(), welcome(connection, standing, rooms)));
        badges.greeted(connection);
        resume(connection, begun);
    }

    private void resume(Connection connection, List<RoomId> rooms) {
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (RoomId room : rooms) {
            all = all.thenCombine(subscriptions.begin(connection, room), (before, done) -> null);
        }
        all.thenRun(() -> connection.send(ServerFrames.resumed()));
    }

    void subscribe(Connection connection, ClientFrame.Subscribe sub) {
        Outcome outcome = subscriptions.start(connection, sub.room(), sub.from(), delivery.replayRoom());
        if (outcome instanceof Outcome.TooMany many) {
            connection.send(ServerFrames.err(
                    sub.id(),
                    new Refusal.TooManySubscriptions("a connection may have " + many.limit() + " live rooms")));
            return;
        }
        connection.send(ServerFrames.ok(sub.id(), status(outcome)));
        if (outcome instanceof Outcome.Ok) {
            subscriptions.begin(connection, sub.room());
        }
    }

    private static ObjectNode status(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Ok ok ->
                Json.object()
                        .put("status", "ok")
                        .put("ep", ok.epoch())
                        .put("from", ok.from())
                        .put("to", ok.to());
            case Outcome.Gap gap ->
                Json.object()
                        .put("status", "gap")
                        .put("reason", gap.reason().word())
                        .put("ep", gap.epoch())
                        .put("head", gap.head());
            case Outcome.None ignored -> Json.object().put("status", "none");
            case Outcome.TooMany ignored -> Json.object().put("status", "too_many_subs");
        };
    }

    private ObjectNode welcome(Connection connection, Standing standing, ObjectNode rooms) {
        ObjectNode d = Json.object()
                .put("session", connection.id().value())
                .put("user", connection.caller().user().value())
                .put("node", node)
                .put("now", ServerFrames.time(clock.instant()))
                .put("hb_ms", delivery.heartbeat().toMillis())
                .put("rev", standing.rev());
        d.set("limits", limits);
        ArrayNode caps = Json.array();
        CAPS.forEach(caps::add);
        d.set("caps", caps);
        d.set("rooms", rooms);
        return d;
    }

    private static ObjectNode limits(Configuration configuration, DeliverySettings delivery) {
        var wire = WireLimits.from(configuration);
        var gateway = GatewaySettings.from(configuration);
        ObjectNode limits = Json.object()
                .put("max_frame_bytes", wire.maxFrameBytes())
                .put("max_text_chars", RoomRules.from(configuration).maxTextChars())
                .put("max_rooms", delivery.roomsPerConnection())
                .put("replay_room", delivery.replayRoom())
                .put("replay_total", delivery.replayTotal())
                .put("fetch_events", wire.fetchEvents());
        ObjectNode rates = Json.object();
        rates.set(
                "connection",
                rate(
                        gateway.connectionFrames(),
                        gateway.connectionFrames(),
                        gateway.connectionWindow().toMillis()));
        rates.set("user", rate(gateway.userBurst(), gateway.userMessages(), 1_000));
        rates.set("user_room", rate(gateway.roomBurst(), gateway.roomMessages(), 1_000));
        limits.set("rates", rates);
        return limits;
    }

    private static ObjectNode rate(int burst, int refill, long perMillis) {
        return Json.object().put("burst", burst).put("refill", refill).put("per_ms", perMillis);
    }

    private static List<String> caps() {
        var caps = new ArrayList<>(CommandForms.TYPES);
        caps.addAll(List.of("room.create", "fetch", "read", "badge", "typing", "presence"));
        return List.copyOf(caps);
    }
}
