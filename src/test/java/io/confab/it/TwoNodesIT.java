package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.BrokerProcess;
import io.confab.it.support.ChatClient;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two nodes of the real WAR on one PostgreSQL and one external Artemis. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static BrokerProcess broker;
    private static ServerProcess one;
    private static ServerProcess two;

    @BeforeAll
    static void startNodes() {
        broker = BrokerProcess.start();
        String database = PostgresServer.shared().freshDatabase();
        one = node("n1", database);
        two = node("n2", database);
        one.awaitReady();
        two.awaitReady();
    }

    private static ServerProcess node(String name, String database) {
        var settings = new HashMap<String, String>(SharedServer.WIDE);
        settings.put("confab.node", name);
        settings.put("confab.db.url", database);
        settings.put("confab.broker.url", broker.url());
        return ServerProcess.start(Map.copyOf(settings));
    }

    @AfterAll
    static void stopNodes() {
        one.close();
        two.close();
        broker.close();
    }

    /** The same person on the other node: a token is good on both. */
    private static ChatClient on(ServerProcess node, ApiClient who, String room) {
        var d = Json.object();
        d.putObject("rooms").putObject(room);
        var client = ChatClient.open(node.base(), who.access());
        client.send("hello", null, d);
        client.expect("resumed");
        return client;
    }

    /** A device on this node that listens to no room. */
    private static ChatClient silentOn(ServerProcess node, ApiClient who) {
        var client = ChatClient.open(node.base(), who.access());
        client.send("hello", null, Json.object());
        client.expect("resumed");
        return client;
    }

    private static void expectBadge(ChatClient client, String room, int unread) {
        client.expect(
                "a badge of " + unread,
                frame -> frame.path("t").asText().equals("badge")
                        && frame.path("room").asText().equals(room)
                        && frame.at("/d/unread").asInt() == unread);
    }

    private static JsonNode broker(URI base) {
        var health = new ApiClient(base).get("health/ready").body();
        for (JsonNode check : health.path("checks")) {
            if (check.path("name").asText().equals("broker")) {
                return check.path("data");
            }
        }
        throw new AssertionError("no broker check in " + health);
    }

    @Test
    @Order(1)
    void eachSeesTheOthersEvents() {
        await().atMost(SOON)
                .until(() -> broker(one.base()).path("broker").asText().equals("up"));
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("public");
        bob.join(room);
        try (var a = on(one, alice, room);
                var b = on(two, bob, room)) {
            long first = a.posts(room, "from one").path("seq").asLong();
            assertThat(b.expectEvent(room, first).at("/d/body/text").asText()).isEqualTo("from one");
            long second = b.posts(room, "from two").path("seq").asLong();
            assertThat(a.expectEvent(room, second).at("/d/body/text").asText()).isEqualTo("from two");
        }
    }

    @Test
    @Order(2)
    void sendersOnBothNodesGiveOneOrderWithoutHolesAndEachCidOnce() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("public");
        bob.join(room);
        try (var a = on(one, alice, room);
                var b = on(two, bob, room)) {
            var requests = new ArrayList<Runnable>();
            for (int i = 0; i < 100; i++) {
                String cid = ApiClient.cid();
                String fromA = a.post(room, "a" + i, cid);
                String fromB = b.post(room, "b" + i, ApiClient.cid());
                requests.add(() -> a.expectOk(fromA));
                requests.add(() -> b.expectOk(fromB));
            }
            requests.forEach(Runnable::run);
            long head = alice.get("api/v1/rooms/" + room).body().path("head").asLong();
            a.expectEvent(room, head);
            b.expectEvent(room, head);

            assertThat(b.seqs(room)).isSorted().doesNotHaveDuplicates();
            assertThat(a.seqs(room)).isEqualTo(b.seqs(room)).hasSize(200);
            assertThat(texts(a, room, "a")).isEqualTo(texts(b, room, "a")).hasSize(100);
            assertThat(texts(b, room, "b").getLast()).isEqualTo("b99");
        }
    }

    private static List<String> texts(ChatClient client, String room, String prefix) {
        return client.events(room).stream()
                .map(event -> event.at("/d/body/text").asText())
                .filter(text -> text.startsWith(prefix))
                .toList();
    }

    @Test
    @Order(3)
    void aRetryOnTheOtherNodeGetsTheFirstAnswer() {
        var alice = ApiClient.registered(one.base());
        String room = alice.room("private");
        String cid = ApiClient.cid();
        try (var a = on(one, alice, room);
                var b = on(two, alice, room)) {
            JsonNode first = a.expectOk(a.post(room, "once", cid));
            JsonNode again = b.expectOk(b.post(room, "once", cid));

            assertThat(again.path("seq")).isEqualTo(first.path("seq"));
            assertThat(again.path("ts")).isEqualTo(first.path("ts"));
            assertThat(again.path("dup").asBoolean()).isTrue();
        }
    }

    @Test
    @Order(4)
    void whoWasRemovedOnOneNodeGetsNothingMoreOnTheOther() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("private", bob.user());
        try (var a = on(one, alice, room);
                var b = on(two, bob, room)) {
            a.posts(room, "before");
            long removal = a.expectOk(a.send("room.kick", room, Json.object().put("user", bob.user())))
                    .path("seq")
                    .asLong();
            for (int i = 0; i < 20; i++) {
                a.posts(room, "secret " + i);
            }
            b.expect("room.removed");
            b.roundTrip();

            assertThat(b.seqs(room)).last().isEqualTo(removal);
            b.expectErr(b.send("fetch", room, Json.object().put("after", 0)), "not_found");
            assertThat(b.frames().toString()).doesNotContain("secret");
        }
    }

    @Test
    @Order(5)
    void anEndedSignInClosesItsSocketsOnBothNodes() {
        var alice = ApiClient.registered(one.base());
        String room = alice.room("private");
        try (var a = on(one, alice, room);
                var b = on(two, alice, room)) {
            assertThat(alice.call("DELETE", "api/v1/sessions", null).status()).isEqualTo(204);

            assertThat(a.expectClose()).isEqualTo(4508);
            assertThat(b.expectClose()).isEqualTo(4508);
            try (var late = ChatClient.open(two.base(), alice.access())) {
                assertThat(late.expectClose()).isEqualTo(4500);
            }
        }
    }

    @Test
    @Order(6)
    void suspensionClosesSocketsOnBothNodes() {
        var bob = ApiClient.registered(two.base());
        String room = bob.room("private");
        var admin = new ApiClient(one.base());
        admin.login("admin", SharedServer.WIDE.get("confab.admin.password"));
        try (var a = on(one, bob, room);
                var b = on(two, bob, room)) {
            var reply = admin.call("PUT", "api/v1/users/" + bob.user() + "/suspension", Json.object());
            assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);

            assertThat(a.expectClose()).isEqualTo(4503);
            assertThat(b.expectClose()).isEqualTo(4503);
        }
    }

    @Test
    @Order(6)
    void badgesAndReadMarkersReachTheDevicesOnTheOtherNode() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(one.base());
        String room = alice.room("private", bob.user());
        try (var laptop = on(one, bob, room);
                var phone = silentOn(two, bob);
                var tablet = on(two, bob, room)) {
            expectBadge(phone, room, 0);
            long seq = alice.post(room, "hello").body().path("seq").asLong();
            expectBadge(phone, room, 1);

            laptop.expectOk(laptop.send("read", room, Json.object().put("seq", seq)));

            for (var other : List.of(phone, tablet)) {
                JsonNode read = other.expect("read");
                assertThat(read.at("/d/seq").asLong()).isEqualTo(seq);
                int after = other.frames().indexOf(read);
                other.expect(
                        "a badge of 0 after it",
                        frame -> frame.path("t").asText().equals("badge")
                                && frame.at("/d/unread").asInt() == 0
                                && other.frames().lastIndexOf(frame) > after);
            }
        }
    }

    @Test
    @Order(7)
    void withTheBrokerKilledEachStillSeesTheOthersEventsFromTheLog() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("public");
        bob.join(room);
        try (var a = on(one, alice, room);
                var b = on(two, bob, room);
                var phone = silentOn(two, bob)) {
            expectBadge(phone, room, 0);
            a.posts(room, "with broker");
            expectBadge(phone, room, 1);
            broker.kill9();
            var seqs = new HashSet<Long>();
            for (int i = 0; i < 20; i++) {
                seqs.add(a.posts(room, "without broker " + i).path("seq").asLong());
            }
            seqs.forEach(seq -> b.expectEvent(room, seq));
            expectBadge(phone, room, 21);
            assertThat(b.seqs(room)).isSorted().doesNotHaveDuplicates();
            await().atMost(SOON)
                    .until(() -> broker(one.base()).path("broker").asText().equals("down"));

            broker.restart();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> broker(one.base()).path("broker").asText().equals("up")
                            && broker(two.base()).path("broker").asText().equals("up"));
            long after = b.posts(room, "broker again").path("seq").asLong();
            a.expectEvent(room, after);
        }
    }

    @Test
    @Order(8)
    void killedInTheMiddleOfABurstNothingAcknowledgedIsLostAndNothingComesTwice() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("public");
        bob.join(room);
        var cids = new ArrayList<String>();
        var acknowledged = new HashMap<String, Long>();
        try (var b = on(two, bob, room)) {
            var a = on(one, alice, room);
            for (int i = 0; i < 300; i++) {
                cids.add("k" + i);
                a.post(room, "message " + i, "k" + i);
                if (i == 150) {
                    a.expect("an ok", frame -> frame.path("t").asText().equals("ok"));
                    one.kill9();
                }
            }
            a.expectClose();
            a.frames().stream()
                    .filter(frame -> frame.path("t").asText().equals("ok")
                            && frame.at("/d/cid").isTextual())
                    .forEach(ok -> acknowledged.put(
                            ok.at("/d/cid").asText(), ok.at("/d/seq").asLong()));
            assertThat(acknowledged).isNotEmpty();

            try (var again = on(two, alice, room)) {
                for (int i = 0; i < 300; i++) {
                    JsonNode ok = again.expectOk(again.post(room, "message " + i, cids.get(i)));
                    Long first = acknowledged.get(cids.get(i));
                    if (first != null) {
                        assertThat(ok.path("seq").asLong()).isEqualTo(first);
                        assertThat(ok.path("dup").asBoolean()).isTrue();
                    }
                }
            }
            long head = bob.get("api/v1/rooms/" + room).body().path("head").asLong();
            b.expectEvent(room, head);
            assertThat(b.seqs(room)).isSorted().doesNotHaveDuplicates();
            assertThat(texts(b, room, "message")).hasSize(300).doesNotHaveDuplicates();
        }
        one.restart().awaitReady();
    }
}
