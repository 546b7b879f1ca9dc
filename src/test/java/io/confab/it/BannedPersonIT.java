package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.Door;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import io.confab.wire.CommandForms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is banned from a room and tries every door (C31): each verb has one answer, over the socket and over HTTP. */
class BannedPersonIT {
    private static final ApiClient ALICE = ApiClient.registered(SharedServer.base());
    private static final ApiClient CAROL = ApiClient.registered(SharedServer.base());
    private ApiClient bob;
    private String room;
    private long own;
    private long others;

    @BeforeEach
    void register() {
        bob = ApiClient.registered(SharedServer.base());
    }

    /** Bob moderates it, has spoken, and is banned. @return number of the ban */
    private long bannedFrom(String kind) {
        room = ALICE.room(kind, bob.user(), CAROL.user());
        assertThat(ALICE.call("PUT", members(bob), Json.object().put("role", "moderator"))
                        .status())
                .isEqualTo(200);
        own = bob.post(room, "mine").body().path("seq").asLong();
        others = CAROL.post(room, "theirs").body().path("seq").asLong();
        var ban = ALICE.call("PUT", sanction("ban"), Json.object().put("reason", "enough"));
        assertThat(ban.status()).as(ban.body().toString()).isEqualTo(200);
        return ban.body().path("seq").asLong();
    }

    private String members(ApiClient person) {
        return "api/v1/rooms/" + room + "/members/" + person.user();
    }

    private String sanction(String kind) {
        return "api/v1/rooms/" + room + "/sanctions/" + bob.user() + "/" + kind;
    }

    private static ObjectNode text() {
        ObjectNode d = Json.object().put("cid", ApiClient.cid());
        d.putObject("body").put("type", "text").put("text", "x");
        return d;
    }

    /** Every durable command that there is, each well-formed and such as Bob could give before; and the reads. */
    private Map<String, ObjectNode> verbs() {
        var verbs = new LinkedHashMap<String, ObjectNode>();
        ObjectNode carol = Json.object().put("user", CAROL.user());
        ObjectNode several = Json.object();
        several.putArray("seqs").add(others);
        verbs.put("msg.send", text());
        verbs.put("msg.edit", text().put("seq", own));
        verbs.put("msg.delete", Json.object().put("seq", own));
        verbs.put("msg.hide", Json.object().put("seq", others));
        verbs.put("msg.restore", Json.object().put("seq", others));
        verbs.put("msgs.delete", several);
        verbs.put("pin.add", Json.object().put("seq", others));
        verbs.put("pin.remove", Json.object().put("seq", others));
        verbs.put("room.join", Json.object());
        verbs.put("room.leave", Json.object());
        verbs.put("room.invite", Json.object().put("user", SharedServer.admin().user()));
        verbs.put("room.kick", carol.deepCopy());
        verbs.put("room.role", carol.deepCopy().put("role", "moderator"));
        verbs.put("room.sanction", carol.deepCopy().put("kind", "mute"));
        verbs.put("room.unsanction", carol.deepCopy().put("kind", "mute"));
        verbs.put("room.update", Json.object().put("topic", "mine now"));
        verbs.put("room.archive", Json.object());
        assertThat(verbs).as("a new command stands here too").containsOnlyKeys(CommandForms.TYPES);
        verbs.put("fetch", Json.object().put("after", 0).put("limit", 10));
        verbs.put("read", Json.object().put("seq", others));
        return verbs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "public"})
    void everyVerbIsAnsweredBannedThroughEachDoorAndOnEveryDevice(String kind) {
        long ban = bannedFrom(kind);
        var answers = new ArrayList<String>();
        ApiClient second = bob.signedInAgain();

        try (var socket = ChatClient.connect(bob);
                var other = ChatClient.connect(second)) {
            var doors = Map.of(
                    "socket", Door.socket(socket),
                    "second socket", Door.socket(other),
                    "HTTP", Door.http(bob),
                    "new token", Door.http(second));
            verbs().forEach((verb, d) -> doors.forEach((name, door) -> answers.add(verb + " by " + name + ": "
                    + door.asks(verb, room, d.deepCopy()).at("/err/code").asText("taken"))));
            JsonNode sub = socket.expectOk(socket.send("sub", room, Json.object()));
            assertThat(sub.path("status").asText()).isEqualTo("none");
        }
        var report = Json.object().put("room", room).put("seq", others).put("type", "spam");
        answers.add("report: " + bob.call("POST", "api/v1/reports", report).code());
        answers.add("pins: " + bob.get("api/v1/rooms/" + room + "/pins").code());
        answers.add("history: " + bob.get("api/v1/rooms/" + room + "/messages").code());

        assertThat(answers)
                .hasSize((CommandForms.TYPES.size() + 2) * 4 + 3)
                .allSatisfy(answer -> assertThat(answer).endsWith(": banned"));
        JsonNode after = CAROL.get("api/v1/rooms/" + room + "/events?after=" + ban + "&limit=10")
                .body();
        assertThat(after.path("events")).as("nothing happened").isEmpty();
    }

    @Test
    void theBanIsTheLastThingThatALiveSocketHearsOfTheRoom() {
        room = ALICE.room("private", bob.user(), CAROL.user());
        try (var socket = ChatClient.connect(bob, room)) {
            long ban = ALICE.call("PUT", sanction("ban"), Json.object())
                    .body()
                    .path("seq")
                    .asLong();

            socket.expectEvent(room, ban);
            socket.expect("room.removed");
            CAROL.post(room, "without bob");
            socket.send("typing", room, Json.object().put("on", true));
            socket.roundTrip();
            assertThat(socket.seqs(room)).endsWith(ban);
        }
    }

    @Test
    void anInvitationDoesNotLiftABanAndAnUnbanRestoresExactlyTheFormerRights() {
        bannedFrom("private");
        var invited = ALICE.call(
                "POST", "api/v1/rooms/" + room + "/members", Json.object().put("user", bob.user()));
        assertThat(invited.code()).isEqualTo("conflict");
        assertThat(bob.post(room, "invited").code()).isEqualTo("banned");
        assertThat(bob.join(room).code()).isEqualTo("banned");

        var lifted = ALICE.call("DELETE", sanction("ban"), null);

        assertThat(lifted.status()).isEqualTo(200);
        JsonNode standing = ALICE.get("api/v1/rooms/" + room + "/members").body();
        for (JsonNode member : standing.path("members")) {
            if (member.path("user").asText().equals(bob.user())) {
                assertThat(member.path("role").asText()).isEqualTo("moderator");
                assertThat(member.has("banned_until")).isFalse();
            }
        }
        assertThat(bob.post(room, "back").status()).isEqualTo(201);
        assertThat(bob.get("api/v1/rooms/" + room + "/messages").status()).isEqualTo(200);
        var mute = bob.call("PUT", "api/v1/rooms/" + room + "/sanctions/" + CAROL.user() + "/mute", Json.object());
        assertThat(mute.status()).as("still a moderator").isEqualTo(200);
        assertThat(bob.call("DELETE", "api/v1/rooms/" + room, null).code())
                .as("and no owner")
                .isEqualTo("forbidden");
    }

    @Test
    void whoWasBannedWhileNoMemberComesInLikeAnybodyOnceItIsLifted() {
        room = ALICE.room("public");
        assertThat(ALICE.call("PUT", sanction("ban"), Json.object()).status()).isEqualTo(200);
        assertThat(bob.join(room).code()).isEqualTo("banned");

        assertThat(ALICE.call("DELETE", sanction("ban"), null).status()).isEqualTo(200);

        assertThat(bob.post(room, "x").code()).isEqualTo("not_member");
        assertThat(bob.join(room).status()).isEqualTo(200);
        assertThat(bob.post(room, "x").status()).isEqualTo(201);
    }
}
