package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a node can be told to do. As a row: {@link #kind} and {@link #detail}; whoever reads one again gets an equal order. */
public sealed interface Order {
    /** Minutes beyond every bound, and within what a duration holds. */
    long FAR_TOO_MANY = 1_000_000;

    /** The kind of the one that is a question of every day. */
    String LIST_SOCKETS = "list_sockets";

    /** Send your people elsewhere (docs/adr/0056). */
    record Drain() implements Order {}

    /** Stop doing so: you are ready again. */
    record Undrain() implements Order {}

    /** Close this person's sockets. @param socket the one; null: all of them */
    record CloseSockets(UserId user, @Nullable ConnectionId socket) implements Order {}

    /** Say which sockets this person has. */
    record ListSockets(UserId user) implements Order {}

    /** Let a logger of Confab say more, or less, for a while. */
    record LogLevel(String logger, LogLevels.Level level, Duration time) implements Order {
        private static final Duration LEAST = Duration.ofMinutes(1);

        public LogLevel {
            if (!LogLevels.isOwn(logger)) {
                throw new IllegalArgumentException("a logger of Confab begins with io.confab");
            }
            if (time.compareTo(LEAST) < 0 || time.compareTo(LogLevels.MOST) > 0) {
                throw new IllegalArgumentException(
                        "a level is set for 1 to " + LogLevels.MOST.toMinutes() + " minutes");
            }
        }
    }

    /** Try database and broker, and say how long each step took. */
    record SelfTest() implements Order {}

    /** The word of an order in its row and in the API. */
    default String kind() {
        return switch (this) {
            case Drain ignored -> "drain";
            case Undrain ignored -> "undrain";
            case CloseSockets ignored -> "close_sockets";
            case ListSockets ignored -> LIST_SOCKETS;
            case LogLevel ignored -> "log_level";
            case SelfTest ignored -> "self_test";
        };
    }

    /** Its parameters. */
    default ObjectNode detail() {
        ObjectNode detail = Json.object();
        return switch (this) {
            case Drain ignored -> detail;
            case Undrain ignored -> detail;
            case SelfTest ignored -> detail;
            case ListSockets list -> detail.put("user", list.user().value());
            case CloseSockets close -> {
                detail.put("user", close.user().value());
                yield close.socket() == null
                        ? detail
                        : detail.put("socket", close.socket().value());
            }
            case LogLevel set ->
                detail.put("logger", set.logger())
                        .put("level", set.level().word())
                        .put("minutes", set.time().toMinutes());
        };
    }

    /** Empty: a newer node knows such an order, this one does not. @throws IllegalArgumentException when the detail is wrong */
    static Optional<Order> of(String kind, JsonNode detail) {
        return switch (kind) {
            case "drain" -> Optional.of(new Drain());
            case "undrain" -> Optional.of(new Undrain());
            case "self_test" -> Optional.of(new SelfTest());
            case LIST_SOCKETS -> Optional.of(new ListSockets(user(detail)));
            case "close_sockets" ->
                Optional.of(new CloseSockets(
                        user(detail), detail.has("socket") ? new ConnectionId(id(detail, "socket")) : null));
            case "log_level" ->
                Optional.of(new LogLevel(
                        detail.path("logger").asText(),
                        level(detail.path("level").asText()),
                        Duration.ofMinutes(Math.clamp(detail.path("minutes").asLong(), 0, FAR_TOO_MANY))));
            default -> Optional.empty();
        };
    }

    private static UserId user(JsonNode detail) {
        return new UserId(id(detail, "user"));
    }

    private static String id(JsonNode detail, String field) {
        String id = detail.path(field).asText();
        if (!Ids.isId(id)) {
            throw new IllegalArgumentException("'" + field + "' must be an id");
        }
        return id;
    }

    private static LogLevels.Level level(String word) {
        return Arrays.stream(LogLevels.Level.values())
                .filter(level -> level.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'level' must be warning, info, debug or trace"));
    }
}
