package io.confab.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.confab.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The description of the socket for machines: valid AsyncAPI, and all that the schema has, each message in its place. */
class AsyncApiTest {
    /** From the package @asyncapi/specs 6.11.1 (Apache-2.0), white space aside. */
    private static final Path META_SCHEMA = Path.of("src/test/resources/asyncapi/3.0.0.json");

    private static final String SCHEMA_FILE = "v1.schema.json#/$defs/";

    private final ObjectNode document = (ObjectNode) ProtocolSchema.file("v1.asyncapi.json");
    private final ProtocolSchema schema = ProtocolSchema.published();

    private static List<Error> faults(JsonNode document) throws IOException {
        Schema meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(Json.read(Files.readString(META_SCHEMA)));
        return meta.validate(document);
    }

    @Test
    void itIsValidAsyncApi() throws IOException {
        assertThat(faults(document)).isEmpty();
        ((ObjectNode) document.at("/operations/tell")).put("action", "shout");
        assertThat(faults(document)).isNotEmpty();
    }

    @Test
    void itsMessagesAreTheFramesOfTheSchema() {
        var frames = Stream.of("in.", "event.", "out.")
                .flatMap(kind -> schema.names(kind).stream().map(name -> kind + name))
                .collect(Collectors.toCollection(TreeSet::new));

        var all = new TreeSet<>(frames);
        all.add("stream.close");
        assertThat(names(document.at("/components/messages"))).isEqualTo(all);
        assertThat(names(document.at("/channels/socket/messages"))).isEqualTo(frames);
        assertThat(all).allSatisfy(name -> {
            JsonNode message = document.at("/components/messages/" + name);
            assertThat(message.at("/payload/schema/$ref").asText()).isEqualTo(SCHEMA_FILE + name);
            assertThat(name.substring(name.indexOf('.') + 1) + ".")
                    .startsWith(message.path("name").asText() + ".");
        });
    }

    @Test
    void aStreamHasWhatASocketIsToldButTheAnswersAndItsOwnClose() {
        var told = schema.names("event.").stream()
                .map(name -> "event." + name)
                .collect(Collectors.toCollection(TreeSet::new));
        schema.names("out.").stream()
                .filter(name -> !(name + ".").startsWith("ok.")
                        && !Set.of("err", "pong").contains(name))
                .forEach(name -> told.add("out." + name));
        told.add("stream.close");

        assertThat(names(document.at("/channels/stream/messages"))).isEqualTo(told);
    }

    @Test
    void everyFrameOfAClientIsTakenAndEveryFrameOfAServerIsSent() {
        var taken = new TreeSet<String>();
        var sent = new TreeSet<String>();
        document.path("operations").forEach(operation -> {
            var messages = operation.path("action").asText().equals("receive") ? taken : sent;
            operation.path("messages").forEach(message -> messages.add(message(message)));
            operation.at("/reply/messages").forEach(message -> sent.add(message(message)));
        });

        assertThat(taken).allMatch(name -> name.startsWith("in.")).hasSameSizeAs(schema.names("in."));
        assertThat(sent)
                .noneMatch(name -> name.startsWith("in."))
                .hasSize(schema.names("event.").size() + schema.names("out.").size());
    }

    @Test
    void whatItRefersToIsThere() {
        assertThat(document.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> {
            if (reference.startsWith(SCHEMA_FILE)) {
                assertThat(schema.definition(reference.substring(SCHEMA_FILE.length()))
                                .isMissingNode())
                        .isFalse();
            } else {
                assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
            }
        });
    }

    private static String message(JsonNode reference) {
        return reference.path("$ref").asText().replaceFirst(".*/", "");
    }

    private static Set<String> names(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
