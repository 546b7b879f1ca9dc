package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sends that do not wait for each other: each once, and in the order in which their sender wrote them. */
class SendingIT {
    private final URI base = SharedServer.base();

    @Test
    void ofTwoSendsInFlightEachIsRememberedForItsOwnRetry() {
        var alice = ApiClient.registered(base);
        String room = alice.room("private");
        var lost = ChatClient.connect(alice, room);
        lost.post(room, "first", "k1-" + room);
        lost.post(room, "second", "k2-" + room);
        lost.vanish(); // whatever was answered is lost

        try (var again = ChatClient.connect(alice, room)) {
            JsonNode one = again.expectOk(again.post(room, "first", "k1-" + room));
            JsonNode two = again.expectOk(again.post(room, "second", "k2-" + room));
            JsonNode oneMore = again.expectOk(again.post(room, "first", "k1-" + room));

            assertThat(oneMore.path("dup").asBoolean()).isTrue();
            assertThat(oneMore.path("seq")).isEqualTo(one.path("seq"));
            assertThat(one.path("seq")).isNotEqualTo(two.path("seq"));
            assertThat(texts(alice, room)).containsExactlyInAnyOrder("first", "second");
        }
    }

    @Test
    void answersThatAreReadLateNameTheFirstNumbers() {
        var alice = ApiClient.registered(base);
        String room = alice.room("private");
        try (var a = ChatClient.connect(alice, room);
                var again = ChatClient.connect(alice, room)) {
            String first = a.post(room, "first", "k1-" + room);
            String second = a.post(room, "second", "k2-" + room);
            long one = a.expectOk(first).path("seq").asLong();
            long two = a.expectOk(second).path("seq").asLong();
            for (var retry : List.of(List.of("first", "k1-"), List.of("second", "k2-"), List.of("first", "k1-"))) {
                JsonNode ok = again.expectOk(again.post(room, retry.get(0), retry.get(1) + room));

                assertThat(ok.path("dup").asBoolean()).isTrue();
                assertThat(ok.path("seq").asLong()).isEqualTo(retry.get(0).equals("first") ? one : two);
            }
            assertThat(texts(alice, room)).containsExactly("first", "second");
        }
    }

    @Test
    void theFramesOfOneSenderAreTakenInTheOrderInWhichTheyWereWritten() {
        int people = 10;
        int each = 60;
        var owner = ApiClient.registered(base);
        var rooms = List.of(owner.room("public"), owner.room("public"));
        var sockets = new ArrayList<ChatClient>();
        for (int p = 0; p < people; p++) {
            var person = ApiClient.registered(base);
            rooms.forEach(person::join);
            sockets.add(ChatClient.connect(person, rooms.get(0), rooms.get(1)));
        }
        var last = new ArrayList<String>();
        for (int i = 0; i < each; i++) {
            for (int p = 0; p < people; p++) {
                for (String room : rooms) {
                    last.add(sockets.get(p).post(room, p + ":" + i, ApiClient.cid()));
                }
            }
        }
        for (int i = 0; i < last.size(); i++) {
            sockets.get(i / 2 % people).expectOk(last.get(i));
        }

        for (String room : rooms) {
            long head = owner.get("api/v1/rooms/" + room).body().path("head").asLong();
            for (ChatClient socket : sockets.subList(0, 3)) {
                socket.expectEvent(room, head);
                assertThat(socket.seqs(room)).isSorted().doesNotHaveDuplicates();
                for (int p = 0; p < people; p++) {
                    assertThat(numbers(socket, room, p + ":")).hasSize(each).isSorted();
                }
            }
        }
        sockets.forEach(ChatClient::close);
    }

    private static List<Integer> numbers(ChatClient socket, String room, String prefix) {
        return socket.events(room).stream()
                .map(event -> event.at("/d/body/text").asText())
                .filter(text -> text.startsWith(prefix))
                .map(text -> Integer.valueOf(text.substring(prefix.length())))
                .toList();
    }

    @Test
    void anEditRightBehindItsSendFindsTheMessage() {
        var alice = ApiClient.registered(base);
        String room = alice.room("private");
        long head = alice.get("api/v1/rooms/" + room).body().path("head").asLong();
        try (var a = ChatClient.connect(alice, room)) {
            var edits = new ArrayList<String>();
            for (int i = 0; i < 50; i++) {
                long seq = head + 1 + 2L * i; // nobody else writes here, so the number is known before the answer
                a.post(room, "text " + i, ApiClient.cid());
                ObjectNode d = Json.object().put("seq", seq);
                d.putObject("body").put("type", "text").put("text", "edited " + i);
                edits.add(a.send("msg.edit", room, d));
            }

            for (int i = 0; i < edits.size(); i++) {
                assertThat(a.expectOk(edits.get(i)).path("seq").asLong()).isEqualTo(head + 2 + 2L * i);
            }
        }
    }

    private static List<String> texts(ApiClient reader, String room) {
        var texts = new ArrayList<String>();
        reader.get("api/v1/rooms/" + room + "/messages")
                .body()
                .path("messages")
                .forEach(message -> texts.add(message.at("/body/text").asText()));
        return texts;
    }
}
