package io.confab.wire;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server's frames by their fixtures, src/test/resources/wire/v1/out.*.json; those that a feature writes are tested there. */
class ServerFramesTest {
    private static final Path SOURCES = Path.of("src/main/java/io/confab");
    /** The ways in which code names the type of a frame that it writes. */
    private static final Pattern WRITTEN = Pattern.compile(
            "put\\(\"t\", \"([a-z.]+)\"\\)|(?:frame|raw)\\(\"([a-z.]+)\"|\\{\\\\\"t\\\\\":\\\\\"([a-z.]+)\\\\\"");

    private static final Instant TS = Instant.parse("2026-01-31T12:00:00Z");
    private static final String WHY = "why";

    private static final Map<String, Refusal> REFUSALS = Map.ofEntries(
            entry("bad_request", new Refusal.BadRequest(WHY)),
            entry("unauthorized", new Refusal.Unauthorized(WHY)),
            entry("otp_required", new Refusal.OtpRequired(WHY)),
            entry("forbidden", new Refusal.Forbidden(WHY)),
            entry("not_found", new Refusal.NotFound(WHY)),
            entry("not_member", new Refusal.NotMember(WHY)),
            entry("room_frozen", new Refusal.RoomFrozen(WHY)),
            entry("room_archived", new Refusal.RoomArchived(WHY)),
            entry("muted", new Refusal.Muted(WHY, Instant.parse("2026-02-01T12:00:00Z"))),
            entry("banned", new Refusal.Banned(WHY, null)),
            entry("slow_mode", new Refusal.SlowMode(WHY, Duration.ofSeconds(5))),
            entry(
                    "rate_limited",
                    new Refusal.RateLimited(WHY, Duration.ofMillis(1_200), "user_room", 10, Duration.ofSeconds(10))),
            entry("blocked_by_rule", new Refusal.BlockedByRule(WHY, "rule_1")),
            entry("cid_conflict", new Refusal.CidConflict(WHY)),
            entry("conflict", new Refusal.Conflict(WHY)),
            entry("too_large", new Refusal.TooLarge(WHY)),
            entry("too_many_subs", new Refusal.TooManySubscriptions(WHY)),
            entry("edit_window_closed", new Refusal.EditWindowClosed(WHY)),
            entry("unavailable", new Refusal.Unavailable(WHY, Duration.ofSeconds(1))),
            entry("internal", new Refusal.Internal(WHY)));

    static Stream<String> refusals() {
        return REFUSALS.keySet().stream();
    }

    private static String type(String name) {
        return Json.read(WireFixtures.text("out." + name)).path("t").asText();
    }

    private static Stream<String> typesWrittenBy(Path source) {
        try {
            return WRITTEN.matcher(Files.readString(source)).results().map(ServerFramesTest::found);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String found(MatchResult match) {
        return IntStream.rangeClosed(1, match.groupCount())
                .mapToObj(match::group)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyTypeOfFrameThatTheCodeWritesHasAFixture() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            var written = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(ServerFramesTest::typesWrittenBy)
                    .collect(Collectors.toCollection(TreeSet::new));
            var fixtures = WireFixtures.named("out.").stream()
                    .map(ServerFramesTest::type)
                    .collect(Collectors.toCollection(TreeSet::new));

            assertThat(written).contains("ok", "err", "welcome", "badge", "session.ended");
            assertThat(fixtures).isEqualTo(written);
        }
    }

    @Test
    void aFixtureIsNamedByItsType() {
        assertThat(WireFixtures.named("out."))
                .allSatisfy(name -> assertThat(name + ".").startsWith(type(name) + "."));
    }

    @Test
    void everyRefusalHasAFixture() {
        var kinds = Arrays.stream(Refusal.class.getPermittedSubclasses()).collect(Collectors.toSet());

        assertThat(REFUSALS.values().stream().map(Refusal::getClass).collect(Collectors.toSet()))
                .isEqualTo(kinds);
        assertThat(WireFixtures.named("out.err."))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(refusals(), Stream.of("unknown_type")).toList());
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalIsWrittenByteForByte(String code) {
        assertThat(ServerFrames.err("7", REFUSALS.get(code))).isEqualTo(WireFixtures.text("out.err." + code));
    }

    @Test
    void answersAreWrittenByteForByte() {
        var heads = new LinkedHashMap<RoomId, Long>();
        heads.put(new RoomId("r_9"), 57L);
        heads.put(new RoomId("r_5"), 11L);
        String events = "{\"ep\":\"a1\",\"events\":[" + WireFixtures.text("event.msg.new.plain")
                + "],\"head\":42,\"more\":false}";

        assertThat(ServerFrames.ok("7", "01JC0000000000000000000000", 42, TS, false))
                .isEqualTo(WireFixtures.text("out.ok"));
        assertThat(ServerFrames.ok("7", Json.object().put("seq", 41))).isEqualTo(WireFixtures.text("out.ok.read"));
        assertThat(ServerFrames.ok("7", Json.object().put("expires_in", 599)))
                .isEqualTo(WireFixtures.text("out.ok.auth"));
        assertThat(ServerFrames.ok("7", Json.object())).isEqualTo(WireFixtures.text("out.ok.unsub"));
        assertThat(ServerFrames.raw("ok", "7", events)).isEqualTo(WireFixtures.text("out.ok.fetch"));
        assertThat(ServerFrames.pong("7", 7, heads)).isEqualTo(WireFixtures.text("out.pong"));
        assertThat(ServerFrames.unknownType("7")).isEqualTo(WireFixtures.text("out.err.unknown_type"));
        assertThat(ServerFrames.reconnect(Duration.ZERO, Duration.ofSeconds(2)))
                .isEqualTo(WireFixtures.text("out.reconnect"));
        assertThat(ServerFrames.resumed()).isEqualTo(WireFixtures.text("out.resumed"));
        assertThat(ServerFrames.sessionEnded()).isEqualTo(WireFixtures.text("out.session.ended"));
    }

    @Test
    void anAnswerToAFrameWithoutAnIdHasNone() {
        assertThat(ServerFrames.ok(null, Json.object())).isEqualTo("{\"t\":\"ok\",\"d\":{}}");
        assertThat(ServerFrames.raw("ok", null, "{}")).isEqualTo("{\"t\":\"ok\",\"d\":{}}");
        assertThat(ServerFrames.err(null, new Refusal.Forbidden(WHY))).startsWith("{\"t\":\"err\",\"code\":");
    }
}
