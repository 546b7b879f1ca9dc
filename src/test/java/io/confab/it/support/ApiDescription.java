package io.confab.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The API's description as {@code /openapi} serves it: its operations, and what a value lacks to be as described. */
public final class ApiDescription {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final JsonNode document;

    private ApiDescription(JsonNode document) {
        this.document = document;
    }

    public static ApiDescription read(String json) {
        return new ApiDescription(Json.read(json));
    }

    /** {@code GET /api/v1/me} and what stands under it. */
    public record Operation(String method, String path, JsonNode node) {
        public String name() {
            return method + " " + path;
        }

        /** Whether it is answered without a token. */
        public boolean isOpen() {
            return node.has("security");
        }
    }

    public JsonNode document() {
        return document;
    }

    public List<Operation> operations() {
        var found = new ArrayList<Operation>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(entry -> METHODS.contains(entry.getKey()))
                        .forEach(entry -> found.add(new Operation(
                                entry.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(), entry.getValue()))));
        return found;
    }

    /** @throws IllegalArgumentException when it is not described */
    public Operation operation(String method, String path) {
        return operations().stream()
                .filter(each -> each.name().equals(method + " " + path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(method + " " + path + " is not described"));
    }

    /** The request's content by media type; empty when the operation takes no body. */
    public Map<String, JsonNode> request(Operation operation) {
        return content(operation.node().path("requestBody"));
    }

    /** The content of an answer by media type; empty when that answer has no body or is not described. */
    public Map<String, JsonNode> answer(Operation operation, String status) {
        return content(operation.node().path("responses").path(status));
    }

    private Map<String, JsonNode> content(JsonNode holder) {
        var content = new java.util.TreeMap<String, JsonNode>();
        resolve(holder).path("content").properties().forEach(entry -> content.put(entry.getKey(), entry.getValue()));
        return content;
    }

    /** The example of a body: its own, or its schema's. Missing when there is none. */
    public JsonNode example(JsonNode mediaType) {
        return mediaType.has("example")
                ? mediaType.path("example")
                : resolve(mediaType.path("schema")).path("example");
    }

    /** Follows a reference within the document. */
    public JsonNode resolve(JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        JsonNode found = document.at(node.path("$ref").asText().substring(1));
        if (found.isMissingNode()) {
            throw new IllegalArgumentException(node + " leads nowhere");
        }
        return resolve(found);
    }

    /** What a value lacks, or has beyond, to be as its schema says: sentences with the place; none when it conforms. */
    public List<String> faults(JsonNode schema, JsonNode value) {
        var faults = new ArrayList<String>();
        check(resolve(schema), value, "", faults);
        return faults;
    }

    private void check(JsonNode schema, JsonNode value, String place, List<String> faults) {
        if (value.isNull()) {
            if (!schema.path("nullable").asBoolean()) {
                faults.add(place + " is null");
            }
            return;
        }
        switch (schema.path("type").asText()) {
            case "object" -> object(schema, value, place, faults);
            case "array" -> {
                for (int i = 0; i < value.size(); i++) {
                    check(resolve(schema.path("items")), value.get(i), place + "/" + i, faults);
                }
                expect(value.isArray(), place + " is no array", faults);
            }
            case "string" -> text(schema, value, place, faults);
            case "integer" -> expect(value.isIntegralNumber(), place + " is no whole number", faults);
            case "number" -> expect(value.isNumber(), place + " is no number", faults);
            case "boolean" -> expect(value.isBoolean(), place + " is neither true nor false", faults);
            default -> faults.add(place + " has no type in its schema");
        }
    }

    private void object(JsonNode schema, JsonNode value, String place, List<String> faults) {
        expect(value.isObject(), place + " is no object", faults);
        for (JsonNode required : schema.path("required")) {
            expect(value.has(required.asText()), place + "/" + required.asText() + " is missing", faults);
        }
        JsonNode properties = schema.path("properties");
        value.properties().forEach(entry -> {
            if (properties.has(entry.getKey())) {
                check(resolve(properties.get(entry.getKey())), entry.getValue(), place + "/" + entry.getKey(), faults);
            } else {
                expect(
                        schema.path("additionalProperties").asBoolean(),
                        place + "/" + entry.getKey() + " is not described",
                        faults);
            }
        });
    }

    private static void text(JsonNode schema, JsonNode value, String place, List<String> faults) {
        expect(value.isTextual(), place + " is no string", faults);
        String text = value.asText();
        if (schema.has("pattern")) {
            expect(text.matches(schema.path("pattern").asText()), place + " does not match", faults);
        }
        if (schema.has("enum")) {
            boolean listed = false;
            for (JsonNode word : schema.path("enum")) {
                listed |= word.asText().equals(text);
            }
            expect(listed, place + " has a word that is not listed", faults);
        }
        if (schema.path("format").asText().equals("date-time")) {
            expect(isTime(text), place + " is no time", faults);
        }
    }

    private static boolean isTime(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static void expect(boolean holds, String sentence, List<String> faults) {
        if (!holds) {
            faults.add(sentence);
        }
    }
}
