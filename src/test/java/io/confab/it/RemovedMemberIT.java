package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.it.support.Talker;
import io.confab.kernel.Json;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Who is removed from a room in the middle of a conversation gets the removal as its last event, and nothing of the room
 * after it. {@link TwoNodesIT} plays the same with the removal and the socket on two nodes.
 */
class RemovedMemberIT {
    @Test
    void theRemovalIsTheLastThingOfTheRoomThatTheRemovedPersonGets() {
        var scene = new Scene(SharedServer.base(), SharedServer.base());
        for (int run = 0; run < 10; run++) {
            scene.removeWhileOthersTalk();
        }
    }

    @Test
    void whoIsAddedAgainResumesFromTheOldPosition() {
        var scene = new Scene(SharedServer.base(), SharedServer.base());
        String room = scene.removeWhileOthersTalk();
        JsonNode left = scene.alice.get("api/v1/rooms/" + room).body();
        var added = scene.alice.call(
                "POST", "api/v1/rooms/" + room + "/members", Json.object().put("user", scene.bob.user()));

        try (var back = ChatClient.resume(scene.bob, room, left.path("ep").asText(), 1)) {
            back.expect("resumed");
            assertThat(added.status()).as(added.body().toString()).isEqualTo(200);
            assertThat(back.seqs(room))
                    .startsWith(2L)
                    .endsWith(added.body().path("seq").asLong());
            assertThat(back.seqs(room)).isSorted().doesNotHaveDuplicates();
        }
    }

    /** Alice owns the rooms and Carol talks at one node; Bob listens at another. */
    static final class Scene {
        final ApiClient alice;
        final ApiClient bob;
        private final ApiClient carol;

        Scene(URI one, URI two) {
            alice = ApiClient.registered(one);
            carol = ApiClient.registered(one);
            bob = ApiClient.registered(two);
        }

        /** The room. */
        String removeWhileOthersTalk() {
            String room = alice.room("private", bob.user(), carol.user());
            try (var b = ChatClient.connect(bob, room);
                    var c = ChatClient.connect(carol, room);
                    var talker = Talker.start(c, room, "text")) {
                talker.awaitSent(10);
                var reply = alice.call("DELETE", "api/v1/rooms/" + room + "/members/" + bob.user(), null);
                talker.awaitSent(10);
                talker.stop();
                c.send("typing", room, Json.object().put("on", true));
                c.send("presence", null, Json.object().put("status", "away"));
                c.roundTrip();
                b.expect("room.removed");
                JsonNode pong = b.answer(b.send("ping", null, Json.object()));

                assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
                long removal = reply.body().path("seq").asLong();
                assertThat(b.seqs(room)).isSorted().doesNotHaveDuplicates().endsWith(removal);
                assertThat(typesAfter(b, room, removal)).containsOnly("room.removed");
                assertThat(pong.at("/d/rooms").has(room)).isFalse();
                knowsNothingMore(b, room, removal);
            }
            return room;
        }

        private void knowsNothingMore(ChatClient b, String room, long removal) {
            String epoch = b.expectEvent(room, removal).path("ep").asText();
            for (String type : List.of("fetch", "msg.send", "read", "room.join")) {
                ObjectNode d = Json.object().put("after", 0).put("seq", 1).put("cid", ApiClient.cid());
                d.putObject("body").put("type", "text").put("text", "x");
                assertThat(without(b.answer(b.send(type, room, d.deepCopy()))))
                        .as(type)
                        .isEqualTo(without(b.answer(b.send(type, "r_doesnotexist", d))));
            }
            assertThat(bob.get("api/v1/rooms/" + room + "/events?after=0").code())
                    .isEqualTo("not_found");
            try (var again = ChatClient.resume(bob, room, epoch, removal - 1)) {
                JsonNode status = again.expect("welcome").at("/d/rooms/" + room);
                assertThat(status.path("status").asText()).isEqualTo("gap");
                assertThat(status.path("reason").asText()).isEqualTo("left");
                assertThat(status.path("head").asLong()).isEqualTo(removal - 1); // what it said itself, not the head
            }
        }

        private static List<String> typesAfter(ChatClient client, String room, long removal) {
            return client.frames().stream()
                    .filter(frame -> frame.path("room").asText().equals(room)
                            || frame.at("/d/room").asText().equals(room))
                    .dropWhile(frame -> frame.path("seq").asLong() != removal)
                    .skip(1)
                    .map(frame -> frame.path("t").asText())
                    .toList();
        }

        private static JsonNode without(JsonNode answer) {
            return ((ObjectNode) answer.deepCopy()).without("id");
        }
    }
}
