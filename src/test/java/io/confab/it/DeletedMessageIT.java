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
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A deleted message is gone in all its versions and through every door; what answered it stays. */
class DeletedMessageIT {
    private static final String[] WORDS = {"alpha-secret", "beta-secret", "gamma-secret"};

    private final URI base = SharedServer.base();

    @Test
    void noVersionOfADeletedMessageIsLeftBehindAnyDoor() {
        deleteAnEditedMessage(base, base);
    }

    /** Written, edited and deleted at one node, read at another; the room's id. Played on PostgreSQL by {@link TwoNodesIT}. */
    static String deleteAnEditedMessage(URI one, URI two) {
        var author = ApiClient.registered(one);
        var friend = ApiClient.registered(two);
        String room = author.room("public");
        friend.join(room);
        try (var a = ChatClient.connect(author, room);
                var live = ChatClient.connect(friend, room)) {
            long seq = a.posts(room, WORDS[0]).path("seq").asLong();
            a.expectOk(a.send("msg.edit", room, withText(Json.object().put("seq", seq), WORDS[1])));
            a.expectOk(a.send("msg.edit", room, withText(Json.object().put("seq", seq), WORDS[2])));
            long answer = live.expectOk(live.send("msg.send", room, reply(seq, "an answer")))
                    .path("seq")
                    .asLong();
            long deletion = a.expectOk(a.send("msg.delete", room, Json.object().put("seq", seq)))
                    .path("seq")
                    .asLong();
            live.expectEvent(room, deletion);

            var newcomer = ApiClient.registered(two);
            newcomer.join(room);
            String epoch = author.get("api/v1/rooms/" + room).body().path("ep").asText();
            for (ApiClient reader : List.of(author, author.at(two), friend, newcomer, newcomer.at(one))) {
                reads(reader, room, epoch, seq, answer);
            }
            // answered again by its key, and still without its text
            assertThat(author.at(two)
                            .get("api/v1/rooms/" + room + "/messages?around=" + seq)
                            .body()
                            .toString())
                    .doesNotContain(WORDS);
        }
        return room;
    }

    private static void reads(ApiClient reader, String room, String epoch, long seq, long answer) {
        JsonNode log = reader.get("api/v1/rooms/" + room + "/events?after=0").body();
        JsonNode page = reader.get("api/v1/rooms/" + room + "/messages").body();
        assertThat(log.toString() + page).doesNotContain(WORDS).contains("an answer");
        long head = log.path("head").asLong();
        assertThat(seqs(log.path("events")))
                .isEqualTo(LongStream.rangeClosed(1, head).boxed().toList());
        assertThat(log.at("/events/" + (seq - 1) + "/d/deleted").asBoolean()).isTrue();
        assertThat(log.at("/events/" + (seq - 1) + "/d/body").isNull()).isTrue();
        for (JsonNode message : page.path("messages")) {
            if (message.path("seq").asLong() == answer) {
                assertThat(message.path("reply_to").asLong()).isEqualTo(seq);
            }
        }
        try (var socket = ChatClient.resume(reader, room, epoch, 0)) {
            socket.expect("resumed");
            assertThat(socket.seqs(room))
                    .isEqualTo(LongStream.rangeClosed(1, head).boxed().toList());
            socket.answer(socket.send("fetch", room, Json.object().put("after", 0)));
            assertThat(socket.frames().toString()).doesNotContain(WORDS);
        }
    }

    private static List<Long> seqs(JsonNode events) {
        var seqs = new ArrayList<Long>();
        events.forEach(event -> seqs.add(event.path("seq").asLong()));
        return seqs;
    }

    private static ObjectNode reply(long to, String text) {
        return withText(Json.object().put("cid", ApiClient.cid()).put("reply_to", to), text);
    }

    private static ObjectNode withText(ObjectNode d, String text) {
        d.putObject("body").put("type", "text").put("text", text);
        return d;
    }

    @Test
    void whatIsHiddenIsBehindNoDoorUntilItComesBack() {
        var author = ApiClient.registered(base);
        var owner = ApiClient.registered(base);
        var admin = SharedServer.admin();
        String room = owner.room("private", author.user());
        long seq = author.post(room, WORDS[0]).body().path("seq").asLong();
        String message = "api/v1/rooms/" + room + "/messages/" + seq;
        author.call("PATCH", message, withText(Json.object(), WORDS[1]));
        try (var live = ChatClient.connect(author, room)) {
            var hidden = owner.call("PUT", message + "/hidden", Json.object().put("reason", "let me see"));
            JsonNode told = live.expectEvent(room, hidden.body().path("seq").asLong());

            assertThat(told.at("/d/hidden").asBoolean()).isTrue();
            assertThat(everyDoor(author, room)).doesNotContain(WORDS).contains("\"hidden\":true");
            assertThat(owner.get(message + "/withheld?reason=curious").code()).isEqualTo("forbidden");
            assertThat(admin.get(message + "/withheld").code()).isEqualTo("bad_request");
            assertThat(admin.get(message + "/withheld?reason=report").body().toString())
                    .contains(WORDS[0], WORDS[1]);

            var back = owner.call("DELETE", message + "/hidden", null);
            live.expectEvent(room, back.body().path("seq").asLong());
            assertThat(everyDoor(author, room)).contains(WORDS[0], WORDS[1]);
            assertThat(admin.get(message + "/withheld?reason=report").code()).isEqualTo("not_found");

            var seqs = Json.object();
            seqs.putArray("seqs").add(seq);
            var removed = owner.call("POST", "api/v1/rooms/" + room + "/messages/removal", seqs);
            live.expectEvent(room, removed.body().path("seq").asLong());
            assertThat(everyDoor(author, room)).doesNotContain(WORDS);
        }
        assertThat(admin.call("DELETE", message + "/hidden", null).status()).isEqualTo(200);
        author.call("DELETE", message, null);
        assertThat(admin.call("DELETE", message + "/hidden", null).code()).isEqualTo("conflict");
        assertThat(admin.get(message + "/withheld?reason=report").code()).isEqualTo("not_found");
        assertThat(everyDoor(author, room)).doesNotContain(WORDS);
    }

    /** The log and the history over HTTP, a replay on a socket and a fetch. */
    private static String everyDoor(ApiClient reader, String room) {
        JsonNode log = reader.get("api/v1/rooms/" + room + "/events?after=0").body();
        JsonNode page = reader.get("api/v1/rooms/" + room + "/messages").body();
        String epoch = page.path("ep").asText();
        try (var socket = ChatClient.resume(reader, room, epoch, 0)) {
            socket.expect("resumed");
            socket.answer(socket.send("fetch", room, Json.object().put("after", 0)));
            return log.toString() + page + socket.frames();
        }
    }

    @Test
    void aRetryOfADeletedMessageGetsTheFirstAnswerAndNotItsText() {
        var alice = ApiClient.registered(base);
        String room = alice.room("private");
        String cid = ApiClient.cid();
        long seq = alice.post(room, WORDS[0], cid).body().path("seq").asLong();
        alice.call("DELETE", "api/v1/rooms/" + room + "/messages/" + seq, null);

        var again = alice.post(room, WORDS[0], cid);

        assertThat(again.body().path("seq").asLong()).isEqualTo(seq);
        assertThat(again.body().path("dup").asBoolean()).isTrue();
        assertThat(alice.get("api/v1/rooms/" + room + "/events?after=0").body().toString())
                .doesNotContain(WORDS[0]);
    }

    @Test
    void answersToADeletedMessageStayAndItCanStillBeAnswered() {
        var author = ApiClient.registered(base);
        var others = List.of(ApiClient.registered(base), ApiClient.registered(base));
        String room = author.room("public");
        others.forEach(other -> other.join(room));
        long root = author.post(room, "root").body().path("seq").asLong();
        var replies = new ArrayList<Long>();
        for (int i = 0; i < 4; i++) {
            replies.add(answer(others.get(i % 2), room, root, root)
                    .body()
                    .path("seq")
                    .asLong());
        }
        replies.add(
                answer(author, room, replies.get(0), root).body().path("seq").asLong());
        author.call("DELETE", "api/v1/rooms/" + room + "/messages/" + root, null);

        var late = answer(others.get(0), room, root, root);
        var nowhere = answer(others.get(0), room, 1_000_000, 1_000_000);
        var newcomer = ApiClient.registered(base);
        newcomer.join(room);
        JsonNode page = newcomer.get("api/v1/rooms/" + room + "/messages?after=" + (root - 1))
                .body();

        assertThat(late.status()).as(late.body().toString()).isEqualTo(201);
        assertThat(nowhere.code()).isEqualTo("not_found");
        replies.add(late.body().path("seq").asLong());
        assertThat(page.at("/messages/0/seq").asLong()).isEqualTo(root);
        assertThat(page.at("/messages/0/deleted").asBoolean()).isTrue();
        var shown = new ArrayList<Long>();
        for (JsonNode message : page.path("messages")) {
            if (message.path("thread").asLong() == root
                    && !message.path("deleted").asBoolean()) {
                shown.add(message.path("seq").asLong());
                assertThat(message.at("/body/text").asText()).isEqualTo("a reply");
            }
        }
        assertThat(shown).isEqualTo(replies);
    }

    private static ApiClient.Reply answer(ApiClient who, String room, long to, long thread) {
        return who.call(
                "POST",
                "api/v1/rooms/" + room + "/messages",
                reply(to, "a reply").put("thread", thread));
    }
}
