package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules on the real server: made, run dry and switched on by calls, and met at the doors. */
class RulesIT {
    private final ApiClient admin = SharedServer.admin();
    private ApiClient owner;
    private ApiClient member;
    private String room;
    private String made = "";

    @BeforeEach
    void makeRoom() {
        owner = ApiClient.registered(SharedServer.base());
        member = ApiClient.registered(SharedServer.base());
        room = owner.room("public");
        member.join(room);
    }

    @AfterEach
    void deleteRule() {
        if (!made.isEmpty()) {
            JsonNode rule = admin.get("api/v1/rules/" + made).body();
            var reply = admin.call(
                    "DELETE",
                    "api/v1/rules/" + made + "?revision="
                            + rule.path("revision").asLong(),
                    null);
            assertThat(reply.status()).isEqualTo(200);
        }
    }

    /** Made and switched on; met by this server when this returns. */
    private void on(String act, JsonNode trigger) {
        ObjectNode rule = Json.object().put("name", "of a test").put("act", act).put("told", "Not on this server.");
        rule.set("trigger", trigger);
        ObjectNode body = Json.object().put("cid", "rule-" + room.substring(2));
        body.set("rule", rule);
        var created = admin.call("POST", "api/v1/rules", body);
        assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
        assertThat(created.body().path("mode").asText()).isEqualTo("watch");
        made = created.body().path("id").asText();
        assertThat(admin.call("POST", "api/v1/rules/" + made + "/dry-run", null).status())
                .isEqualTo(202);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> admin.get("api/v1/rules/" + made + "/dry-run")
                        .body()
                        .path("state")
                        .asText()
                        .equals("done"));
        var switched = admin.call(
                "PUT",
                "api/v1/rules/" + made + "/mode",
                Json.object().put("mode", "on").put("sure", true).put("revision", 1));
        assertThat(switched.status()).as(switched.body().toString()).isEqualTo(200);
    }

    private static JsonNode words(String word) {
        ObjectNode trigger = Json.object().put("kind", "words");
        trigger.putArray("words").add(word);
        return trigger;
    }

    @Test
    void aMessageThatARuleRefusesIsToldSoWithinTwoSecondsOfTheSwitch() {
        on("block", words("quuxword"));

        Awaitility.await()
                .atMost(Duration.ofSeconds(2))
                .until(() -> member.post(room, "a QUUX\u200Bword").code().equals("blocked_by_rule"));
        var reply = member.post(room, "quuxword");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body().path("detail").asText()).isEqualTo("Not on this server.");
        assertThat(member.post(room, "another word").status()).isEqualTo(201);
        assertThat(owner.post(room, "quuxword").status())
                .as("who moderates is exempt")
                .isEqualTo(201);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(admin.get("api/v1/rules/" + made + "/hits")
                                .body()
                                .at("/hits/0/outcome")
                                .asText())
                        .isEqualTo("blocked"));
    }

    @Test
    void aMessageThatARuleHidesIsReadByNobodyAndWaitsInTheQueue() {
        on("hide", words("grualword"));

        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> {
            long seq = member.post(room, "a grualword").body().path("seq").asLong();
            return owner.get("api/v1/rooms/" + room + "/messages?around=" + seq + "&limit=1")
                    .body()
                    .at("/messages/0/deleted")
                    .asBoolean();
        });
        String events = owner.get("api/v1/rooms/" + room + "/events?after=0&limit=200")
                .body()
                .path("events")
                .toString();
        assertThat(events).contains("\"hidden\":true");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(admin.get("api/v1/cases?limit=50")
                                .body()
                                .path("cases")
                                .toString())
                        .contains(room));
    }

    @Test
    void hostilePatternsAreRefusedOrLinearAndNobodyElseWaitsForThem() {
        for (String pattern : new String[] {"((a{1000}){1000}){9}", "a{1000}", "a".repeat(102_400)}) {
            ObjectNode rule = Json.object().put("name", "hostile").put("act", "block");
            rule.set("trigger", Json.object().put("kind", "expression").put("expression", pattern));
            ObjectNode body = Json.object().put("cid", "hostile-" + pattern.length());
            body.set("rule", rule);
            var reply = admin.call("POST", "api/v1/rules", body);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body().path("detail").asText()).containsAnyOf("too large", "at most 500");
        }
        on("block", Json.object().put("kind", "expression").put("expression", "(x+x+)+y$"));
        String near = "x".repeat(7_000) + "!";
        long worst = 0;
        for (int i = 0; i < 20; i++) {
            member.post(room, near);
            long begun = System.nanoTime();
            assertThat(owner.post(room, "an innocent word " + i).status()).isIn(201, 429);
            worst = Math.max(worst, System.nanoTime() - begun);
        }
        assertThat(Duration.ofNanos(worst)).isLessThan(Duration.ofSeconds(2));
        assertThat(admin.get("api/v1/rules/" + made).body().path("mode").asText())
                .isEqualTo("on");
    }

    @Test
    void onlyStaffReadRulesAndOnlyAdminsMakeThem() {
        ObjectNode body = Json.object().put("cid", "mine");
        body.set("rule", Json.object().put("name", "mine"));

        assertThat(member.get("api/v1/rules").status()).isEqualTo(403);
        assertThat(member.call("POST", "api/v1/rules", body).status()).isEqualTo(400);
        ObjectNode rule = Json.object().put("name", "mine").put("act", "block");
        rule.set("trigger", words("x"));
        body.set("rule", rule);
        assertThat(member.call("POST", "api/v1/rules", body).status()).isEqualTo(403);
        assertThat(member.call(
                                "PUT",
                                "api/v1/rules/q_1/mode",
                                Json.object().put("mode", "off").put("revision", 1))
                        .status())
                .isEqualTo(403);
        assertThat(admin.get("api/v1/rules").status()).isEqualTo(200);
        assertThat(admin.get("api/v1/rules/q_none").status()).isEqualTo(404);
    }
}
