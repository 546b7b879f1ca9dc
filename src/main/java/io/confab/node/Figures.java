package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a node says of itself at one moment; names and meanings in docs/protocol/v1.md, "Nodes". What a node of another
 * version does not say counts as nothing.
 */
public record Figures(JsonNode json) {
    private static final int ROOM_FOR_COUNT = 40;

    /** One thing that readiness asks for. @param why empty when it is up */
    public record Check(String name, boolean up, String why) {}

    /** A logger that was set for a while. */
    public record LogLevel(String logger, String level, Instant until) {}

    static Figures read(String text) {
        return new Figures(Json.read(text));
    }

    /**
     * As a text of so many characters at most: of the loggers that are set as many as fit stand there, and how many do not.
     * They alone grow with what admins do; without its row a node would take no orders.
     */
    String text(int most) {
        String whole = Json.write(json);
        if (whole.length() <= most || !(json.deepCopy() instanceof ObjectNode shortened)) {
            return whole;
        }
        ArrayNode levels = shortened.withArrayProperty("log_levels");
        int over = whole.length() - most + ROOM_FOR_COUNT;
        int left = 0;
        while (over > 0 && !levels.isEmpty()) {
            over -= Json.write(levels.remove(levels.size() - 1)).length();
            left++;
        }
        return Json.write(shortened.put("log_levels_left_out", left));
    }

    /** {@code waiting/commands} leads into an object. */
    public long number(String path) {
        return at(path).asLong();
    }

    public double real(String path) {
        return at(path).asDouble();
    }

    public String text(String path) {
        return at(path).asText();
    }

    /** Of the last minute. */
    public Latency latency(String path) {
        return Latency.of(at(path));
    }

    private JsonNode at(String path) {
        return json.at("/" + path);
    }

    public List<Check> checks() {
        return StreamSupport.stream(json.path("checks").spliterator(), false)
                .map(each -> new Check(
                        each.path("name").asText(),
                        each.path("up").asBoolean(),
                        each.path("why").asText()))
                .toList();
    }

    public List<LogLevel> logLevels() {
        return StreamSupport.stream(json.path("log_levels").spliterator(), false)
                .map(each -> new LogLevel(
                        each.path("logger").asText(),
                        each.path("level").asText(),
                        Instant.parse(each.path("until").asText())))
                .toList();
    }
}
