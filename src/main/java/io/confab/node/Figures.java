package io.confab.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a node says of itself at one moment; names and meanings in docs/protocol/v1.md, "Nodes". What a node of another
 * version does not say counts as nothing.
 */
public record Figures(JsonNode json) {
    /** One thing that readiness asks for. @param why empty when it is up */
    public record Check(String name, boolean up, String why) {}

    /** A logger that was set for a while. */
    public record LogLevel(String logger, String level, Instant until) {}

    static Figures read(String text) {
        return new Figures(Json.read(text));
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
