package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import org.junit.jupiter.api.Test;

/** Two people chat over the real WAR with the embedded database. */
class FirstChatIT {
    @Test
    void twoPeopleChatEditAndDelete() {
        var alice = ApiClient.registered(SharedServer.base());
        var bob = ApiClient.registered(SharedServer.base());
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

    private static JsonNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }
}
