package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.delivery.DeliverySettings;
import io.confab.delivery.Outcome;
import io.confab.identity.Standing;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.room.RoomRules;
import io.confab.wire.CommandForms;
import io.confab.wire.ServerFrames;
import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of {@code welcome}: who you are, what this server can do and bears, and where your rooms stand. Thread-safe. */
@Singleton
public class Welcome {
    /** What this server can do beside reading: names of frames, and {@code stream}, as {@code caps}. */
    private static final List<String> CAPS = caps();

    private final String node;
    private final long heartbeatMillis;
    private final ObjectNode limits;

    @Inject
    public Welcome(
            NodeId node,
            WireLimits wire,
            RoomRules rules,
            GatewaySettings gateway,
            AdmissionSettings admission,
            DeliverySettings delivery) {
        this.node = node.value();
        this.heartbeatMillis = delivery.heartbeat().toMillis();
        this.limits = Json.object()
                .put("max_frame_bytes", wire.maxFrameBytes())
                .put("max_text_chars", rules.maxTextChars())
                .put("max_rooms", 0) // of the door, put in with each frame
                .put("replay_room", delivery.replayRoom())
                .put("replay_total", delivery.replayTotal())
                .put("fetch_events", wire.fetchEvents());
        limits.set("rates", rates(Rate.all(gateway, admission)));
    }

    String frame(
            @Nullable String id,
            ConnectionId connection,
            Standing standing,
            Instant now,
            Map<RoomId, Outcome> outcomes,
            int maxRooms) {
        ObjectNode d = Json.object()
                .put("session", connection.value())
                .put("user", standing.user().value())
                .put("node", node)
                .put("now", ServerFrames.time(now))
                .put("hb_ms", heartbeatMillis)
                .put("rev", standing.rev());
        d.set("limits", limits.deepCopy().put("max_rooms", maxRooms));
        ArrayNode caps = Json.array();
        CAPS.forEach(caps::add);
        d.set("caps", caps);
        ObjectNode rooms = Json.object();
        outcomes.forEach((room, outcome) -> rooms.set(room.value(), status(outcome)));
        d.set("rooms", rooms);
        return ServerFrames.frame("welcome", id, d);
    }

    /** What one room answers, in {@code welcome} and to {@code sub}. */
    static ObjectNode status(Outcome outcome) {
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

    private static ObjectNode rates(List<Rate> all) {
        ObjectNode rates = Json.object();
        all.forEach(rate -> rates.set(
                rate.name(),
                Json.object()
                        .put("burst", rate.burst())
                        .put("refill", rate.refill())
                        .put("per_ms", rate.period().toMillis())));
        return rates;
    }

    private static List<String> caps() {
        var caps = new ArrayList<>(CommandForms.TYPES);
        caps.addAll(List.of("room.create", "fetch", "read", "badge", "typing", "presence", "stream"));
        return List.copyOf(caps);
    }
}
