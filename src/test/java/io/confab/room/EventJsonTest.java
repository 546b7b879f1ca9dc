package io.confab.room;

import static io.confab.room.RoomScene.text;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.wire.WireFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codec of events against its fixtures: src/test/resources/wire/v1/event.*.json. */
class EventJsonTest {
    private static final UserId ANN = new UserId("u_2");
    private static final MessageBody POLL =
            EventJson.body(Json.read("{\"type\":\"poll\",\"choices\":[\"tea\",\"coffee\"],\"closes\":1.5}"));
    private static final MessageBody HI_ANN =
            EventJson.body(Json.read("{\"type\":\"text\",\"text\":\"hi @ann 👋\",\"lang\":\"en\"}"));

    private static final Map<String, RoomEvent> MEANING = Map.ofEntries(
            entry("msg.new", new RoomEvent.MessagePosted(HI_ANN, 41L, 40L, List.of(new Mention(ANN, 3, 4)))),
            entry("msg.new.plain", new RoomEvent.MessagePosted(text("hi"), null, null, List.of())),
            entry("msg.new.deleted", new RoomEvent.MessagePosted(null, 41L, 40L, List.of())),
            entry("msg.new.other", new RoomEvent.MessagePosted(POLL, null, null, List.of())),
            entry("msg.edited", new RoomEvent.MessageEdited(42, text("hello @ann"), List.of(new Mention(ANN, 6, 4)))),
            entry("msg.edited.deleted", new RoomEvent.MessageEdited(42, null, List.of())),
            entry("msg.deleted", new RoomEvent.MessageDeleted(42, "off topic")),
            entry("msg.deleted.hidden", new RoomEvent.MessageDeleted(42, "off topic", true)),
            entry(
                    "msg.restored",
                    new RoomEvent.MessageRestored(
                            42,
                            new UserId("u_3"),
                            text("hello @ann"),
                            List.of(new Mention(ANN, 6, 4)),
                            Instant.parse("2026-01-31T11:59:00Z"))),
            entry("msg.restored.deleted", RoomEvent.MessageRestored.emptied(42)),
            entry("msgs.deleted", new RoomEvent.MessagesDeleted(List.of(42L, 43L), "spam")),
            entry("pin.added", new RoomEvent.MessagePinned(42)),
            entry("pin.removed", new RoomEvent.MessageUnpinned(42)),
            entry("room.created", new RoomEvent.RoomCreated(RoomKind.PUBLIC, "General")),
            entry(
                    "room.updated",
                    new RoomEvent.RoomUpdated(
                            "Everything", "say \"hi\" \\ wave\n", RoomMode.READONLY, Duration.ofSeconds(5))),
            entry("room.updated.one", new RoomEvent.RoomUpdated(null, null, null, Duration.ZERO)),
            entry("room.archived", new RoomEvent.RoomArchived()),
            entry("member.joined", new RoomEvent.MemberJoined(ANN, RoomRole.MEMBER)),
            entry("member.left", new RoomEvent.MemberLeft(ANN, "cool down")),
            entry("member.role", new RoomEvent.MemberRoleChanged(ANN, RoomRole.MODERATOR)),
            entry(
                    "sanction.set",
                    new RoomEvent.SanctionSet(ANN, SanctionKind.BAN, Instant.parse("2026-02-01T12:00:00Z"), "spam")),
            entry("sanction.set.forever", new RoomEvent.SanctionSet(ANN, SanctionKind.MUTE, null, null)),
            entry("sanction.lifted", new RoomEvent.SanctionLifted(ANN, SanctionKind.BAN)));

    static Stream<String> fixtures() {
        return WireFixtures.named("event.").stream();
    }

    private static String fixture(String name) {
        return WireFixtures.text("event." + name);
    }

    @Test
    void everyKindOfEventHasAFixture() {
        var kinds = Arrays.stream(RoomEvent.class.getPermittedSubclasses())
                .filter(kind -> kind != RoomEvent.Opaque.class)
                .collect(Collectors.toSet());

        assertThat(fixtures()).containsExactlyInAnyOrderElementsOf(MEANING.keySet());
        assertThat(MEANING.values().stream().map(RoomEvent::getClass).collect(Collectors.toSet()))
                .isEqualTo(kinds);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void fixtureMeansWhatItSays(String name) {
        LoggedEvent logged = EventJson.decode(fixture(name));

        assertThat(logged.event()).isEqualTo(MEANING.get(name));
        assertThat(logged.room()).isEqualTo(new RoomId("r_9"));
        assertThat(logged.epoch()).isEqualTo("a1");
        assertThat(logged.by()).isEqualTo(new UserId("u_1"));
        assertThat(logged.ts()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
        assertThat(logged.cid()).isEqualTo(name.equals("member.joined") ? null : "01JC0000000000000000000000");
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void fixtureIsWrittenByteForByte(String name) {
        String wire = fixture(name);

        assertThat(EventJson.encode(EventJson.decode(wire))).isEqualTo(wire);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void rowOfTheLogHoldsTheWholeEvent(String name) {
        JsonNode frame = Json.read(fixture(name));
        RoomEvent event = MEANING.get(name);
        Long target =
                frame.path("d").hasNonNull("seq") ? frame.path("d").path("seq").longValue() : null;
        JsonNode body = frame.path("d").path("body");

        RoomEvent read = EventJson.event(
                event.type(),
                target,
                body.isObject() ? EventJson.storedBody(Json.write(body)) : null,
                EventJson.detail(event));

        assertThat(read).isEqualTo(event);
        assertThat(Json.read(EventJson.detail(event)).properties())
                .extracting(Map.Entry::getKey)
                .doesNotContain("by", "ts", "cid", "seq", "body", "deleted");
    }

    @Test
    void messageWhoseBodyWasEmptiedHasNoMentionsWhateverItsDetailSays() {
        String detail = EventJson.detail(MEANING.get("msg.new"));

        assertThat(EventJson.event("msg.new", null, null, detail)).isEqualTo(MEANING.get("msg.new.deleted"));
    }

    @Test
    void bodyThatADatabaseReorderedIsTheSame() {
        assertThat(EventJson.storedBody("{\"type\": \"poll\", \"closes\": 1.5, \"choices\": [\"tea\", \"coffee\"]}"))
                .isEqualTo(POLL);
    }

    @Test
    void whatANewerNodeAddsIsIgnored() {
        String newer = fixture("member.role").replace("\"role\":", "\"colour\":{\"deep\":[1]},\"role\":");

        assertThat(EventJson.decode(newer).event()).isEqualTo(MEANING.get("member.role"));
    }

    /** Else a node of the version before would stand still in that room while the others are upgraded. */
    @Test
    void anEventOfATypeThatOnlyANewerNodeKnowsPassesThroughAsItCame() {
        for (String name : List.of("msg.edited", "msg.edited.deleted", "msg.deleted", "member.left", "room.archived")) {
            String newer = fixture(name).replaceFirst("\"t\":\"[a-z.]+\"", "\"t\":\"msg.starred\"");

            LoggedEvent logged = EventJson.decode(newer);

            assertThat(logged.event()).isInstanceOf(RoomEvent.Opaque.class);
            assertThat(EventJson.encode(logged)).isEqualTo(newer);
        }
    }

    @Test
    void aRowThatOnlyANewerNodeUnderstandsIsGivenAsThatNodeWouldGiveIt() {
        LoggedEvent known = EventJson.decode(fixture("msg.edited"));
        var edited = (RoomEvent.MessageEdited) known.event();

        RoomEvent read = EventJson.event("msg.starred", 42L, edited.body(), EventJson.detail(edited));
        var logged =
                new LoggedEvent(known.room(), known.epoch(), known.seq(), known.by(), known.ts(), known.cid(), read);

        assertThat(EventJson.encode(logged)).isEqualTo(fixture("msg.edited").replace("msg.edited", "msg.starred"));
        assertThat(EventJson.encode(with(logged, ((RoomEvent.Opaque) read).withoutBody())))
                .isEqualTo(fixture("msg.edited.deleted").replace("msg.edited", "msg.starred"));
    }

    /** Nodes are upgraded one at a time. */
    @Test
    void aNodeOfAVersionWithoutPinsGivesThemAsTheyAre() {
        for (String name : List.of("pin.added", "pin.removed")) {
            LoggedEvent known = EventJson.decode(fixture(name));

            RoomEvent atTheOther = new RoomEvent.Opaque(name, 42L, EventJson.detail(known.event()));

            assertThat(EventJson.encode(with(known, atTheOther))).isEqualTo(fixture(name));
        }
    }

    private static LoggedEvent with(LoggedEvent e, RoomEvent event) {
        return new LoggedEvent(e.room(), e.epoch(), e.seq(), e.by(), e.ts(), e.cid(), event);
    }

    @Test
    void whatIsNoEventIsSaidToBeNone() {
        String spaced = fixture("msg.deleted").replace("msg.deleted", "pin moved");
        String targetless = fixture("msg.deleted").replace("\"seq\":42,", "");
        String unknownRole = fixture("member.role").replace("moderator", "emperor");
        String timeless = fixture("room.archived").replace("2026-01-31T12:00:00.000Z", "yesterday");

        for (String text : List.of("", "[]", "{", "{}", spaced, targetless, unknownRole, timeless)) {
            assertThatThrownBy(() -> EventJson.decode(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void timeIsCutToMilliseconds() {
        var logged = new LoggedEvent(
                new RoomId("r_9"),
                "a1",
                1,
                ANN,
                Instant.parse("2026-01-31T12:00:00.123999Z"),
                null,
                new RoomEvent.RoomArchived());

        assertThat(EventJson.encode(logged)).contains("\"ts\":\"2026-01-31T12:00:00.123Z\"");
    }
}
