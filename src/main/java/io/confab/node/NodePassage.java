package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a message stands at one node, as the node said it when it was asked.
 *
 * @param arrivedAt by the node's clock; null unless {@link State#ARRIVED}
 * @param way how it came there, as {@link io.confab.delivery.Way#word}; empty unless {@link State#ARRIVED}
 * @param listening how many of its sockets listen to the room, by how they stand to it ({@link
 *     io.confab.delivery.Passage.Standing#word})
 * @param sockets those of the people who were asked for; {@code silent} is the standing of one that does not listen to the room
 */
public record NodePassage(
        String node,
        State state,
        @Nullable Instant arrivedAt,
        String way,
        Map<String, Long> listening,
        List<OpenSocket> sockets) {
    /** What a node knows of a message. */
    public enum State {
        /** It did not answer in time: nothing is known. */
        SILENT,
        /** Nobody there listens to the room, so the node does not follow it. */
        UNSERVED,
        /** It has it, and knows since when. */
        ARRIVED,
        /** It has it; that was too long ago, or before it began to follow the room. */
        THERE,
        /** It has not come there yet. */
        MISSING,
        /** The node counts the room's events otherwise than the database: one of them stands behind a restore. */
        OTHER_NUMBERS;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param kind {@code socket} or {@code stream}
     * @param waitingBytes of all that was given to it and is not off the node
     * @param open since it was opened
     * @param quiet since the client was heard last
     */
    public record OpenSocket(
            String node,
            UserId user,
            String socket,
            String kind,
            String standing,
            long waitingBytes,
            Duration open,
            Duration quiet) {}

    /** @param answer null: there was none */
    static NodePassage of(String node, @Nullable JsonNode answer, Delivery.Message message) {
        if (answer == null) {
            return new NodePassage(node, State.SILENT, null, "", Map.of(), List.of());
        }
        State state = state(answer, message);
        return new NodePassage(
                node,
                state,
                state == State.ARRIVED ? Instant.ofEpochMilli(answer.path("at").asLong()) : null,
                state == State.ARRIVED ? answer.path("way").asText() : "",
                counts(answer.path("listening")),
                StreamSupport.stream(answer.path("sockets").spliterator(), false)
                        .map(each -> socket(node, each))
                        .toList());
    }

    private static State state(JsonNode answer, Delivery.Message message) {
        String epoch = answer.path("ep").asText("");
        if (!answer.path("served").asBoolean() || epoch.isEmpty()) {
            return State.UNSERVED;
        }
        if (!epoch.equals(message.epoch())) {
            return State.OTHER_NUMBERS;
        }
        if (answer.has("at")) {
            return State.ARRIVED;
        }
        return answer.path("seen").asLong() >= message.seq() ? State.THERE : State.MISSING;
    }

    private static Map<String, Long> counts(JsonNode listening) {
        var counts = new TreeMap<String, Long>();
        listening
                .properties()
                .forEach(each -> counts.put(each.getKey(), each.getValue().asLong()));
        return counts;
    }

    private static OpenSocket socket(String node, JsonNode said) {
        return new OpenSocket(
                node,
                new UserId(said.path("user").asText()),
                said.path("socket").asText(),
                said.path("kind").asText(),
                said.path("standing").asText(),
                said.path("waiting_bytes").asLong(),
                Duration.ofMillis(said.path("open_ms").asLong()),
                Duration.ofMillis(said.path("silent_ms").asLong()));
    }

    /** How many of its sockets stand so. */
    public long listening(String standing) {
        return listening.getOrDefault(standing, 0L);
    }
}
