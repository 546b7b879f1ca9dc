package io.confab.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.confab.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * The schema of the protocol, src/main/webapp/protocol/v1.schema.json, by its parts. A server may add fields in a later 1.x,
 * so the schema is open; this server has to describe all it sends, so here whatever has named fields has no others.
 */
public final class ProtocolSchema {
    private static final Path FOLDER = Path.of("src/main/webapp/protocol");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final ObjectNode definitions;
    private final Map<String, Schema> parts = new TreeMap<>();

    private ProtocolSchema(boolean closed) {
        definitions = (ObjectNode) file("v1.schema.json").path("$defs");
        if (closed) {
            close(definitions);
        }
    }

    /** As it is published. */
    public static ProtocolSchema published() {
        return new ProtocolSchema(false);
    }

    /** Without room for fields that are not described. */
    public static ProtocolSchema closed() {
        return new ProtocolSchema(true);
    }

    /** A file beside it. */
    static JsonNode file(String name) {
        try {
            return Json.read(Files.readString(FOLDER.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode definition(String name) {
        return definitions.path(name);
    }

    /** The names of parts that begin so, without that beginning. */
    Set<String> names(String beginning) {
        var names = new TreeSet<String>();
        definitions.fieldNames().forEachRemaining(name -> {
            if (name.startsWith(beginning)) {
                names.add(name.substring(beginning.length()));
            }
        });
        return names;
    }

    /** The words of a definition that is an {@code enum}. */
    List<String> words(String name) {
        return StreamSupport.stream(definition(name).path("enum").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** What a value has against a part of the schema, e.g. {@code clientFrame}; empty: nothing. */
    public List<String> faults(String part, JsonNode value) {
        return parts.computeIfAbsent(part, this::schema).validate(value).stream()
                .map(Object::toString)
                .toList();
    }

    private Schema schema(String part) {
        ObjectNode document = Json.object().put("$ref", "#/$defs/" + part);
        document.set("$defs", definitions);
        return REGISTRY.getSchema(document);
    }

    private static void close(JsonNode node) {
        boolean namesFields = node.has("properties") && node.has("type") && !node.has("additionalProperties");
        if (namesFields && node instanceof ObjectNode object) {
            object.put("additionalProperties", false);
        }
        node.forEach(ProtocolSchema::close);
    }
}
