package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.CutProxy;
import io.confab.it.support.Door;
import io.confab.it.support.EventStream;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The socket, HTTP calls with {@code GET …/events}, and HTTP calls with the stream: whoever asks or listens through one of
 * them learns the same as through the others. The socket's answer is the model.
 */
class ThreeDoorsIT {
    private static final String FIRST = "before anything else";

    private static final URI BASE = SharedServer.base();
    private static final ApiClient ALICE = ApiClient.registered(BASE);
    private static final ApiClient ANYBODY = ApiClient.registered(BASE);
    private ApiClient bob;
    private String room;
    private long first;

    @BeforeEach
    void newRoom() {
        roomWith(ANYBODY);
    }

    private void roomWith(ApiClient person) {
        bob = person;
        room = ALICE.room("private", bob.user());
        first = ALICE.post(room, FIRST).body().path("seq").asLong();
    }

    private static ObjectNode text(String text) {
        var d = Json.object().put("cid", ApiClient.cid());
        d.putObject("body").put("type", "text").put("text", text);
        return d;
    }

    /** Both ways to ask; who listens by a stream asks by HTTP. */
    private static Map<String, JsonNode> answers(ApiClient who, String type, String room, ObjectNode d) {
        var answers = new LinkedHashMap<String, JsonNode>();
        try (var socket = ChatClient.connect(who)) {
            answers.put("socket", Door.socket(socket).asks(type, room, d));
        }
        answers.put("HTTP", Door.http(who).asks(type, room, d));
        return answers;
    }

    /** What is asked when, and the code that it is refused with. */
    @SuppressWarnings("ImmutableEnumChecker") // its functions hold nothing
    enum Refused {
        WITHOUT_A_BODY("bad_request", "msg.send", t -> Json.object().put("cid", "k1")),
        WITHOUT_A_KEY("bad_request", "msg.send", t -> text("x").without("cid")),
        WITH_A_BAD_KEY("bad_request", "msg.send", t -> text("x").put("cid", "no key!")),
        EMPTY("bad_request", "msg.send", t -> text(" ")),
        NUL("bad_request", "msg.send", t -> text("a\0b")),
        TOO_LONG("too_large", "msg.send", t -> text("x".repeat(8_001))),
        ANSWER_TO_NOTHING("not_found", "msg.send", t -> text("x").put("reply_to", 999)),
        ANSWER_TO_A_JOIN("not_found", "msg.send", t -> text("x").put("reply_to", 1)),
        THREAD_OF_NOTHING("not_found", "msg.send", t -> text("x").put("thread", 999)),
        REPLY_TO_ZERO("bad_request", "msg.send", t -> text("x").put("reply_to", 0)),
        EDIT_OF_NOTHING("not_found", "msg.edit", t -> text("x").put("seq", 999)),
        EDIT_OF_ANOTHERS("forbidden", "msg.edit", t -> text("x").put("seq", t.first)),
        DELETE_OF_NOTHING("not_found", "msg.delete", t -> Json.object().put("seq", 999)),
        DELETE_OF_ANOTHERS("forbidden", "msg.delete", t -> Json.object().put("seq", t.first)),
        PIN_BY_A_MEMBER("forbidden", "pin.add", t -> Json.object().put("seq", t.first)),
        KEY_OF_ANOTHER_REQUEST("cid_conflict", "msg.send", t -> {
            assertThat(t.bob.post(t.room, "one", "k-" + t.room).status()).isEqualTo(201);
            return text("two").put("cid", "k-" + t.room);
        }),
        MUTED("muted", "msg.send", t -> {
            t.sanction(
                    "mute",
                    Json.object().put("until", Instant.now().plusSeconds(600).toString()));
            return text("x");
        }),
        FROZEN("room_frozen", "msg.send", t -> {
            t.update(Json.object().put("mode", "frozen"));
            return text("x");
        }),
        READ_ONLY("forbidden", "msg.send", t -> {
            t.update(Json.object().put("mode", "readonly"));
            return text("x");
        }),
        ARCHIVED("room_archived", "msg.send", t -> {
            assertThat(ALICE.call("DELETE", "api/v1/rooms/" + t.room, null).status())
                    .isEqualTo(200);
            return text("x");
        }),
        REMOVED("not_found", "msg.send", t -> {
            t.remove();
            return text("x");
        }),
        BANNED("banned", "fetch", t -> {
            t.sanction("ban", Json.object());
            return Json.object().put("after", 0).put("limit", 10);
        }),
        LISTENING_WHEN_REMOVED("not_found", "fetch", t -> {
            t.remove();
            return Json.object().put("after", 0).put("limit", 10);
        }),
        BAD_PAGE("bad_request", "fetch", t -> Json.object().put("after", 0).put("limit", 0)),
        NOT_THE_OWNER("forbidden", "room.update", t -> Json.object().put("topic", "mine now"));

        private final String code;
        private final String type;
        private final Function<ThreeDoorsIT, ObjectNode> asked;

        Refused(String code, String type, Function<ThreeDoorsIT, ObjectNode> asked) {
            this.code = code;
            this.type = type;
            this.asked = asked;
        }
    }

    private void sanction(String kind, ObjectNode body) {
        var reply = ALICE.call("PUT", "api/v1/rooms/" + room + "/sanctions/" + bob.user() + "/" + kind, body);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
    }

    private void update(ObjectNode body) {
        assertThat(ALICE.call("PATCH", "api/v1/rooms/" + room, body).status()).isEqualTo(200);
    }

    private long remove() {
        var reply = ALICE.call("DELETE", "api/v1/rooms/" + room + "/members/" + bob.user(), null);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        return reply.body().path("seq").asLong();
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsTheSameThroughEachDoor(Refused refused) {
        ObjectNode d = refused.asked.apply(this);

        var answers = answers(bob, refused.type, room, d);

        assertThat(answers.get("socket").at("/err/code").asText())
                .as(answers.toString())
                .isEqualTo(refused.code);
        assertThat(answers.get("HTTP")).isEqualTo(answers.get("socket"));
    }

    @Test
    void aStrangerIsRefusedTheSameThroughEachDoor() {
        var stranger = ApiClient.registered(BASE);
        for (String where : List.of(room, "r_doesnotexist")) {
            var answers = answers(stranger, "msg.send", where, text("x"));
            assertThat(answers.get("socket").at("/err/code").asText()).isEqualTo("not_found");
            assertThat(answers.get("HTTP")).isEqualTo(answers.get("socket"));
        }
        String open = ALICE.room("public");
        for (String type : List.of("msg.send", "fetch")) {
            var answers = answers(
                    stranger,
                    type,
                    open,
                    type.equals("fetch") ? Json.object().put("after", 0).put("limit", 1) : text("x"));
            assertThat(answers.get("socket").at("/err/code").asText()).as(type).isEqualTo("not_member");
            assertThat(answers.get("HTTP")).as(type).isEqualTo(answers.get("socket"));
        }
    }

    @Test
    void slowModeIsSaidThroughEachDoorWithTheTimeToWait() {
        update(Json.object().put("slow_ms", 600_000));
        assertThat(bob.post(room, "one").status()).isEqualTo(201);

        var answers = answers(bob, "msg.send", room, text("two"));

        assertThat(answers.get("socket").at("/err/code").asText()).isEqualTo("slow_mode");
        for (JsonNode answer : answers.values()) {
            var err = (ObjectNode) answer.path("err");
            assertThat(err.path("retry_after_ms").asLong()).isBetween(540_000L, 600_000L);
            err.remove(List.of("retry_after_ms", "message")); // of the moment
        }
        assertThat(answers.get("HTTP")).isEqualTo(answers.get("socket"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasDoneThroughOneDoorIsARepeatThroughTheOther(boolean socketFirst) {
        try (var open = ChatClient.connect(bob, room)) {
            Door one = socketFirst ? Door.socket(open) : Door.http(bob);
            Door other = socketFirst ? Door.http(bob) : Door.socket(open);
            ObjectNode send = text("once").put("reply_to", first);
            ObjectNode sent = (ObjectNode) one.asks("msg.send", room, send).path("ok");
            long seq = sent.path("seq").asLong();
            ObjectNode edit = text("twice").put("seq", seq);
            ObjectNode edited = (ObjectNode) one.asks("msg.edit", room, edit).path("ok");
            ObjectNode delete = Json.object().put("seq", seq).put("cid", ApiClient.cid());
            ObjectNode deleted =
                    (ObjectNode) one.asks("msg.delete", room, delete).path("ok");

            assertThat(List.of(sent, edited, deleted))
                    .extracting(ok -> ok.path("dup").asBoolean())
                    .containsOnly(false);
            assertThat(other.asks("msg.send", room, send).path("ok")).isEqualTo(sent.put("dup", true));
            assertThat(other.asks("msg.edit", room, edit).path("ok")).isEqualTo(edited.put("dup", true));
            assertThat(other.asks("msg.delete", room, delete).path("ok")).isEqualTo(deleted.put("dup", true));
            open.expectEvent(room, seq + 2);
            open.roundTrip();
            assertThat(open.seqs(room)).containsExactly(seq, seq + 1, seq + 2);
        }
    }

    @Test
    void whoseAnswerAloneIsLostSendsTheSameAgainAndGetsItThroughEachDoor() throws IOException {
        try (var proxy = new CutProxy(BASE);
                var listening = ChatClient.connect(bob, room)) {
            proxy.loseOks();
            var behind = bob.at(proxy.base());
            try (var lossy = ChatClient.connect(behind, room);
                    var whole = ChatClient.connect(bob, room)) {
                ObjectNode one = text("over the socket");
                String id = lossy.send("msg.send", room, one);
                JsonNode event = lossy.expect(
                        "the event of it",
                        frame -> frame.at("/d/cid")
                                .asText()
                                .equals(one.path("cid").asText()));
                lossy.send("ping", null, Json.object());
                lossy.expect("pong");
                assertThat(lossy.frames())
                        .noneMatch(frame -> frame.path("id").asText().equals(id));
                for (Door door : List.of(Door.socket(whole), Door.http(bob))) {
                    JsonNode again = door.asks("msg.send", room, one).path("ok");
                    assertThat(again.path("dup").asBoolean()).isTrue();
                    assertThat(again.path("seq")).isEqualTo(event.path("seq"));
                }

                ObjectNode two = text("over HTTP");
                assertThatThrownBy(() -> Door.http(behind).asks("msg.send", room, two))
                        .hasRootCauseInstanceOf(IOException.class);
                JsonNode event2 = listening.expect(
                        "the event of it",
                        frame -> frame.at("/d/cid")
                                .asText()
                                .equals(two.path("cid").asText()));
                for (Door door : List.of(Door.http(bob), Door.socket(whole))) {
                    JsonNode again = door.asks("msg.send", room, two).path("ok");
                    assertThat(again.path("dup").asBoolean()).isTrue();
                    assertThat(again.path("seq")).isEqualTo(event2.path("seq"));
                }
            }
            assertThat(proxy.lostOks()).isGreaterThanOrEqualTo(2);
            listening.roundTrip();
            assertThat(listening.seqs(room)).containsExactly(first + 1, first + 2);
        }
    }

    @Test
    void whatWasReadIsSaidTheSameThroughEachDoorAndTheOthersAreTold() {
        roomWith(ApiClient.registered(BASE));
        long second = ALICE.post(room, "two").body().path("seq").asLong();
        try (var socket = ChatClient.connect(bob, room);
                var stream = EventStream.connect(bob, room)) {
            assertThat(Door.http(bob)
                            .asks("read", room, Json.object().put("seq", first))
                            .at("/ok/seq")
                            .asLong())
                    .isEqualTo(first);
            for (JsonNode told : List.of(socket.expect("read"), stream.expect("read"))) {
                assertThat(told.at("/d/seq").asLong()).isEqualTo(first);
            }
            for (Door door : List.of(Door.socket(socket), Door.http(bob))) {
                assertThat(door.asks("read", room, Json.object().put("seq", 0))
                                .at("/ok/seq")
                                .asLong())
                        .isEqualTo(first);
            }
            assertThat(Door.http(bob)
                            .asks("read", room, Json.object().put("seq", 999))
                            .at("/ok/seq")
                            .asLong())
                    .isEqualTo(second);
            assertThat(bob.get("api/v1/rooms/" + room).body().path("unread").asLong())
                    .isZero();
        }
        var stranger =
                answers(ApiClient.registered(BASE), "read", room, Json.object().put("seq", 1));
        assertThat(stranger.get("socket").at("/err/code").asText()).isEqualTo("not_found");
        assertThat(stranger.get("HTTP")).isEqualTo(stranger.get("socket"));
        var malformed = answers(bob, "read", room, Json.object());
        assertThat(malformed.get("socket").at("/err/code").asText()).isEqualTo("bad_request");
        assertThat(malformed.get("HTTP")).isEqualTo(malformed.get("socket"));
    }

    /** Three who listen, each through another door, from the same place. */
    private final class Listeners implements AutoCloseable {
        private final ChatClient socket;
        private final EventStream stream;
        private final String epoch =
                ALICE.get("api/v1/rooms/" + room).body().path("ep").asText();

        Listeners(long after) {
            socket = ChatClient.resume(bob, room, epoch, after);
            socket.expect("resumed");
            stream = EventStream.open(bob, "?rooms=" + room + ":" + epoch + ":" + after);
            stream.expect("resumed");
        }

        /** The room's events after a number as text, by door. */
        Map<String, List<String>> heard(long after, long upTo) {
            socket.expectEvent(room, upTo);
            stream.expectEvent(room, upTo);
            JsonNode polled = bob.get("api/v1/rooms/" + room + "/events?after=" + after)
                    .body()
                    .path("events");
            var heard = new LinkedHashMap<String, List<String>>();
            heard.put("socket", texts(socket.events(room).stream(), upTo));
            heard.put("events", texts(StreamSupport.stream(polled.spliterator(), false), upTo));
            heard.put("stream", texts(stream.events(room).stream(), upTo));
            return heard;
        }

        private static List<String> texts(Stream<JsonNode> events, long upTo) {
            return events.filter(event -> event.path("seq").asLong() <= upTo)
                    .map(JsonNode::toString)
                    .toList();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** One of each kind of event; the last number. */
    private long everythingThatHappens() {
        var carol = ApiClient.registered(BASE);
        Door owner = Door.http(ALICE);
        long said = owner.asks("msg.send", room, text("Hello @" + bob.username() + " \ud83d\ude00 </script>"))
                .at("/ok/seq")
                .asLong();
        ObjectNode poll =
                Json.object().put("cid", ApiClient.cid()).put("reply_to", said).put("thread", said);
        poll.putObject("body")
                .put("type", "x.poll")
                .put("note", "two\nlines\r\u2028")
                .putArray("n")
                .add(1.50)
                .add(7);
        owner.asks("msg.send", room, poll);
        owner.asks("msg.edit", room, text("Hello all").put("seq", said));
        ALICE.call("POST", "api/v1/rooms/" + room + "/members", Json.object().put("user", carol.user()));
        owner.asks("room.role", room, Json.object().put("user", carol.user()).put("role", "moderator"));
        sanction("mute", Json.object().put("reason", "a while"));
        ALICE.call("DELETE", "api/v1/rooms/" + room + "/sanctions/" + bob.user() + "/mute", null);
        owner.asks("room.kick", room, Json.object().put("user", carol.user()));
        owner.asks("room.update", room, Json.object().put("topic", "everything"));
        return owner.asks("msg.delete", room, Json.object().put("seq", said))
                .at("/ok/seq")
                .asLong();
    }

    @Test
    void eventsAreTheSameTextInTheSameOrderThroughEachDoorLiveAndReplayed() {
        try (var live = new Listeners(first)) {
            long last = everythingThatHappens();
            var heard = live.heard(first, last);
            // live, the deleted text was still there; polled afterwards it is not
            assertThat(heard.get("stream")).hasSize((int) (last - first)).isEqualTo(heard.get("socket"));

            try (var later = new Listeners(0)) {
                var replayed = later.heard(0, last);
                assertThat(replayed.get("socket")).hasSize((int) last);
                assertThat(replayed.get("events")).isEqualTo(replayed.get("socket"));
                assertThat(replayed.get("stream")).isEqualTo(replayed.get("socket"));
                assertThat(replayed.get("stream").toString())
                        .contains("\"body\":null,\"deleted\":true")
                        .doesNotContain("script", "Hello all");
            }
        }
    }

    @Test
    void whereARoomStandsIsSaidTheSameThroughSocketAndStream() {
        String epoch = ALICE.get("api/v1/rooms/" + room).body().path("ep").asText();
        String left = ALICE.room("private", bob.user());
        String leftEpoch = ALICE.get("api/v1/rooms/" + left).body().path("ep").asText();
        String busy = ALICE.room("private", bob.user());
        String busyEpoch = ALICE.get("api/v1/rooms/" + busy).body().path("ep").asText();
        try (var writing = ChatClient.connect(ALICE)) {
            String id = "";
            for (int i = 0; i < 301; i++) {
                id = writing.post(busy, "text " + i, ApiClient.cid());
            }
            writing.expectOk(id);
        }
        bob.call("DELETE", "api/v1/rooms/" + left + "/members/" + bob.user(), null);
        var places = List.of(
                List.of(room, epoch, first),
                List.of(room, epoch, 0L),
                List.of(room, "", 1L),
                List.of(room, "other", 1L),
                List.of(room, epoch, 999L),
                List.of(busy, busyEpoch, 0L),
                List.of(left, leftEpoch, 2L),
                List.of(left, "", 2L),
                List.of("r_doesnotexist", "other", 2L));
        var statuses = new ArrayList<String>();
        for (var place : places) {
            String named = (String) place.get(0);
            try (var socket = ChatClient.open(BASE, bob.access());
                    var stream = EventStream.open(bob, "?rooms=" + named + ":" + place.get(1) + ":" + place.get(2))) {
                var d = Json.object();
                var cursor = d.putObject("rooms").putObject(named).put("seq", (long) place.get(2));
                if (!place.get(1).equals("")) {
                    cursor.put("ep", (String) place.get(1));
                }
                socket.send("hello", null, d);
                JsonNode said = socket.expect("welcome").at("/d/rooms/" + named);

                assertThat(stream.expect("welcome").at("/d/rooms/" + named)).isEqualTo(said);
                socket.expect("resumed");
                stream.expect("resumed");
                assertThat(stream.events(named)).isEqualTo(socket.events(named));
                statuses.add(said.path("status").asText() + said.path("reason").asText());
            }
        }
        assertThat(statuses)
                .containsExactly("ok", "ok", "ok", "gapepoch", "gapahead", "gaptoo_far", "gapleft", "none", "none");
    }

    @Test
    void theRemovalIsTheLastThingThatIsHeardThroughEachDoor() {
        try (var bobs = new Listeners(first)) {
            long removal = remove();
            bobs.socket.expect("room.removed");
            bobs.stream.expect("room.removed");
            long later = ALICE.post(room, "without him").body().path("seq").asLong();

            assertThat(later).isEqualTo(removal + 1);
            assertThat(bob.get("api/v1/rooms/" + room + "/events?after=0").code())
                    .isEqualTo("not_found");
            assertThat(bobs.stream.events(room)).isEqualTo(bobs.socket.events(room));
            assertThat(bobs.stream.seqs(room)).containsExactly(removal);
            // of this room: a badge of another one of his may come at any time
            assertThat(bobs.stream.frames().stream()
                            .filter(frame -> frame.path("room").asText().equals(room))
                            .toList()
                            .getLast())
                    .isEqualTo(Json.read(
                            "{\"t\":\"room.removed\",\"room\":\"" + room + "\",\"d\":{\"room\":\"" + room + "\"}}"));
            assertThat(bobs.stream.isOpen()).isTrue();
        }
    }

    @Test
    void whoIsSuspendedIsCutOffThroughEachDoorForTheSameReason() {
        roomWith(ApiClient.registered(BASE));
        try (var bobs = new Listeners(first)) {
            SharedServer.admin().call("PUT", "api/v1/users/" + bob.user() + "/suspension", Json.object());

            assertThat(bobs.socket.expectClose()).isEqualTo(4503);
            assertThat(bobs.stream.expectClose()).isEqualTo(Json.read("{\"code\":4503,\"reason\":\"suspended\"}"));
            assertThat(bobs.socket.closeReason()).isEqualTo("suspended");
            await().atMost(ChatClient.PATIENCE)
                    .until(() -> bob.get("api/v1/rooms/" + room + "/events").status() == 401);
            assertThat(Door.http(bob)
                            .asks("msg.send", room, text("x"))
                            .at("/err/code")
                            .asText())
                    .isEqualTo("unauthorized");
            try (var again = EventStream.open(bob, "")) {
                assertThat(again.status()).isEqualTo(401);
            }
        }
    }

    @Test
    void whoSignsOutIsToldAndCutOffThroughEachDoor() {
        roomWith(ApiClient.registered(BASE));
        try (var bobs = new Listeners(first)) {
            assertThat(bob.call("POST", "api/v1/logout", Json.object()).status())
                    .isEqualTo(204);

            assertThat(bobs.socket.expectClose()).isEqualTo(4508);
            assertThat(bobs.stream.expectClose()).isEqualTo(Json.read("{\"code\":4508,\"reason\":\"revoked\"}"));
            assertThat(bobs.stream.expect("session.ended")).isEqualTo(bobs.socket.expect("session.ended"));
            assertThat(bob.get("api/v1/rooms/" + room + "/events").status()).isEqualTo(401);
        }
    }

    @Test
    void typingPresenceAndBadgesComeThroughTheStreamAsThroughTheSocket() {
        String other = ALICE.room("private", bob.user());
        try (var bobs = new Listeners(first);
                var writing = ChatClient.connect(ALICE, room)) {
            writing.send("typing", room, Json.object().put("on", true));
            ALICE.post(other, "look here");

            for (String type : List.of("typing", "presence", "badge")) {
                JsonNode said = bobs.socket.expect(type);
                bobs.stream.expect(type + " as the socket's", said::equals);
            }
        }
    }
}
