package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What staff see and do at one node of three holds for the two others as well; each scene leaves all of them healthy. */
record ConsoleScenes(ServerProcess one, ServerProcess two, ServerProcess three) {
    static final Duration SOON = Duration.ofSeconds(10);
    static final String ADMIN_PASSWORD = SharedServer.WIDE.get("confab.admin.password");

    static ApiClient admin(ServerProcess at) {
        var admin = new ApiClient(at.base());
        admin.login("admin", ADMIN_PASSWORD);
        return admin;
    }

    /** The open case about a message of this room, which has one. */
    static String caseOf(ApiClient staff, String room) {
        for (JsonNode row : staff.get("api/v1/cases").body().path("cases")) {
            if (row.path("room").asText().equals(room)) {
                return row.path("case").asText();
            }
        }
        throw new AssertionError("no case is about room " + room);
    }

    /** As this node shows the one of that name. */
    static JsonNode nodeNamed(ServerProcess at, String name) {
        return nodeNamed(admin(at), name);
    }

    static JsonNode nodeNamed(ApiClient admin, String name) {
        for (JsonNode node : admin.get("api/v1/nodes").body().path("nodes")) {
            if (node.path("name").asText().equals(name)
                    && !node.path("state").asText().equals("stopped")) {
                return node;
            }
        }
        return Json.object();
    }

    List<ServerProcess> all() {
        return List.of(one, two, three);
    }

    /** Ann, Ben and Cat, at a node each, in a public room of Ann's. */
    record People(ApiClient ann, ApiClient ben, ApiClient cat, String room) {
        List<ChatClient> sockets() {
            return List.of(ChatClient.connect(ann, room), ChatClient.connect(ben, room), ChatClient.connect(cat, room));
        }
    }

    People people() {
        var ann = ApiClient.registered(one.base());
        var ben = ApiClient.registered(two.base());
        var cat = ApiClient.registered(three.base());
        String room = ann.room("public");
        ben.join(room);
        cat.join(room);
        return new People(ann, ben, cat, room);
    }

    /** Each done at node three, on people of the two others. */
    void acts() {
        People people = people();
        ApiClient admin = admin(three);
        ApiClient ben = people.ben();
        var benAtOne = ben.signedInAgain().at(one.base());
        var cat = people.cat().at(two.base());
        try (var here = ChatClient.connect(benAtOne);
                var there = ChatClient.connect(ben);
                var phone = ChatClient.connect(cat);
                var atOne = ChatClient.connect(cat.at(one.base()))) {
            String mute = "api/v1/rooms/" + people.room() + "/sanctions/" + ben.user() + "/mute";
            assertThat(admin.call("PUT", mute, Json.object().put("reason", "a test"))
                            .status())
                    .isEqualTo(200);
            for (ApiClient each : List.of(ben, benAtOne)) {
                assertThat(each.post(people.room(), "may I?").code()).isEqualTo("muted");
            }

            assertThat(admin.call("PUT", "api/v1/users/" + ben.user() + "/suspension", Json.object())
                            .status())
                    .isEqualTo(200);
            assertThat(here.expectClose()).isEqualTo(4503);
            assertThat(there.expectClose()).isEqualTo(4503);

            var console = ConsoleClient.signedIn(three.base(), "admin", ADMIN_PASSWORD);
            assertThat(console.act("do=sign-out.all&user=" + cat.user(), "a lost laptop", Map.of())
                            .status())
                    .isEqualTo(302);
            assertThat(phone.expectClose()).isEqualTo(4508);
            assertThat(atOne.expectClose()).isEqualTo(4508);
        }
    }

    /** Decided at node three: what registration asks for, and what a rule refuses. */
    void policies() {
        People people = people();
        ApiClient admin = admin(three);
        var closed = Json.object().put("registration", "closed").put("reason", "a test");
        assertThat(admin.call("PUT", "api/v1/policies/registration", closed).status())
                .isEqualTo(200);
        try {
            for (ServerProcess node : List.of(one, two)) {
                var person = Json.object()
                        .put("username", "u" + ApiClient.cid().substring(0, 8))
                        .put("password", ApiClient.PASSWORD);
                assertThat(new ApiClient(node.base())
                                .call("POST", "api/v1/register", person)
                                .status())
                        .isEqualTo(403);
            }
        } finally {
            admin.call("PUT", "api/v1/policies/registration", closed.put("registration", "open"));
        }
        String rule = blocking(admin, "quuxword");
        for (ApiClient each : List.of(people.ben(), people.cat(), people.ben().at(one.base()))) {
            await().atMost(SOON)
                    .until(() -> each.post(people.room(), "a quuxword").code().equals("blocked_by_rule"));
        }
        String path = "api/v1/rules/" + rule;
        long revision = admin.get(path).body().path("revision").asLong();
        assertThat(admin.call("DELETE", path + "?revision=" + revision, null).status())
                .isEqualTo(200);
    }

    /** A rule that is on. */
    private static String blocking(ApiClient admin, String word) {
        ObjectNode rule =
                Json.object().put("name", "of a test").put("act", "block").put("told", "Not here.");
        rule.putObject("trigger").put("kind", "words").putArray("words").add(word);
        ObjectNode body = Json.object().put("cid", ApiClient.cid());
        body.set("rule", rule);
        ApiClient.Reply made = admin.call("POST", "api/v1/rules", body);
        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        String path = "api/v1/rules/" + made.body().path("id").asText();
        assertThat(admin.call("POST", path + "/dry-run", null).status()).isEqualTo(202);
        await().atMost(SOON)
                .until(() -> admin.get(path + "/dry-run")
                        .body()
                        .path("state")
                        .asText()
                        .equals("done"));
        var on = Json.object().put("mode", "on").put("sure", true).put("revision", 1);
        assertThat(admin.call("PUT", path + "/mode", on).status()).isEqualTo(200);
        return made.body().path("id").asText();
    }

    /** What the node says of a message's delivery. */
    private static JsonNode delivery(ServerProcess at, String room, long seq, String more) {
        ApiClient.Reply reply = admin(at).get("api/v1/rooms/" + room + "/messages/" + seq + "/delivery?" + more);
        assertThat(reply.status()).as("%s", reply.body()).isEqualTo(200);
        return reply.body();
    }

    private static List<String> nodeStates(JsonNode delivery) {
        var states = new ArrayList<String>();
        delivery.path("nodes")
                .forEach(node -> states.add(node.path("node").asText()
                        + " " + node.path("state").asText()
                        + " " + node.path("way").asText()));
        return states;
    }

    /** Any node says who got a message, and names the one that does not answer. */
    void deliveryOfAMessage() {
        People people = people();
        String room = people.room();
        String bob = people.ben().user();
        List<ChatClient> sockets = people.sockets();
        ChatClient b = sockets.get(1);
        long seq = sockets.getFirst().posts(room, "dinner?").path("seq").asLong();
        try {
            b.expectEvent(room, seq);
            for (ServerProcess asked : all()) {
                await().atMost(SOON).untilAsserted(() -> {
                    JsonNode known = delivery(asked, room, seq, "user=" + bob);
                    assertThat(nodeStates(known))
                            .containsExactly("n1 arrived committed", "n2 arrived broker", "n3 arrived broker");
                    assertThat(known.at("/people/0/sockets")).hasSize(1);
                    assertThat(known.at("/people/0/sockets/0/node").asText()).isEqualTo("n2");
                    assertThat(known.at("/people/0/sockets/0/standing").asText())
                            .isEqualTo("sent");
                    assertThat(known.at("/people/0/read").asBoolean()).isFalse();
                    assertThat(known.path("read").toString()).isEqualTo("{\"by\":0,\"of\":2}");
                });
            }

            b.expectOk(b.send("read", room, Json.object().put("seq", seq)));
            JsonNode all = delivery(one, room, seq, "");
            assertThat(all.path("people")).hasSize(3);
            assertThat(all.path("read").toString()).isEqualTo("{\"by\":1,\"of\":2}");

            two.freeze();
            long begun = System.nanoTime();
            JsonNode half;
            try {
                half = delivery(one, room, seq, "user=" + bob);
            } finally {
                two.thaw();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofMillis(900), SOON);
            assertThat(nodeStates(half)).containsExactly("n1 arrived committed", "n2 silent ", "n3 arrived broker");
            assertThat(half.at("/people/0/read").asBoolean()).isTrue();
            assertThat(half.at("/people/0/sockets")).isEmpty();
            b.roundTrip();
        } finally {
            sockets.forEach(ChatClient::close);
        }
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(delivery(two, room, seq, "user=" + bob).at("/people/0/sockets"))
                                .isEmpty());
    }
}
