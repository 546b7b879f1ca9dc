package io.confab.wire;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.RoomRules;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client's frames mean, by their fixtures: src/test/resources/wire/v1/in.*.json. */
class FrameCodecTest {
    private static final Configuration DEFAULTS = new Configuration(key -> Optional.empty());
    private static final RoomId ROOM = new RoomId("r_9");
    private static final UserId ANN = new UserId("u_2");
    private static final String ID = "7";
    private static final String CID = "01JC0000000000000000000000";
    private static final ClientFrame.Cursor HEAD = new ClientFrame.Cursor(null, null);
    private static final ClientFrame.Cursor AT_41 = new ClientFrame.Cursor("a1", 41L);
    private static final MessageBody HI_ANN =
            new MessageBody("text", "hi @ann 👋", "{\"lang\":\"en\",\"text\":\"hi @ann 👋\",\"type\":\"text\"}");
    private static final MessageBody HELLO = new MessageBody("text", "hello", "{\"text\":\"hello\",\"type\":\"text\"}");
    private static final MessageBody POLL =
            new MessageBody("poll", "", "{\"choices\":[\"tea\",\"coffee\"],\"closes\":1.5,\"type\":\"poll\"}");

    private static final Map<String, ClientFrame> MEANING = Map.ofEntries(
            entry("hello", new ClientFrame.Hello("1", "web/1.0", rooms())),
            entry("ping", new ClientFrame.Ping(ID)),
            entry("auth", new ClientFrame.Auth(ID, "eyJ0.eyJ1.c2ln")),
            entry("sub", new ClientFrame.Subscribe(ID, ROOM, AT_41)),
            entry("sub.head", new ClientFrame.Subscribe(ID, ROOM, HEAD)),
            entry("unsub", new ClientFrame.Unsubscribe(ID, ROOM)),
            entry("fetch", new ClientFrame.Fetch(ID, ROOM, 41, 50)),
            entry("fetch.all", new ClientFrame.Fetch(ID, ROOM, 0, 200)),
            entry("read", new ClientFrame.MarkRead(ID, ROOM, 42)),
            entry("typing", new ClientFrame.Typing(null, ROOM, true)),
            entry("presence", new ClientFrame.SetPresence(null, ClientFrame.Status.AWAY)),
            entry("unknown", new ClientFrame.Unknown(ID)),
            entry(
                    "room.create",
                    new ClientFrame.CreateRoom(
                            ID,
                            CID,
                            new RoomCommand.CreateRoom(RoomKind.PRIVATE, "Plans", List.of(ANN, new UserId("u_3"))))),
            entry(
                    "room.create.direct",
                    new ClientFrame.CreateRoom(ID, CID, new RoomCommand.CreateRoom(RoomKind.DIRECT, "", List.of(ANN)))),
            act(
                    "room.update",
                    null,
                    new RoomCommand.UpdateRoom("Everything", "all of it", RoomMode.READONLY, Duration.ofSeconds(5))),
            act("room.archive", CID, new RoomCommand.ArchiveRoom()),
            act("room.join", null, new RoomCommand.JoinRoom()),
            act("room.leave", null, new RoomCommand.LeaveRoom()),
            act("room.invite", null, new RoomCommand.InviteMember(ANN, RoomRole.MODERATOR)),
            act("room.kick", null, new RoomCommand.KickMember(ANN, "cool down")),
            act("room.role", null, new RoomCommand.SetRole(ANN, RoomRole.OWNER)),
            act(
                    "room.sanction",
                    null,
                    new RoomCommand.SetSanction(ANN, SanctionKind.BAN, Instant.parse("2026-02-01T12:00:00Z"), "spam")),
            act("room.sanction.forever", null, new RoomCommand.SetSanction(ANN, SanctionKind.MUTE, null, null)),
            act("room.unsanction", null, new RoomCommand.LiftSanction(ANN, SanctionKind.BAN)),
            act("msg.send", CID, new RoomCommand.PostMessage(HI_ANN, 41L, 40L)),
            act("msg.send.other", CID, new RoomCommand.PostMessage(POLL, null, null)),
            act("msg.edit", null, new RoomCommand.EditMessage(42, HELLO)),
            act("msg.delete", null, new RoomCommand.DeleteMessage(42, "off topic")),
            act("msg.hide", null, new RoomCommand.HideMessage(42, "off topic")),
            act("msg.restore", null, new RoomCommand.RestoreMessage(42)),
            act("msgs.delete", null, new RoomCommand.RemoveMessages(List.of(42L, 43L), "spam")),
            act("pin.add", null, new RoomCommand.PinMessage(42)),
            act("pin.remove", null, new RoomCommand.UnpinMessage(42)));

    private final FrameCodec codec = new FrameCodec(WireLimits.from(DEFAULTS), RoomRules.from(DEFAULTS));

    private static Map<RoomId, ClientFrame.Cursor> rooms() {
        var rooms = new LinkedHashMap<RoomId, ClientFrame.Cursor>();
        rooms.put(ROOM, AT_41);
        rooms.put(new RoomId("r_5"), HEAD);
        return rooms;
    }

    private static Map.Entry<String, ClientFrame> act(
            String name, @org.jspecify.annotations.Nullable String cid, RoomCommand command) {
        return entry(name, new ClientFrame.Act(ID, ROOM, cid, command));
    }

    static Stream<String> fixtures() {
        return WireFixtures.named("in.").stream();
    }

    private static String type(String name) {
        return Json.read(WireFixtures.text("in." + name)).path("t").asText();
    }

    @Test
    void everyKindOfFrameHasAFixture() {
        var kinds = Arrays.stream(ClientFrame.class.getPermittedSubclasses()).collect(Collectors.toSet());
        var types = fixtures().map(FrameCodecTest::type).collect(Collectors.toSet());

        assertThat(fixtures()).containsExactlyInAnyOrderElementsOf(MEANING.keySet());
        assertThat(MEANING.values().stream().map(ClientFrame::getClass).collect(Collectors.toSet()))
                .isEqualTo(kinds);
        assertThat(types).containsAll(CommandForms.TYPES);
    }

    @Test
    void theIdOfAFrameThatIsRefusedUnreadIsToldWhereItCanBe() {
        assertThat(codec.id("{\"t\":\"ping\",\"id\":\"7\"}")).isEqualTo("7");
        assertThat(codec.id("{\"id\":\"7\",\"t\":\"msg.send\"}")).isEqualTo("7");
        assertThat(codec.id("{\"id\":7,\"t\":\"ping\"}")).isNull();
        assertThat(codec.id("{\"t\":\"ping\"}")).isNull();
        assertThat(codec.id("{\"id\":\"7\"")).isNull();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void fixtureMeansWhatItSays(String name) {
        assertThat(codec.decode(WireFixtures.text("in." + name)))
                .isEqualTo(new FrameCodec.Decoded.Good(MEANING.get(name)));
        if (!name.equals("unknown")) {
            assertThat(name + ".").startsWith(type(name) + ".");
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void whatANewerClientAddsIsIgnored(String name) {
        String newer = WireFixtures.text("in." + name).replaceFirst("\\{", "{\"colour\":{\"deep\":[1]},");

        assertThat(codec.decode(newer)).isEqualTo(new FrameCodec.Decoded.Good(MEANING.get(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth", "fetch", "room.create", "room.role", "msg.send", "msg.edit", "read", "typing"})
    void aFrameWithoutWhatItNeedsIsRefusedByNameWithItsId(String name) {
        String bare = "{\"t\":\"" + name + "\",\"id\":\"7\",\"room\":\"r_9\",\"d\":{}}";

        assertThat(codec.decode(bare)).isInstanceOfSatisfying(FrameCodec.Decoded.Bad.class, bad -> {
            assertThat(bad.id()).isEqualTo(ID);
            assertThat(bad.refusal()).isInstanceOf(Refusal.BadRequest.class);
            assertThat(bad.refusal().message()).startsWith("'d.").endsWith("' is missing");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "{\"t\":\"ping\",\"t\":\"ping\"}"})
    void whatIsNoFrameIsMalformed(String text) {
        assertThat(codec.decode(text)).isInstanceOf(FrameCodec.Decoded.Malformed.class);
    }
}
