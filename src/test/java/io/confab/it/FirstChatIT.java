package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ServerProcess;
import io.confab.kernel.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two people chat over the real WAR with the embedded database; the server is killed and everything acknowledged is there. */
class FirstChatIT {
    private static ServerProcess server;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(Map.of()).awaitReady();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void twoPeopleChatEditAndDelete() {
        var alice = ApiClient.registered(server.base());
        var bob = ApiClient.registered(server.base());
        String room = alice.room("public");
        assertThat(bob.join(room).status()).isEqualTo(200);

        try (var a = ChatClient.connect(alice, room);
                var b = ChatClient.connect(bob, room)) {
            long seq = a.posts(room, "hi").path("seq").asLong();
            JsonNode event = b.expectEvent(room, seq);
            a.expectOk(a.send("msg.edit", room, Json.object().put("seq", seq).set("body", text("hello"))));
            JsonNode edited = b.expectEvent(room, seq + 1);
            a.expectOk(a.send("msg.delete", room, Json.object().put("seq", seq)));
            JsonNode deleted = b.expectEvent(room, seq + 2);

            assertThat(event.at("/d/body/text").asText()).isEqualTo("hi");
            assertThat(event.at("/d/by").asText()).isEqualTo(alice.user());
            assertThat(edited.path("t").asText()).isEqualTo("msg.edited");
            assertThat(edited.at("/d/body/text").asText()).isEqualTo("hello");
            assertThat(deleted.path("t").asText()).isEqualTo("msg.deleted");
        }
    }

    @Test
    void afterKillAndRestartEverythingAcknowledgedIsThere() {
        var alice = ApiClient.registered(server.base());
        String room = alice.room("private");
        long last = 0;
        for (int i = 0; i < 8; i++) {
            var reply = alice.post(room, "message " + i);
            assertThat(reply.status()).as(reply.body().toString()).isEqualTo(201);
            last = reply.body().path("seq").asLong();
        }

        server.kill9();
        server.restart().awaitReady();

        JsonNode page = alice.get("api/v1/rooms/" + room + "/messages").body();
        assertThat(page.path("head").asLong()).isEqualTo(last);
        assertThat(page.path("messages")).hasSize(8);
        try (var again = ChatClient.resume(alice, room, page.path("ep").asText(), last - 3)) {
            again.expect("resumed");
            assertThat(again.seqs(room)).isEqualTo(List.of(last - 2, last - 1, last));
        }
    }

    private static JsonNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }
}
