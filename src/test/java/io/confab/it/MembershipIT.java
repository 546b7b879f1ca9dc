package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Burst;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person may read who left a room, and who came back, by both doors. */
class MembershipIT {
    @ParameterizedTest
    @CsvSource({"private, 404, not_found", "public, 403, not_member"})
    void whoLeftReadsNothing(String kind, int status, String code) {
        var alice = ApiClient.registered(SharedServer.base());
        var bob = ApiClient.registered(SharedServer.base());
        String room = alice.room(kind, bob.user());
        alice.post(room, "before");
        try (var socket = ChatClient.connect(bob, room)) {
            socket.expectOk(socket.send("room.leave", room, Json.object()));
            var posted = alice.post(room, "said while bob is away").body();

            var events = bob.get("api/v1/rooms/" + room + "/events");
            var messages = bob.get("api/v1/rooms/" + room + "/messages");
            socket.expectErr(
                    socket.send("fetch", room, Json.object().put("after", 0).put("limit", 10)), code);
            JsonNode sub = socket.expectOk(socket.send("sub", room, Json.object()));

            assertThat(events.status()).isEqualTo(status);
            assertThat(events.code()).isEqualTo(code);
            assertThat(messages.status()).isEqualTo(status);
            assertThat(sub.path("status").asText()).isEqualTo("none");
            socket.roundTrip();
            assertThat(socket.seqs(room)).doesNotContain(posted.path("seq").asLong());
        }
    }

    @Test
    void whoCameBackReadsTheWholeLog() {
        var alice = ApiClient.registered(SharedServer.base());
        var bob = ApiClient.registered(SharedServer.base());
        String room = alice.room("public", bob.user());
        alice.post(room, "before");
        try (var socket = ChatClient.connect(bob, room)) {
            socket.expectOk(socket.send("room.leave", room, Json.object()));
            alice.post(room, "said while bob was away");
            long back = socket.expectOk(socket.send("room.join", room, Json.object()))
                    .path("seq")
                    .asLong();

            var log = Burst.log(bob, room);

            assertThat(log).hasSize(Math.toIntExact(back));
            assertThat(log.values().stream()
                            .map(event -> event.at("/d/body/text").asText()))
                    .contains("before", "said while bob was away");
        }
    }
}
