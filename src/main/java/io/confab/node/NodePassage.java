package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.delivery.Passage.Standing;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a message stands at one node, as the node said it when it was asked.
 *
 * @param arrivedAt by the node's clock; null unless {@link State#ARRIVED}
 * @param way how it came there, as {@link io.confab.delivery.Way#word}; empty unless {@link State#ARRIVED}
 * @param listening how many of its sockets listen to the room, by how they stand to it; none when it counts otherwise:
 *     what stands to another's number says nothing of this message
 * @param sockets those of the people who were asked for; none when it counts otherwise
 */
public record NodePassage(
        String node,
        State state,
        @Nullable Instant arrivedAt,
        String way,
        Map<Standing, Long> listening,
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
     * @param detail null: whoever asks may not see it
     */
    public record OpenSocket(
            String node,
            UserId user,
            String kind,
            Standing standing,
            @Nullable Detail detail) {}

    /**
     * What only who may see and close sockets sees of one.
     *
     * @param waitingBytes of all that was given to it and is not off the node
     * @param open since it was opened
     * @param quiet since the client was heard last
     */
    public record Detail(String socket, long waitingBytes, Duration open, Duration quiet) {}

    /**
     * @param answer null: there was none
     * @param detailed whether sockets are told with {@link Detail}
     */
    static NodePassage of(String node, @Nullable JsonNode answer, Delivery.Message message, boolean detailed) {
        if (answer == null) {
            return new NodePassage(node, State.SILENT, null, "", Map.of(), List.of());
        }
        State state = state(answer, message);
        if (state == State.OTHER_NUMBERS) {
            return new NodePassage(node, state, null, "", Map.of(), List.of());
        }
        return new NodePassage(
                node,
                state,
                state == State.ARRIVED ? Instant.ofEpochMilli(answer.path("at").asLong()) : null,
                state == State.ARRIVED ? answer.path("way").asText() : "",
                counts(answer.path("listening")),
                StreamSupport.stream(answer.path("sockets").spliterator(), false)
                        .flatMap(each -> socket(node, each, detailed).stream())
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

    private static Map<Standing, Long> counts(JsonNode listening) {
        var counts = new EnumMap<Standing, Long>(Standing.class);
        listening
                .properties()
                .forEach(each -> Standing.of(each.getKey())
                        .ifPresent(
                                standing -> counts.put(standing, each.getValue().asLong())));
        return counts;
    }

    private static Optional<OpenSocket> socket(String node, JsonNode said, boolean detailed) {
        return Standing.of(said.path("standing").asText())
                .map(standing -> new OpenSocket(
                        node,
                        new UserId(said.path("user").asText()),
                        said.path("kind").asText(),
                        standing,
                        detailed ? detail(said) : null));
    }

    private static Detail detail(JsonNode said) {
        return new Detail(
                said.path("socket").asText(),
                said.path("waiting_bytes").asLong(),
                Duration.ofMillis(said.path("open_ms").asLong()),
                Duration.ofMillis(said.path("silent_ms").asLong()));
    }

    /** How many of its sockets stand so. */
    public long listening(Standing standing) {
        return listening.getOrDefault(standing, 0L);
    }
}
