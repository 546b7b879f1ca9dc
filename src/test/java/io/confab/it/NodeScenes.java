package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ServerProcess;
import io.confab.kernel.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What each of three nodes shows of all, and what any of them tells the others to do; each scene leaves them healthy. */
record NodeScenes(ConsoleScenes console) {
    private static final Pattern SOCKETS = Pattern.compile("data-figure=\"sockets\">(\\d+)<");

    private static long sum(JsonNode counts) {
        return LongStream.range(0, counts.size())
                .map(i -> counts.path((int) i).asLong())
                .sum();
    }

    /** Of all nodes that live. */
    private static long sockets(ApiClient admin) {
        return Stream.of("n1", "n2", "n3")
                .mapToLong(name -> ConsoleScenes.nodeNamed(admin, name)
                        .at("/figures/sockets")
                        .asLong())
                .sum();
    }

    /** Each shows all, and their sums are the same wherever one looks. */
    void figures() {
        ConsoleScenes.People people = console.people();
        List<ChatClient> sockets = people.sockets();
        try {
            sockets.getFirst().posts(people.room(), "counted at node one");
            sockets.getLast().expect("msg.new");
            List<ApiClient> admins =
                    console.all().stream().map(ConsoleScenes::admin).toList();
            List<ConsoleClient> consoles = console.all().stream()
                    .map(node -> ConsoleClient.signedIn(node.base(), "admin", ConsoleScenes.ADMIN_PASSWORD))
                    .toList();
            await().atMost(ConsoleScenes.SOON).untilAsserted(() -> {
                JsonNode figures = ConsoleScenes.nodeNamed(admins.get(1), "n1").path("figures");
                assertThat(sum(figures.at("/send_ok/n"))).isPositive();
                assertThat(figures.path("messages").asLong()).isPositive();
                for (ApiClient asked : admins) {
                    for (String name : List.of("n1", "n2", "n3")) {
                        JsonNode node = ConsoleScenes.nodeNamed(asked, name);
                        assertThat(node.path("state").asText()).as(name).isEqualTo("ready");
                        assertThat(node.at("/figures/sockets").asLong())
                                .as(name)
                                .isPositive();
                    }
                }
                for (ConsoleClient console : consoles) {
                    String overview = console.get("overview").html();
                    assertThat(overview).contains("data-figure=\"nodes\">3<");
                    var shown = SOCKETS.matcher(overview);
                    assertThat(shown.find()).isTrue();
                    assertThat(Long.parseLong(shown.group(1))).isEqualTo(sockets(admins.getFirst()));
                }
            });
        } finally {
            sockets.forEach(ChatClient::close);
        }
    }

    /** What came of an order, by the name of the node. */
    private record Given(ApiClient admin, String path, int nodes) {
        static Given at(ServerProcess node, String to, ObjectNode order) {
            ApiClient admin = ConsoleScenes.admin(node);
            ApiClient.Reply given = admin.call("POST", "api/v1/nodes/" + to + "/orders", order);
            assertThat(given.status()).as("%s", given.body()).isEqualTo(202);
            String path = "api/v1/nodes/orders/" + given.body().path("order").asText();
            return new Given(admin, path, given.body().path("orders").size());
        }

        /** Waits until each node has said so. */
        Map<String, JsonNode> outcomes() {
            var outcomes = new HashMap<String, JsonNode>();
            await().atMost(ConsoleScenes.SOON).until(() -> {
                for (JsonNode each : admin.get(path).body().path("orders")) {
                    if (each.has("done_at")) {
                        outcomes.put(each.path("name").asText(), each);
                    }
                }
                return outcomes.size() == nodes;
            });
            return outcomes;
        }
    }

    /** Given at one node, carried out by each or by the one that is meant. */
    void orders() {
        ConsoleScenes.People people = console.people();
        List<ChatClient> sockets = people.sockets();
        ChatClient bens = sockets.get(1);
        try {
            ObjectNode ofBen = Json.object().put("user", people.ben().user());
            var level = Json.object()
                    .put("do", "log_level")
                    .put("logger", "io.confab.badge")
                    .put("level", "info")
                    .put("minutes", 1);
            Given test = Given.at(console.one(), "all", Json.object().put("do", "self_test"));
            Given set = Given.at(console.three(), "all", level);
            var listed = Given.at(console.one(), "all", ofBen.deepCopy().put("do", "list_sockets"))
                    .outcomes();
            var tested = test.outcomes();
            assertThat(tested).containsOnlyKeys("n1", "n2", "n3");
            tested.forEach((name, outcome) -> {
                assertThat(outcome.path("state").asText()).isEqualTo("done");
                assertThat(List.of("n1", "n2", "n3"))
                        .filteredOn(other -> !other.equals(name))
                        .allMatch(other ->
                                outcome.path("outcome").asText().contains("broker: to " + other + " and back"));
            });
            assertThat(set.outcomes()).containsOnlyKeys("n1", "n2", "n3");
            assertThat(set.outcomes().values())
                    .allSatisfy(
                            each -> assertThat(each.path("outcome").asText()).contains("io.confab.badge is info"));

            String second =
                    ConsoleScenes.nodeNamed(console.one(), "n2").path("id").asText();
            assertThat(Json.read(listed.get("n1").path("outcome").asText())).isEmpty();
            assertThat(Json.read(listed.get("n3").path("outcome").asText())).isEmpty();
            String socket = Json.read(listed.get("n2").path("outcome").asText())
                    .path(0)
                    .path("socket")
                    .asText();
            Given.at(
                    console.three(),
                    second,
                    ofBen.deepCopy().put("do", "close_sockets").put("socket", socket));
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
        Given.at(console.one(), second, Json.object().put("do", "drain"));
        await().atMost(ConsoleScenes.SOON).untilAsserted(() -> {
            assertThat(new ApiClient(console.two().base()).get("health/ready").status())
                    .isEqualTo(503);
            assertThat(ConsoleScenes.nodeNamed(console.three(), "n2")
                            .path("state")
                            .asText())
                    .startsWith("drain");
        });
        var back = Given.at(console.one(), second, Json.object().put("do", "undrain"))
                .outcomes();
        assertThat(back.get("n2").path("outcome").asText()).startsWith("ready again");
        assertThat(new ApiClient(console.two().base()).get("health/ready").status())
                .isEqualTo(200);
    }
}
