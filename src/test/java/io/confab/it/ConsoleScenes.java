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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** What staff see and do at one node of three holds for the two others as well; each scene leaves all of them healthy. */
record ConsoleScenes(ServerProcess one, ServerProcess two, ServerProcess three) {
    static final Duration SOON = Duration.ofSeconds(10);
    private static final String ADMIN_PASSWORD = SharedServer.WIDE.get("confab.admin.password");

    private static final Pattern SOCKETS = Pattern.compile("data-figure=\"sockets\">(\\d+)<");

    static ApiClient admin(ServerProcess at) {
        var admin = new ApiClient(at.base());
        admin.login("admin", ADMIN_PASSWORD);
        return admin;
    }

    /** As this node shows the one of that name. */
    static JsonNode nodeNamed(ServerProcess at, String name) {
        for (JsonNode node : admin(at).get("api/v1/nodes").body().path("nodes")) {
            if (node.path("name").asText().equals(name)
                    && !node.path("state").asText().equals("stopped")) {
                return node;
            }
        }
        return Json.object();
    }

    private List<ServerProcess> all() {
        return List.of(one, two, three);
    }

    /** Ann, Ben and Cat, at a node each, in a public room of Ann's. */
    private record People(ApiClient ann, ApiClient ben, ApiClient cat, String room) {
        List<ChatClient> sockets() {
            return List.of(ChatClient.connect(ann, room), ChatClient.connect(ben, room), ChatClient.connect(cat, room));
        }
    }

    private People people() {
        var ann = ApiClient.registered(one.base());
        var ben = ApiClient.registered(two.base());
        var cat = ApiClient.registered(three.base());
        String room = ann.room("public");
        ben.join(room);
        cat.join(room);
        return new People(ann, ben, cat, room);
    }

    private static long sum(JsonNode counts) {
        return LongStream.range(0, counts.size())
                .map(i -> counts.path((int) i).asLong())
                .sum();
    }

    /** Each shows all, and their sums are the same wherever one looks. */
    void figures() {
        People people = people();
        List<ChatClient> sockets = people.sockets();
        try {
            sockets.getFirst().posts(people.room(), "counted at node one");
            sockets.getLast().expect("msg.new");
            await().atMost(SOON).untilAsserted(() -> {
                JsonNode figures = nodeNamed(two, "n1").path("figures");
                assertThat(sum(figures.at("/send_ok/n"))).isPositive();
                assertThat(figures.path("messages").asLong()).isPositive();
                for (ServerProcess asked : all()) {
                    long together = 0;
                    for (String name : List.of("n1", "n2", "n3")) {
                        JsonNode node = nodeNamed(asked, name);
                        assertThat(node.path("state").asText()).as(name).isEqualTo("ready");
                        assertThat(node.at("/figures/sockets").asLong())
                                .as(name)
                                .isPositive();
                        together += node.at("/figures/sockets").asLong();
                    }
                    String overview = ConsoleClient.signedIn(asked.base(), "admin", ADMIN_PASSWORD)
                            .get("overview")
                            .html();
                    assertThat(overview).contains("data-figure=\"nodes\">3<");
                    var shown = SOCKETS.matcher(overview);
                    assertThat(shown.find()).isTrue();
                    assertThat(Long.parseLong(shown.group(1))).isEqualTo(together);
                }
            });
        } finally {
            sockets.forEach(ChatClient::close);
        }
    }

    /** Gives it, and waits until each node has said what came of it; by the name of the node. */
    private static Map<String, JsonNode> ordered(ServerProcess at, String node, ObjectNode order) {
        ApiClient admin = admin(at);
        ApiClient.Reply given = admin.call("POST", "api/v1/nodes/" + node + "/orders", order);
        assertThat(given.status()).as("%s", given.body()).isEqualTo(202);
        String path = "api/v1/nodes/orders/" + given.body().path("order").asText();
        var outcomes = new HashMap<String, JsonNode>();
        await().atMost(SOON).until(() -> {
            for (JsonNode each : admin.get(path).body().path("orders")) {
                if (each.has("done_at")) {
                    outcomes.put(each.path("name").asText(), each);
                }
            }
            return outcomes.size() == given.body().path("orders").size();
        });
        return outcomes;
    }

    /** Given at one node, carried out by each or by the one that is meant. */
    void orders() {
        People people = people();
        List<ChatClient> sockets = people.sockets();
        ChatClient bens = sockets.get(1);
        try {
            var tested = ordered(one, "all", Json.object().put("do", "self_test"));
            assertThat(tested).containsOnlyKeys("n1", "n2", "n3");
            tested.forEach((name, outcome) -> {
                assertThat(outcome.path("state").asText()).isEqualTo("done");
                assertThat(List.of("n1", "n2", "n3"))
                        .filteredOn(other -> !other.equals(name))
                        .allMatch(other ->
                                outcome.path("outcome").asText().contains("broker: to " + other + " and back"));
            });

            var level = Json.object()
                    .put("do", "log_level")
                    .put("logger", "io.confab.badge")
                    .put("level", "info")
                    .put("minutes", 1);
            var levels = ordered(three, "all", level);
            assertThat(levels).containsOnlyKeys("n1", "n2", "n3");
            assertThat(levels.values())
                    .allSatisfy(
                            each -> assertThat(each.path("outcome").asText()).contains("io.confab.badge is info"));

            String second = nodeNamed(one, "n2").path("id").asText();
            ObjectNode ofBen = Json.object().put("user", people.ben().user());
            var listed = ordered(one, "all", ofBen.deepCopy().put("do", "list_sockets"));
            assertThat(Json.read(listed.get("n1").path("outcome").asText())).isEmpty();
            assertThat(Json.read(listed.get("n3").path("outcome").asText())).isEmpty();
            String socket = Json.read(listed.get("n2").path("outcome").asText())
                    .path(0)
                    .path("socket")
                    .asText();
            ordered(three, second, ofBen.deepCopy().put("do", "close_sockets").put("socket", socket));
            bens.expect("reconnect");
            assertThat(bens.expectClose()).isEqualTo(4301);
            drainedAndBack(second);
            ChatClient.connect(people.ben(), people.room()).close();
        } finally {
            sockets.forEach(ChatClient::close);
        }
    }

    /** Ordered at node one, seen at node three. */
    private void drainedAndBack(String second) {
        ordered(one, second, Json.object().put("do", "drain"));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(new ApiClient(two.base()).get("health/ready").status()).isEqualTo(503);
            assertThat(nodeNamed(three, "n2").path("state").asText()).startsWith("drain");
        });
        var back = ordered(one, second, Json.object().put("do", "undrain"));
        assertThat(back.get("n2").path("outcome").asText()).startsWith("ready again");
        assertThat(new ApiClient(two.base()).get("health/ready").status()).isEqualTo(200);
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
