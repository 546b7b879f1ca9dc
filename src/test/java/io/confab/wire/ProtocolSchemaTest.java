package io.confab.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Configuration;
import io.confab.kernel.Json;
import io.confab.room.RoomRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema says what the code does: of every fixture, of every fixture made wrong in one place, and of all codes. */
class ProtocolSchemaTest {
    private static final Path PAGE = Path.of("docs/protocol/v1.md");
    private static final Configuration DEFAULTS = new Configuration(key -> Optional.empty());
    private static final ProtocolSchema SCHEMA = ProtocolSchema.closed();
    private static final ProtocolSchema OPEN = ProtocolSchema.published();

    /** What is put in the place of a value: of every type, of the wrong length, sign, size and alphabet. */
    private static final List<JsonNode> OTHERS = Stream.of(
                    "7",
                    "-1",
                    "1.5",
                    "9223372036854775807",
                    "true",
                    "[]",
                    "{}",
                    "\"\"",
                    "\"x\"",
                    "\"a b\"",
                    "\"" + "x".repeat(45) + "\"",
                    "\"" + "x".repeat(65) + "\"",
                    "\"" + "x".repeat(501) + "\"",
                    "\"" + "x".repeat(8_193) + "\"",
                    "\"2026-02-01T12:00:00.5+01:00\"")
            .map(Json::read)
            .toList();

    private final FrameCodec codec = new FrameCodec(WireLimits.from(DEFAULTS), RoomRules.from(DEFAULTS));

    static Stream<String> clientFixtures() {
        return WireFixtures.named("in.").stream()
                .filter(name -> !name.equals("unknown"))
                .map(name -> "in." + name);
    }

    static Stream<String> serverFixtures() {
        return Stream.of("out.", "event.")
                .flatMap(kind -> WireFixtures.named(kind).stream().map(name -> kind + name));
    }

    private static JsonNode fixture(String name) {
        return Json.read(WireFixtures.text(name));
    }

    private static Set<String> types(String kind) {
        return WireFixtures.named(kind).stream()
                .map(name -> fixture(kind + name).path("t").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The part that describes a fixture: the longest name that begins the fixture's. */
    private static String part(String fixture) {
        return SCHEMA.names("").stream()
                .filter(name -> (fixture + ".").startsWith(name + "."))
                .max(Comparator.comparingInt(String::length))
                .orElseThrow();
    }

    @Test
    void itDescribesTheTypesThatTheCodeKnowsAndNoOthers() {
        var fromClients = types("in.");
        fromClients.remove(fixture("in.unknown").path("t").asText());
        var fromServers = OPEN.names("out.").stream()
                .map(name ->
                        OPEN.definition("out." + name).at("/properties/t/const").asText("err"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(OPEN.names("in.")).isEqualTo(fromClients);
        assertThat(OPEN.names("event.")).isEqualTo(types("event."));
        assertThat(fromServers).isEqualTo(types("out."));
    }

    @Test
    void eachOfItsFramesHasAFixture() {
        var described = Stream.of("in.", "event.", "out.")
                .flatMap(kind -> OPEN.names(kind).stream().map(name -> kind + name));

        assertThat(described)
                .allSatisfy(name -> assertThat(Stream.concat(clientFixtures(), serverFixtures()))
                        .anySatisfy(fixture -> assertThat(part(fixture)).isEqualTo(name)));
    }

    @ParameterizedTest
    @MethodSource({"clientFixtures", "serverFixtures"})
    void aFixtureIsAsDescribedAndNothingInItIsNotDescribed(String name) {
        JsonNode frame = fixture(name);

        assertThat(SCHEMA.faults(part(name), frame)).isEmpty();
        assertThat(OPEN.faults(name.startsWith("in.") ? "clientFrame" : "serverText", frame))
                .isEmpty();
    }

    @Test
    void severalFramesOfAServerMayComeInOneArray() {
        ArrayNode several = Json.array().add(fixture("out.ok")).add(fixture("event.msg.new"));

        assertThat(OPEN.faults("serverText", several)).isEmpty();
        assertThat(OPEN.faults("serverText", several.add(fixture("in.typing")))).isNotEmpty();
        assertThat(OPEN.faults("serverText", Json.array())).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("clientFixtures")
    void aClientsFrameThatIsWrongInOnePlaceIsRefusedByTheSchemaAndByTheCodeOrByNeither(String name) {
        var disagreements = new ArrayList<String>();
        int[] refused = {0};
        eachChange(fixture(name), (what, frame) -> {
            boolean taken = isTaken(Json.write(frame));
            boolean described = OPEN.faults("clientFrame", frame).isEmpty();
            refused[0] += taken ? 0 : 1;
            if (taken != described) {
                disagreements.add(what + ": the code " + (taken ? "takes" : "refuses") + " it");
            }
        });

        assertThat(disagreements).isEmpty();
        assertThat(refused[0]).isGreaterThan(OTHERS.size() / 2);
    }

    private boolean isTaken(String text) {
        return codec.decode(text) instanceof FrameCodec.Decoded.Good(ClientFrame frame)
                && !(frame instanceof ClientFrame.Unknown);
    }

    @ParameterizedTest
    @MethodSource("serverFixtures")
    void aServersFrameWithAnObjectInThePlaceOfAValueIsNotAsDescribed(String name) {
        JsonNode frame = fixture(name);
        eachPlace(frame, (parent, key) -> {
            JsonNode was = parent.get(key);
            if (was.isContainerNode()) {
                return;
            }
            parent.set(key, Json.object().put("strange", 1));
            assertThat(SCHEMA.faults(part(name), frame)).as("%s %s", name, key).isNotEmpty();
            parent.set(key, was);
        });
    }

    /** Removes each value once, and puts each of the others in its place. */
    private static void eachChange(JsonNode frame, BiConsumer<String, JsonNode> check) {
        eachPlace(frame, (parent, key) -> {
            JsonNode was = parent.remove(key);
            check.accept("without " + key, frame);
            for (JsonNode other : OTHERS) {
                parent.set(key, other.deepCopy());
                check.accept(key + " " + Json.write(Json.array().add(other)), frame);
            }
            parent.set(key, was);
        });
    }

    /** Of a body only type and text: all else in it is free. */
    private static void eachPlace(JsonNode node, BiConsumer<ObjectNode, String> visit) {
        if (node instanceof ObjectNode object) {
            var keys = new ArrayList<String>();
            object.fieldNames().forEachRemaining(keys::add);
            if (object.has("type")) {
                keys.retainAll(List.of("type", "text"));
            }
            for (String key : keys) {
                visit.accept(object, key);
                eachPlace(object.get(key), visit);
            }
        } else {
            node.forEach(child -> eachPlace(child, visit));
        }
    }

    @Test
    void errorCodesAreThoseOfTheCode() {
        var branches = new TreeMap<String, Boolean>();
        OPEN.definition("out.err")
                .path("oneOf")
                .forEach(branch -> branch.at("/properties/code/enum")
                        .forEach(code -> branches.put(
                                code.asText(),
                                branch.at("/properties/temporary/const").asBoolean())));

        assertThat(branches)
                .isEqualTo(Arrays.stream(ErrorCode.values())
                        .collect(Collectors.toMap(
                                ErrorCode::word, ErrorCode::temporary, (one, same) -> same, TreeMap::new)));
        assertThat(OPEN.words("errorCode")).containsExactlyInAnyOrderElementsOf(branches.keySet());
    }

    @Test
    void closeCodesAreThoseOfTheCode() {
        var described = new TreeMap<Integer, String>();
        OPEN.definition("closeCode")
                .path("oneOf")
                .forEach(code -> described.put(
                        code.path("const").asInt(), code.path("title").asText()));

        assertThat(described).isEqualTo(closeCodes());
    }

    private static Map<Integer, String> closeCodes() {
        return Arrays.stream(CloseCode.values())
                .collect(Collectors.toMap(CloseCode::code, CloseCode::word, (one, same) -> same, TreeMap::new));
    }

    @Test
    void thePageHasTheCodesAndTheFramesOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        var closes = Pattern.compile("\\| (4\\d{3}) \\| `([a-z_]+)` \\|")
                .matcher(page)
                .results()
                .collect(Collectors.toMap(
                        found -> Integer.valueOf(found.group(1)),
                        found -> found.group(2),
                        (one, same) -> same,
                        TreeMap::new));

        assertThat(closes).isEqualTo(closeCodes());
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(page)
                    .containsPattern("`" + code.word() + "`[^|]*\\| (–|" + code.status() + ") \\| "
                            + (code.temporary() ? "yes" : "no") + " \\|");
        }
        for (String kind : List.of("in.", "event.", "out.")) {
            for (String name : OPEN.names(kind)) {
                String type = kind.equals("out.") ? name.replaceFirst("^ok\\..*", "ok") : name;
                assertThat(page).contains("`" + type);
            }
        }
    }
}
