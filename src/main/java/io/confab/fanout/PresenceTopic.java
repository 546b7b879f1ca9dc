package io.confab.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.delivery.Connection;
import io.confab.delivery.ConnectionListener;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.presence.Presence;
import io.confab.presence.PresenceSettings;
import io.confab.presence.PresenceStatus;
import io.confab.presence.Typing;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries presence and typing between nodes: changes at most once a second, everything every few seconds in bounded parts.
 * One thread; what is late or lost is put right by the next full state.
 */
@Singleton
public class PresenceTopic implements TopicListener, ConnectionListener {
    private static final System.Logger LOG = System.getLogger(PresenceTopic.class.getName());
    private static final int PART = 1_000;
    private static final Duration TYPING_TICK = Duration.ofMillis(250);
    private static final int TICKS_PER_SECOND = 4;

    private final Broker broker;
    private final Presence presence;
    private final Typing typing;
    private final RoomPresence rooms;
    private final BrokerEcho echo;
    private final DeliveryQuestion deliveries;
    private final String node;
    private final long stateEverySeconds;
    private final Clockwork clock = new Clockwork("confab-presence");
    private long ticks; // this and the following: of the one thread
    private long round = 1;

    @Inject
    public PresenceTopic(
            Broker broker,
            Presence presence,
            Typing typing,
            RoomPresence rooms,
            BrokerEcho echo,
            DeliveryQuestion deliveries,
            NodeId node,
            PresenceSettings settings) {
        this.broker = broker;
        this.presence = presence;
        this.typing = typing;
        this.rooms = rooms;
        this.echo = echo;
        this.deliveries = deliveries;
        this.node = node.value();
        this.stateEverySeconds = Math.max(1, settings.statePause().toSeconds());
    }

    void start(@Observes Startup startup) {
        clock.every(TYPING_TICK, this::tick);
    }

    @PreDestroy
    void stop() {
        clock.stop();
        publish(PresenceTexts.gone(node));
    }

    @Override
    public void opened(Connection connection) {
        presence.connected(connection.caller().user(), connection.id());
    }

    @Override
    public void ended(Connection connection) {
        presence.disconnected(connection.caller().user(), connection.id());
        rooms.ended(connection);
    }

    @Override
    public void listening(Connection connection, RoomId room) {
        rooms.listening(connection, room);
    }

    @Override
    public void silent(Connection connection, RoomId room) {}

    @Override
    public List<String> addresses() {
        return List.of(Topics.PRESENCE);
    }

    @Override
    public void received(List<String> texts) {
        for (String text : texts) {
            JsonNode said = Json.read(text);
            switch (said.path("k").asText()) {
                case "people" -> people(said);
                case "probe" -> echo.asked(said);
                case "echo" -> echo.answered(said);
                case DeliveryQuestion.ASKS -> deliveries.asked(said);
                case DeliveryQuestion.ANSWERS -> deliveries.answered(said);
                case "gone" -> presence.gone(said.path("node").asText());
                case "typing" ->
                    typing.heard(
                            new UserId(said.path("user").asText()),
                            new RoomId(said.path("room").asText()),
                            said.path("on").asBoolean());
                default -> LOG.log(System.Logger.Level.DEBUG, "presence: a text of another version was left out");
            }
        }
    }

    private void people(JsonNode said) {
        var people = new HashMap<UserId, PresenceStatus>();
        for (Map.Entry<String, JsonNode> field : said.path("users").properties()) {
            people.put(
                    new UserId(field.getKey()),
                    PresenceStatus.of(field.getValue().asText()));
        }
        String from = said.path("node").asText();
        long saidRound = said.path("round").asLong();
        presence.heard(from, saidRound, people);
        if (said.path("last").asBoolean()) {
            presence.heardAll(from, saidRound);
        }
    }

    private void tick() {
        tellTyping();
        if (ticks++ % TICKS_PER_SECOND == 0) {
            presence.expire();
            tellChanges();
            if (ticks / TICKS_PER_SECOND % stateEverySeconds == 0) {
                tellAll();
            }
            rooms.tell(presence.changes());
        }
    }

    private void tellTyping() {
        for (Typing.Heard heard : typing.toTell()) {
            publish(PresenceTexts.typing(heard));
        }
        typing.changedRooms().forEach(room -> rooms.tellTyping(room, typing.in(room)));
    }

    private void tellChanges() {
        parts(presence.changesHere()).forEach(part -> publish(PresenceTexts.people(node, round, false, part)));
    }

    private void tellAll() {
        round++;
        List<Map<UserId, PresenceStatus>> parts = parts(presence.stateHere());
        for (int i = 0; i < parts.size(); i++) {
            publish(PresenceTexts.people(node, round, i == parts.size() - 1, parts.get(i)));
        }
        if (parts.isEmpty()) {
            publish(PresenceTexts.people(node, round, true, Map.of()));
        }
    }

    private void publish(String text) {
        broker.publish(Topics.PRESENCE, 1, text.length(), () -> List.of(text));
    }

    private static List<Map<UserId, PresenceStatus>> parts(Map<UserId, PresenceStatus> people) {
        var parts = new ArrayList<Map<UserId, PresenceStatus>>();
        people.forEach((user, status) -> {
            if (parts.isEmpty() || parts.get(parts.size() - 1).size() == PART) {
                parts.add(new LinkedHashMap<>());
            }
            parts.get(parts.size() - 1).put(user, status);
        });
        return parts;
    }
}
