package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one has not read, over HTTP and as badges, on the real server. */
class UnreadIT {
    private final URI base = SharedServer.base();
    private ApiClient alice;
    private ApiClient bob;
    private String room;

    @BeforeEach
    void twoMembers() {
        alice = ApiClient.registered(base);
        bob = ApiClient.registered(base);
        room = alice.room("private", bob.user());
    }

    private static String listed(ApiClient who, String room) {
        JsonNode view = who.get("api/v1/rooms/" + room).body();
        return view.path("unread").asInt() + "/" + view.path("mentions").asInt();
    }

    /** The counts of the badges of a room, each change once. */
    private static List<String> badges(ChatClient client, String room) {
        var badges = new ArrayList<String>();
        for (JsonNode frame : client.frames()) {
            if (frame.path("t").asText().equals("badge")
                    && frame.path("room").asText().equals(room)) {
                String counts = frame.at("/d/unread").asInt() + "/"
                        + frame.at("/d/mentions").asInt();
                if (badges.isEmpty() || !badges.getLast().equals(counts)) {
                    badges.add(counts);
                }
            }
        }
        return badges;
    }

    private static void shows(ChatClient client, String room, String counts) {
        await("badge " + counts)
                .atMost(ChatClient.PATIENCE)
                .untilAsserted(() -> assertThat(badges(client, room)).endsWith(counts));
    }

    private static long seq(ApiClient.Reply reply) {
        assertThat(reply.status()).as(reply.body().toString()).isBetween(200, 201);
        return reply.body().path("seq").asLong();
    }

    private static void edits(ApiClient who, String room, long seq, String text) {
        var body = Json.object();
        body.putObject("body").put("type", "text").put("text", text);
        assertThat(who.call("PATCH", "api/v1/rooms/" + room + "/messages/" + seq, body)
                        .status())
                .isEqualTo(200);
    }

    private static void deletes(ApiClient who, String room, long seq) {
        assertThat(who.call("DELETE", "api/v1/rooms/" + room + "/messages/" + seq, null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void punctuationNextToAMentionNeitherHidesNorWidensIt() {
        String name = "ann" + UUID.randomUUID().toString().replace("-", "").substring(0, 8);
        var ann = ApiClient.registered(base, name);
        var lee = ApiClient.registered(base, name + ".lee");
        String den = alice.room("private", ann.user(), lee.user());
        Map<String, String> texts = new LinkedHashMap<>(); // text to whom it mentions
        for (String text : List.of("(@ann)", "@ann.", "@ann, hi", "@ann's", "¿@ann?", "「@ann」")) {
            texts.put(text, ann.user());
        }
        texts.put("@ann.lee.", lee.user());
        texts.put("@ann.lee's", lee.user());
        for (String text : List.of("@ann.le", "@annx", "x@ann")) {
            texts.put(text, "");
        }
        try (var a = ChatClient.connect(ann, den)) {
            texts.forEach((text, mentioned) -> {
                long seq = seq(alice.post(den, text.replace("ann", name)));
                JsonNode mentions = a.expectEvent(den, seq).at("/d/mentions");
                var users = new ArrayList<String>();
                mentions.forEach(mention -> users.add(mention.path("user").asText()));
                assertThat(users).as(text).isEqualTo(mentioned.isEmpty() ? List.of() : List.of(mentioned));
                if (!mentioned.isEmpty()) {
                    assertThat(mentions.get(0).path("offset").asInt()).as(text).isEqualTo(text.indexOf('@'));
                }
            });
        }
        assertThat(listed(ann, den)).isEqualTo("11/6");
        assertThat(listed(lee, den)).isEqualTo("11/2");
    }

    @Test
    void deletedMessagesLeaveTheBadgeOfThoseWhoWereAwayAndOfThoseWhoAreHere() {
        for (String text : List.of("one", "two @" + bob.username(), "three", "four @" + bob.username(), "five")) {
            seq(alice.post(room, text));
        }
        try (var listens = ChatClient.connect(bob, room);
                var elsewhere = ChatClient.connect(bob)) {
            shows(elsewhere, room, "5/2");
            long first = alice.get("api/v1/rooms/" + room + "/messages")
                    .body()
                    .at("/messages/0/seq")
                    .asLong();

            deletes(alice, room, first);
            deletes(alice, room, first + 1);

            shows(elsewhere, room, "3/1");
            shows(listens, room, "3/1");
            assertThat(listed(bob, room)).isEqualTo("3/1");

            ApiClient staff = SharedServer.admin(); // of one's own nothing is kept to be brought back
            var many = Json.object();
            many.putArray("seqs").add(first + 2).add(first + 3);
            staff.call("POST", "api/v1/rooms/" + room + "/messages/removal", many);
            shows(elsewhere, room, "1/0");
            shows(listens, room, "1/0");
            staff.call("DELETE", "api/v1/rooms/" + room + "/messages/" + (first + 3) + "/hidden", null);

            shows(elsewhere, room, "2/1");
            shows(listens, room, "2/1");
        }
        try (var later = ChatClient.connect(bob)) {
            shows(later, room, "2/1");
        }
    }

    @Test
    void onlyMessagesOfOthersCount() {
        var carol = ApiClient.registered(base);
        try (var reads = ChatClient.connect(bob, room);
                var badge = ChatClient.connect(bob);
                var b = ChatClient.connect(bob, room)) {
            long seq = seq(alice.post(room, "one"));
            shows(badge, room, "1/0");
            reads.expectOk(reads.send("read", room, Json.object().put("seq", seq)));
            shows(badge, room, "0/0");
            int before = badges(badge, room).size();

            var invite = Json.object().put("user", carol.user());
            assertThat(alice.call("POST", "api/v1/rooms/" + room + "/members", invite)
                            .status())
                    .isEqualTo(200);
            edits(alice, room, seq, "one, mended");
            assertThat(alice.call("PATCH", "api/v1/rooms/" + room, Json.object().put("topic", "a topic"))
                            .status())
                    .isEqualTo(200);
            long mine = b.posts(room, "from another device").path("seq").asLong();
            badge.expect(
                    "the marker at the own message",
                    frame -> frame.path("t").asText().equals("badge")
                            && frame.at("/d/read").asLong() == mine);
            assertThat(badges(badge, room)).hasSize(before);
            assertThat(listed(bob, room)).isEqualTo("0/0");

            seq(alice.post(room, "two"));
            shows(badge, room, "1/0");
            assertThat(listed(bob, room)).isEqualTo("1/0");
        }
    }

    @Test
    void readingOnOneDeviceIsToldToTheOthers() {
        try (var laptop = ChatClient.connect(bob, room);
                var phone = ChatClient.connect(bob, room);
                var tablet = ChatClient.connect(bob);
                var a = ChatClient.connect(alice, room)) {
            long seq = seq(alice.post(room, "hello @" + bob.username()));
            shows(tablet, room, "1/1");

            laptop.expectOk(laptop.send("read", room, Json.object().put("seq", seq)));

            for (var other : List.of(phone, tablet)) {
                JsonNode read = other.expect("read");
                assertThat(read.path("room").asText()).isEqualTo(room);
                assertThat(read.path("d").toString())
                        .isEqualTo("{\"user\":\"" + bob.user() + "\",\"seq\":" + seq + "}");
                shows(other, room, "0/0");
            }
            a.roundTrip();
            laptop.roundTrip();
            for (var nobody : List.of(a, laptop)) {
                assertThat(nobody.frames())
                        .noneMatch(frame -> frame.path("t").asText().equals("read"));
            }
        }
    }

    @Test
    void aMarkerStaysWithinTheRoomAndNeverGoesBack() {
        long one = seq(alice.post(room, "one"));
        long two = seq(alice.post(room, "two"));
        try (var b = ChatClient.connect(bob, room);
                var phone = ChatClient.connect(bob, room)) {
            JsonNode ok = b.expectOk(b.send("read", room, Json.object().put("seq", two + 1_000)));
            assertThat(ok.path("seq").asLong()).isEqualTo(two);
            assertThat(phone.expect("read").at("/d/seq").asLong()).isEqualTo(two);

            JsonNode back = b.expectOk(b.send("read", room, Json.object().put("seq", one)));

            assertThat(back.path("seq").asLong()).isEqualTo(two);
            JsonNode view = bob.get("api/v1/rooms/" + room).body();
            assertThat(view.path("read").asLong()).isEqualTo(two);
            assertThat(view.path("unread").asInt()).isZero();
        }
    }

    @Test
    void whoIsRemovedGetsNoBadgeOfTheRoomAnyMore() {
        String other = alice.room("private", bob.user());
        try (var b = ChatClient.connect(bob)) {
            shows(b, room, "0/0");
            shows(b, other, "0/0");
            assertThat(alice.call("DELETE", "api/v1/rooms/" + room + "/members/" + bob.user(), null)
                            .status())
                    .isEqualTo(200);
            for (int i = 0; i < 5; i++) {
                seq(alice.post(room, "without bob, @" + bob.username()));
            }

            seq(alice.post(other, "with bob"));
            shows(b, other, "1/0"); // told in a round after those messages

            assertThat(badges(b, room)).containsExactly("0/0");
        }
    }

    @Test
    void aHotRoomIsToldAFewTimesAndEndsAtNinetyNinePlus() {
        try (var b = ChatClient.connect(bob);
                var a = ChatClient.connect(alice, room)) {
            shows(b, room, "0/0");
            var ids = new ArrayList<String>();
            for (int i = 0; i < 150; i++) {
                ids.add(a.post(room, "message " + i, ApiClient.cid()));
            }
            ids.forEach(a::expectOk);

            shows(b, room, "100/0");
            assertThat(badges(b, room).size()).isLessThan(30);
        }
    }
}
