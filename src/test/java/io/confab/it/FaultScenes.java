package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.CutProxy;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SteadySender;
import io.confab.kernel.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Faults struck at two nodes on one PostgreSQL, whose heartbeat is {@link #HEARTBEAT}; each scene leaves them healthy. */
record FaultScenes(ServerProcess one, ServerProcess two, PostgresServer database) {
    static final Duration HEARTBEAT = Duration.ofSeconds(3);
    /** How long a room that nobody listens to is remembered. */
    static final Duration TAIL_IDLE = Duration.ofSeconds(1);

    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final Duration FROZEN = Duration.ofSeconds(13); // longer than the broker waits for a client
    /** Who waits for a frozen node waits for a lock of it, so this long at least; less may be a busy machine. */
    private static final Duration A_WAIT = Duration.ofSeconds(1);

    private static double metric(ServerProcess node, String sample) {
        String scraped =
                new ApiClient(node.base()).raw("GET", "metrics", null).raw().body();
        return Arrays.stream(scraped.split("\n", -1))
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + sample + " in " + scraped));
    }

    private static JsonNode status(ChatClient client, String room) {
        return client.expect("welcome").at("/d/rooms/" + room);
    }

    private static void assertOk(JsonNode status, long from, long to) {
        assertThat(status.path("status").asText()).as(status.toString()).isEqualTo("ok");
        assertThat(status.path("from").asLong()).isEqualTo(from);
        assertThat(status.path("to").asLong()).isEqualTo(to);
    }

    /** C02. */
    void deviceWithoutNetwork() throws IOException {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("private", bob.user());
        try (var network = new CutProxy(two.base());
                var a = ChatClient.connect(alice, room);
                var healthy = ChatClient.connect(bob, room)) {
            double others = metric(two, "confab_sockets");
            double late = metric(two, "confab_closes_total{code=\"heartbeat_timeout\"}");
            var lost = ChatClient.connect(bob.at(network.base()), room);
            long before = a.posts(room, "before").path("seq").asLong();
            JsonNode last = lost.expectEvent(room, before);
            assertThat(metric(two, "confab_sockets")).isEqualTo(others + 1);

            network.freeze();
            long head = 0;
            for (int i = 0; i < 20; i++) {
                head = a.posts(room, "while away " + i).path("seq").asLong();
            }
            healthy.expectEvent(room, head);
            await("the dead socket is closed")
                    .atMost(HEARTBEAT.multipliedBy(2).plusSeconds(3))
                    .until(() -> metric(two, "confab_sockets") == others);
            assertThat(metric(two, "confab_closes_total{code=\"heartbeat_timeout\"}"))
                    .isEqualTo(late + 1);

            try (var again = ChatClient.resume(bob, room, last.path("ep").asText(), before)) {
                assertOk(status(again, room), before + 1, head);
                again.expect("resumed");
                assertThat(again.seqs(room))
                        .isEqualTo(
                                LongStream.rangeClosed(before + 1, head).boxed().toList());
            }
            assertThat(healthy.isOpen()).isTrue();
            assertThat(healthy.seqs(room))
                    .isEqualTo(LongStream.rangeClosed(before, head).boxed().toList());
            lost.vanish();
        }
    }

    /** C03. */
    void quietRoom() {
        var alice = ApiClient.registered(one.base());
        String room = alice.room("private");
        String untouched = alice.room("private");
        JsonNode last;
        try (var a = ChatClient.connect(alice, room)) {
            last = a.expectEvent(room, a.posts(room, "then silence").path("seq").asLong());
        }
        await("nothing of the room is left in memory")
                .atMost(TAIL_IDLE.plusSeconds(10))
                .until(() -> metric(one, "confab_rooms_served") == 0 && metric(one, "confab_tail_bytes") == 0);
        for (ServerProcess node : List.of(one, two)) {
            resumesWithoutGap(alice.at(node.base()), room, last);
            try (var first = ChatClient.resume(
                    alice.at(node.base()), untouched, last.path("ep").asText(), 0)) {
                assertThat(status(first, untouched).path("reason").asText()).isEqualTo("epoch"); // of the other room
            }
            var d = Json.object();
            d.putObject("rooms").putObject(untouched).put("seq", 0);
            try (var first = ChatClient.open(node.base(), alice.access())) {
                first.send("hello", null, d);
                assertOk(status(first, untouched), 1, 2);
                first.expect("resumed");
                assertThat(first.seqs(untouched)).containsExactly(1L, 2L);
            }
        }
    }

    /** Who has seen the last event gets none, and no gap. */
    static void resumesWithoutGap(ApiClient who, String room, JsonNode last) {
        long seq = last.path("seq").asLong();
        try (var again = ChatClient.resume(who, room, last.path("ep").asText(), seq)) {
            assertOk(status(again, room), seq + 1, seq);
            again.expect("resumed");
            assertThat(again.seqs(room)).isEmpty();
        }
    }

    /** C09. */
    void frozenNode() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("private", bob.user());
        var late = ChatClient.open(two.base(), bob.access());
        try (var b = ChatClient.connect(bob, room);
                var usual = SteadySender.start(alice, room, Duration.ofMillis(20))) {
            usual.awaitSent(150);
            usual.stop();
            usual.awaitAnswers(COMMAND_TIMEOUT);
            Duration quiet = usual.percentile(99);

            two.freeze();
            late.send("hello", null, Json.object()); // in time; the node will read it when it goes on
            try (var sender = SteadySender.start(alice, room, Duration.ofMillis(20))) {
                sender.awaitTime(FROZEN);
                sender.stop();
                sender.awaitAnswers(COMMAND_TIMEOUT);
                two.thaw();

                assertThat(sender.refusals()).isEmpty();
                Duration bound = quiet.multipliedBy(2);
                assertThat(sender.percentile(99)).isLessThan(bound.compareTo(A_WAIT) > 0 ? bound : A_WAIT);
                long head = sender.head();
                b.expectEvent(room, head);
                assertThat(b.isOpen()).isTrue();
                assertThat(b.seqs(room)).isSorted().doesNotHaveDuplicates();
                assertThat(b.seqs(room))
                        .containsAll(usual.acknowledged().values())
                        .containsAll(sender.acknowledged().values());
            }
        } finally {
            two.thaw();
        }
        late.expect("resumed");
        late.close();
    }

    /** C10, a failover: reads work, writes do not. */
    void readOnlyDatabase() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("private", bob.user());
        try (var b = ChatClient.connect(bob, room);
                var sender = SteadySender.start(alice, room, Duration.ofMillis(50))) {
            sender.awaitSent(20);
            database.readOnly(true);
            try {
                awaitUnready(one, "25006");
                awaitUnready(two, "25006");
                sender.awaitRefusals(20);
                assertThat(alice.get("api/v1/rooms/" + room).status()).isEqualTo(200);
            } finally {
                database.readOnly(false);
            }
            goesOn(sender);
            assertTrue(sender, room, b);
            assertThat(sender.refusals()).containsOnly("unavailable");
        }
    }

    /** C10, the database is killed: sockets stay, everything that needs it is refused, nothing waits for ever. */
    void killedDatabase() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("private", bob.user());
        double threads = metric(one, "jvm_threads_live_threads");
        try (var b = ChatClient.connect(bob, room);
                var sender = SteadySender.start(alice, room, Duration.ofMillis(50))) {
            sender.awaitSent(20);
            database.kill9();
            awaitUnready(one, "SQLSTATE");
            b.send("typing", room, Json.object().put("on", true));
            JsonNode refused = b.expectErr(
                    b.send("fetch", room, Json.object().put("after", 0).put("limit", 10)), "unavailable");
            assertThat(refused.path("retry_after_ms").asLong()).isPositive();
            b.expectErr(b.send("sub", room, Json.object()), "unavailable");
            ApiClient.Reply read = alice.get("api/v1/rooms/" + room);
            assertThat(read.status()).isEqualTo(503);
            assertThat(read.code()).isEqualTo("unavailable");
            assertThat(read.raw().headers().firstValue("Retry-After")).isPresent();
            try (var stranger = ChatClient.open(one.base(), alice.access())) {
                stranger.send("hello", null, Json.object());
                assertThat(stranger.expectClose()).isBetween(4300, 4499); // come back
            }
            sender.awaitRefusals(40);
            assertThat(metric(one, "jvm_threads_live_threads")).isLessThan(threads + 40);
            database.restart();
            goesOn(sender);
            // the room that was to be listened to anew must be asked for again: sub was refused
            b.expectOk(b.send("sub", room, position(b, room)));
            assertTrue(sender, room, b);
            assertThat(one.latestLog().lines().filter(line -> line.contains("commands are refused")))
                    .hasSizeLessThanOrEqualTo(6); // per writer and outage, not per command
        }
    }

    /** C10, the database hangs: as when its machine freezes. */
    void hangingDatabase() {
        var alice = ApiClient.registered(one.base());
        var bob = ApiClient.registered(two.base());
        String room = alice.room("private", bob.user());
        try (var b = ChatClient.connect(bob, room);
                var sender = SteadySender.start(alice, room, Duration.ofMillis(50))) {
            sender.awaitSent(20);
            database.freeze();
            try {
                sender.awaitRefusals(20);
            } finally {
                database.thaw();
            }
            goesOn(sender);
            assertTrue(sender, room, b);
        }
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode position(ChatClient client, String room) {
        JsonNode last = client.events(room).getLast();
        return Json.object()
                .put("ep", last.path("ep").asText())
                .put("seq", last.path("seq").asLong());
    }

    private static void awaitUnready(ServerProcess node, String reason) {
        await("not ready, and why")
                .atMost(Duration.ofSeconds(15))
                .until(
                        () -> new ApiClient(node.base()).get("health/ready"),
                        ready ->
                                ready.status() == 503 && ready.body().toString().contains(reason));
    }

    private void goesOn(SteadySender sender) {
        sender.awaitAcknowledged(10, BACK);
        for (ServerProcess node : List.of(one, two)) {
            await("ready again")
                    .atMost(BACK)
                    .until(() -> new ApiClient(node.base()).get("health/ready").status() == 200);
        }
        sender.stop();
        sender.awaitAnswers(COMMAND_TIMEOUT.plusSeconds(1));
    }

    /** Each was answered in time; what has its ok is there once, and here; the rest may be sent again. */
    private void assertTrue(SteadySender sender, String room, ChatClient listener) {
        assertThat(sender.percentile(100)).isLessThan(COMMAND_TIMEOUT.plusMillis(1_500));
        assertThat(sender.refusals()).isSubsetOf("unavailable", "internal");
        assertThat(sender.isOpen()).isTrue();
        Map<String, Long> stored = new HashMap<>(sender.again());
        stored.putAll(sender.acknowledged());
        Map<Long, JsonNode> log = io.confab.it.support.Burst.log(sender.by(), room);
        assertThat(log.keySet())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, log.size()).boxed().toList());
        var byCid = new HashMap<String, Long>();
        log.forEach((seq, event) -> {
            String cid = event.at("/d/cid").asText();
            assertThat(cid.isEmpty() ? null : byCid.put(cid, seq)).isNull();
        });
        assertThat(byCid).containsAllEntriesOf(stored);
        listener.expectEvent(room, log.size());
        assertThat(listener.isOpen()).isTrue();
        assertThat(listener.seqs(room)).isSorted().doesNotHaveDuplicates();
        assertThat(listener.seqs(room)).containsAll(stored.values());
    }
}
