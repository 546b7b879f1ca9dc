package io.confab.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.delivery.Connection;
import io.confab.delivery.Connections;
import io.confab.delivery.Passage;
import io.confab.delivery.Passage.Standing;
import io.confab.delivery.Sequencers;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Asks nodes how an event of a room stands with their sockets, from what they know at that moment (docs/adr/0082). Like
 * {@link BrokerEcho} over the address of presence, where a node of another version leaves out what it does not know; ids and
 * numbers only. A node answers on a thread of its own, in the order of the questions. Thread-safe.
 *
 * <pre>
 * {"k":"delivery?","id":…,"from":node,"room":…,"seq":n,"users":[…]}
 * {"k":"delivery","id":…,"from":node,"served":true,"ep":…,"seen":n,"at":ms,"way":…,"listening":{"sent":n,…},
 *  "sockets":[{"user":…,"socket":…,"kind":…,"standing":…,"waiting_bytes":n,"open_ms":n,"silent_ms":n}]}
 * </pre>
 */
@Singleton
public class DeliveryQuestion {
    /** Whose sockets are named in an answer: a message between nodes has a bound. */
    public static final int MOST_USERS = 50;

    static final String ASKS = "delivery?";
    static final String ANSWERS = "delivery";

    private final Broker broker;
    private final Sequencers sequencers;
    private final Connections connections;
    private final String node;
    private final Inquiries<JsonNode> inquiries = new Inquiries<>();
    private final Clockwork thread = new Clockwork("confab-delivery-question");

    @Inject
    public DeliveryQuestion(Broker broker, Sequencers sequencers, Connections connections, NodeId node) {
        this.broker = broker;
        this.sequencers = sequencers;
        this.connections = connections;
        this.node = node.value();
    }

    /** @param users whose sockets are to be named, at most {@link #MOST_USERS} */
    public record Question(RoomId room, long seq, List<UserId> users) {
        public Question {
            users = List.copyOf(users);
            if (users.size() > MOST_USERS) {
                throw new IllegalArgumentException(users.size() + " people in one question");
            }
        }

        private ObjectNode json() {
            ObjectNode json = Json.object().put("room", room.value()).put("seq", seq);
            ArrayNode ids = json.putArray("users");
            users.forEach(user -> ids.add(user.value()));
            return json;
        }

        private static Question of(JsonNode said) {
            return new Question(
                    new RoomId(said.path("room").asText()),
                    said.path("seq").asLong(),
                    StreamSupport.stream(said.path("users").spliterator(), false)
                            .limit(MOST_USERS)
                            .map(user -> new UserId(user.asText()))
                            .toList());
        }
    }

    @PreDestroy
    void stop() {
        thread.stop();
    }

    /** The answers of those of the others that give one in time, by node. Blocks for as long as that. */
    public Map<String, JsonNode> ask(Question question, Set<String> others, Duration patience)
            throws InterruptedException {
        return inquiries.ask(others, patience, id -> publish(ASKS, id, question.json()));
    }

    /** Another node asks. Never blocks. */
    void asked(JsonNode said) {
        thread.after(Duration.ZERO, () -> publish(ANSWERS, said.path("id").asText(), here(Question.of(said))));
    }

    /** Another node has answered somebody. Never blocks. */
    void answered(JsonNode said) {
        inquiries.answered(said.path("id").asText(), said.path("from").asText(), said);
    }

    /** What this node answers. */
    public ObjectNode here(Question question) {
        var users = new HashSet<>(question.users());
        ObjectNode json = Json.object().put("served", false);
        ArrayNode sockets = json.putArray("sockets");
        var listening = new HashSet<Connection>();
        sequencers.passage(question.room(), question.seq(), users).ifPresent(passage -> {
            put(json, passage);
            passage.listeners().forEach(each -> {
                listening.add(each.connection());
                sockets.add(socket(each.connection(), each.standing()));
            });
        });
        users.stream()
                .flatMap(user -> connections.of(user).stream())
                .filter(connection -> !listening.contains(connection) && !connection.isClosing())
                .forEach(connection -> sockets.add(socket(connection, Standing.SILENT)));
        return json;
    }

    private static void put(ObjectNode json, Passage passage) {
        json.put("served", true).put("ep", passage.epoch()).put("seen", passage.seen());
        if (passage.arrived() != null) {
            json.put("at", passage.arrived().at().toEpochMilli())
                    .put("way", passage.arrived().way().word());
        }
        ObjectNode listening = json.putObject("listening");
        passage.listening().forEach((standing, count) -> listening.put(standing.word(), count));
    }

    private ObjectNode socket(Connection connection, Standing standing) {
        return Json.object()
                .put("user", connection.caller().user().value())
                .put("socket", connection.id().value())
                .put("kind", connections.isStream(connection) ? "stream" : "socket")
                .put("standing", standing.word())
                .put("waiting_bytes", connection.waitingBytes())
                .put("open_ms", connection.age().toMillis())
                .put("silent_ms", connection.silence().toMillis());
    }

    private void publish(String kind, String id, ObjectNode body) {
        String text = Json.write(body.put("k", kind).put("id", id).put("from", node));
        broker.publish(Topics.PRESENCE, 1, text.length(), () -> List.of(text));
    }
}
