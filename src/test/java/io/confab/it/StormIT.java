package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Burst;
import io.confab.it.support.ChatClient;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.RawSocket;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.it.support.Wanderer;
import io.confab.kernel.Json;
import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two nodes on one PostgreSQL, of which one leaves while people talk, and the other has more to do than it can. Between them
 * there is no broker: what one commits the other finds by its heads check.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StormIT {
    private static final System.Logger LOG = System.getLogger(StormIT.class.getName());
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int PEOPLE = 16;
    private static final int SOCKETS = 144;
    private static final int QUEUE = 200;
    private static final int RATE = 25;

    private static String database;
    private static ServerProcess leaving;
    private static ServerProcess staying;

    @BeforeAll
    static void startNodes() {
        database = PostgresServer.shared().freshDatabase();
        leaving = node(Map.of(
                "confab.node",
                "leaving",
                "confab.admission.handshakes-per-second",
                Integer.toString(RATE),
                "confab.admission.burst",
                Integer.toString(RATE),
                "confab.drain.batch",
                "24"));
        staying = node(Map.of(
                "confab.node", "staying",
                "confab.log.writers", "1",
                "confab.log.queue-commands", Integer.toString(QUEUE),
                "confab.log.command-timeout", "1m",
                "confab.db.lock-timeout", "30s",
                "confab.db.statement-timeout", "30s",
                "confab.load.calm", "500ms",
                // a crowd in one process may read hundreds of events late: it is told them all the same, not a gap
                "confab.replay.room", "10000",
                "confab.replay.lag", "100000",
                "confab.replay.total", "100000"));
        leaving.awaitReady();
        staying.awaitReady();
    }

    private static ServerProcess node(Map<String, String> more) {
        var settings = new HashMap<String, String>(SharedServer.WIDE);
        settings.put("confab.db.url", database);
        settings.put("confab.password.memory-kib", "7168");
        settings.put("confab.drain.time", "25s");
        settings.put("confab.drain.notice", "1s");
        settings.putAll(more);
        return ServerProcess.start(Map.copyOf(settings));
    }

    @AfterAll
    static void stopNodes() {
        leaving.close();
        staying.close();
    }

    private static ApiClient admin(URI node) {
        var admin = new ApiClient(node);
        admin.login("admin", SharedServer.WIDE.get("confab.admin.password"));
        return admin;
    }

    private static double metric(ServerProcess node, String sample) {
        return new ApiClient(node.base())
                .raw("GET", "metrics", null)
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** The status of a handshake, and what it says of waiting. */
    private static RawSocket knock(URI node, ApiClient who, String query) {
        return RawSocket.open(
                node, "ws/v1" + query, Map.of("Sec-WebSocket-Protocol", "chat.v1.json, bearer." + who.access()));
    }

    @Test
    @Order(1)
    void moreAndMoreIsGivenUpInItsOrderAsTheQueueFillsAndAllIsTakenUpAgain() throws SQLException {
        var alice = ApiClient.registered(staying.base());
        var bob = ApiClient.registered(staying.base());
        var carol = ApiClient.registered(staying.base());
        var erin = ApiClient.registered(staying.base());
        String room = alice.room("private", bob.user(), carol.user(), erin.user());
        String other = alice.room("private", bob.user());
        long one = alice.post(other, "one").body().path("seq").asLong();
        long two = alice.post(other, "two").body().path("seq").asLong();
        try (var locks = DriverManager.getConnection(database);
                var a = ChatClient.connect(alice, room);
                var b = ChatClient.connect(bob, room);
                var e = ChatClient.connect(erin, room);
                var bobs = ChatClient.connect(bob, other)) {
            locks.setAutoCommit(false);
            var queue = new Queue(a, alice.room("private"));
            queue.hold(locks);

            queue.fillTo(0.5, 1);
            try (var c = ChatClient.connect(carol, room)) {
                await().atMost(SOON).until(() -> shed("presence") > 0);
                c.roundTrip();
                b.send("typing", room, Json.object().put("on", true));
                a.expect("typing of bob", frame -> types(frame, bob));
                assertThat(a.frames()).noneMatch(frame -> isThere(frame, carol));

                queue.fillTo(0.59, 2);
                e.send("typing", room, Json.object().put("on", true));
                await().atMost(SOON).until(() -> shed("typing") > 0);
                assertThat(a.frames()).noneMatch(frame -> types(frame, erin));
                b.expectOk(b.send("read", other, Json.object().put("seq", one)));
                bobs.expect("read");

                queue.fillTo(0.68, 3);
                b.expectOk(b.send("read", other, Json.object().put("seq", two)));
                assertThat(shed("reads")).isPositive();
                assertThat(bobs.frames()).noneMatch(frame -> isRead(frame, two));
                b.expectOk(b.send("sub", other, Json.object()));
                b.expectOk(b.send("unsub", other, Json.object()));

                queue.fillTo(0.77, 4);
                JsonNode refused = b.expectErr(b.send("sub", other, Json.object()), "unavailable");
                assertThat(refused.path("retry_after_ms").asLong()).isBetween(2_000L, 4_000L);
                try (var more = ChatClient.connect(carol, room)) {
                    more.roundTrip();
                }

                queue.fillTo(0.86, 5);
                try (var more = knock(staying.base(), carol, "?resume=1")) {
                    assertThat(more.status()).isEqualTo(503);
                    assertThat(Integer.parseInt(more.header("retry-after"))).isBetween(2, 4);
                }
                queue.fillTo(0.95, 6);
                refused = b.expectErr(b.post(other, "too much", ApiClient.cid()), "unavailable");
                assertThat(refused.path("temporary").asBoolean()).isTrue();
                assertThat(refused.path("retry_after_ms").asLong()).isBetween(2_000L, 4_000L);
                assertThat(bob.post(other, "over HTTP").status()).isEqualTo(503);

                locks.rollback();

                queue.expectAllAcknowledged();
                await().atMost(SOON).until(() -> metric(staying, "confab_load_level") == 0);
                a.expect("carol", frame -> isThere(frame, carol));
                bobs.expect("what was read meanwhile", frame -> isRead(frame, two));
                b.posts(other, "again");
                bobs.expectEvent(
                        other,
                        bob.get("api/v1/rooms/" + other).body().path("head").asLong());
            }
        }
        assertThat(shed("subscriptions")).isEqualTo(1);
        assertThat(shed("connections")).isEqualTo(1);
        assertThat(shed("sends")).isEqualTo(2);
    }

    /** Commands that wait behind a room whose row somebody else holds. */
    private static final class Queue {
        private final ChatClient socket;
        private final String room;
        private final List<String> asked = new ArrayList<>();

        Queue(ChatClient socket, String room) {
            this.socket = socket;
            this.room = room;
        }

        void hold(java.sql.Connection locks) throws SQLException {
            try (var row = locks.prepareStatement("select 1 from room where id = ? for no key update")) {
                row.setString(1, room);
                row.executeQuery();
            }
            post();
            await().atMost(SOON).until(() -> metric(staying, "confab_log_waiting_commands") == 0);
        }

        void post() {
            asked.add(socket.post(room, "waits", ApiClient.cid()));
        }

        /** The one that is in its transaction does not wait. */
        void fillTo(double share, int level) {
            while (asked.size() <= share * QUEUE) {
                post();
            }
            await("level " + level).atMost(SOON).until(() -> metric(staying, "confab_load_level") == level);
        }

        void expectAllAcknowledged() {
            assertThat(asked).hasSize((int) (0.95 * QUEUE) + 1).allSatisfy(socket::expectOk);
        }
    }

    private static double shed(String kind) {
        return metric(staying, "confab_shed_total{kind=\"" + kind + "\"}");
    }

    private static boolean types(JsonNode frame, ApiClient who) {
        return frame.path("t").asText().equals("typing")
                && frame.at("/d/users").toString().contains(who.user());
    }

    private static boolean isRead(JsonNode frame, long seq) {
        return frame.path("t").asText().equals("read") && frame.at("/d/seq").asLong() == seq;
    }

    private static boolean isThere(JsonNode frame, ApiClient who) {
        return frame.path("t").asText().equals("presence")
                && frame.at("/d/users").toString().contains(who.user());
    }

    /** To a node that cannot take all. */
    private enum Comes {
        NEW,
        BACK
    }

    @Test
    @Order(2)
    void aStormIsTakenAtTheRateOfTheNodeTheRestRefusedBeforeTheUpgradeAndThoseWhoResumeComeFirst() {
        var people = people(8);
        var taken = new EnumMap<Comes, Integer>(Map.of(Comes.NEW, 0, Comes.BACK, 0));
        int newRightAfterRefusedResumption = 0;
        boolean resumptionRefused = false;
        long begun = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            boolean resumes = i % 2 == 0;
            try (var socket = knock(leaving.base(), people.get(i % people.size()), resumes ? "?resume=1" : "")) {
                boolean refused = socket.status() != 101;
                if (refused) {
                    assertThat(socket.status()).isEqualTo(503);
                    assertThat(Integer.parseInt(socket.header("retry-after"))).isBetween(1, 3);
                } else {
                    taken.merge(resumes ? Comes.BACK : Comes.NEW, 1, Integer::sum);
                }
                if (resumes) {
                    resumptionRefused = refused;
                } else if (resumptionRefused) {
                    newRightAfterRefusedResumption++;
                    assertThat(refused).isTrue(); // nothing was left, and less than the reserved share has come since
                }
            }
        }
        double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;

        double all = taken.get(Comes.NEW) + (double) taken.get(Comes.BACK);
        assertThat(all).isBetween(Math.min(100, 0.8 * (RATE + RATE * seconds)), RATE + RATE * seconds + 1);
        assertThat(taken).allSatisfy((kind, places) -> assertThat(places).isPositive());
        assertThat(newRightAfterRefusedResumption).isPositive();
    }

    private static List<ApiClient> people(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ApiClient.registered(leaving.base()))
                .toList();
    }

    @Test
    @Order(3)
    void aNodeThatIsToldToStopSendsItsSocketsElsewhereSpreadOverTimeAndNothingIsLostOrComesTwice() {
        var people = people(PEOPLE);
        var alice = people.getFirst();
        String room = alice.room("public");
        people.forEach(person -> person.join(room));
        var reader = ApiClient.registered(staying.base());
        reader.join(room);
        alice.post(room, "the first that all hear");
        var random = new Random(12);
        var stubborn = new ArrayList<Wanderer>();
        var obedient = new ArrayList<Wanderer>();
        for (int i = 0; i < SOCKETS; i++) {
            boolean obeys = i % 12 != 0;
            var wanderer = Wanderer.listening(people.get(i % PEOPLE), room, staying.base(), obeys, random);
            (obeys ? obedient : stubborn).add(wanderer);
        }
        await("places for newcomers")
                .atMost(SOON)
                .pollInterval(Duration.ofSeconds(2)) // each look takes places itself
                .until(() -> IntStream.range(0, 6).allMatch(i -> isTaken(reader.at(leaving.base()))));
        Burst burst = Burst.start(people.subList(0, 3), room, 4);
        try (var untouched = new Untouched(reader)) {
            burst.awaitAcknowledged(100);
            untouched.sends(20);
            double quiet = untouched.p99Millis();

            leaving.sigterm();

            await().atMost(SOON).until(() -> readiness(leaving).contains("draining"));
            try (var late = knock(leaving.base(), alice, "?resume=1")) {
                assertThat(late.status()).isEqualTo(503);
                assertThat(late.header("retry-after")).isEqualTo("1");
            }
            untouched.sends(60);
            var back = obedient.stream().map(Wanderer::back).toList();
            assertThat(leaving.awaitEnd(Duration.ofSeconds(40))).isEqualTo(143);
            burst.end();

            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} sockets left; longest wait {1}; p99 send to ok of an untouched client {2} ms, before {3} ms",
                    SOCKETS,
                    back.stream()
                            .map(Wanderer.Back::waited)
                            .max(Duration::compareTo)
                            .orElseThrow(),
                    untouched.p99Millis(),
                    quiet);
            assertThat(stubborn).allSatisfy(one -> {
                assertThat(one.first().expectClose()).isEqualTo(4301);
                assertThat(one.first().closeReason()).isEqualTo("draining");
                one.first().expect("reconnect");
            });
            assertThat(back).allSatisfy(one -> assertThat(one.waited()).isLessThan(Duration.ofSeconds(5)));
            assertSpread(back);
            assertEachOnce(burst, room, reader);
            assertNobodyMissed(obedient, room, reader);
        }
        burst.close();
        obedient.forEach(Wanderer::close);
    }

    private static boolean isTaken(ApiClient who) {
        try (var socket = knock(leaving.base(), who, "")) {
            return socket.status() == 101;
        }
    }

    /** One person on the node that stays, who sends one message after the other and takes the time. */
    private static final class Untouched implements AutoCloseable {
        private final String room;
        private final ChatClient socket;
        private final List<Long> nanos = new ArrayList<>();

        Untouched(ApiClient who) {
            room = who.room("private");
            socket = ChatClient.connect(who, room);
        }

        void sends(int messages) {
            nanos.clear();
            for (int i = 0; i < messages; i++) {
                long begun = System.nanoTime();
                socket.posts(room, "still here");
                nanos.add(System.nanoTime() - begun);
            }
        }

        double p99Millis() {
            var sorted = nanos.stream().sorted().toList();
            return sorted.get((int) Math.floor(0.99 * (sorted.size() - 1))) / 1e6;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static String readiness(ServerProcess node) {
        return new ApiClient(node.base()).get("health/ready").raw().body();
    }

    private static void assertSpread(List<Wanderer.Back> back) {
        long first = back.stream().mapToLong(Wanderer.Back::atNanos).min().orElseThrow();
        Map<Long, Long> bySecond = back.stream()
                .collect(Collectors.groupingBy(
                        one -> (one.atNanos() - first) / 1_000_000_000L, TreeMap::new, Collectors.counting()));
        double mean = (double) back.size() / bySecond.size();
        LOG.log(System.Logger.Level.INFO, "came back in each second: {0}", bySecond);
        assertThat(bySecond).hasSizeGreaterThan(2);
        assertThat(bySecond.values()).allSatisfy(one -> assertThat((double) one).isLessThanOrEqualTo(3 * mean));
    }

    /** What was acknowledged stands where it was said; what was not is sent again, and then stands once as well. */
    private static void assertEachOnce(Burst burst, String room, ApiClient reader) {
        burst.unacknowledged().forEach(message -> {
            var again = Burst.again(
                    new Burst.Message(message.by().at(staying.base()), message.cid(), message.text()), room);
            assertThat(again.status()).as(again.body().toString()).isIn(200, 201);
        });
        Map<Long, JsonNode> log = Burst.log(reader, room);
        List<String> cids = log.values().stream()
                .map(event -> event.at("/d/cid").asText())
                .filter(cid -> !cid.isEmpty())
                .toList();
        assertThat(cids).doesNotHaveDuplicates();
        burst.acknowledged()
                .forEach((cid, seq) ->
                        assertThat(log.get(seq).at("/d/cid").asText()).isEqualTo(cid));
    }

    private static void assertNobodyMissed(List<Wanderer> wanderers, String room, ApiClient reader) {
        long head = reader.get("api/v1/rooms/" + room).body().path("head").asLong();
        for (Wanderer wanderer : wanderers) {
            var socket = wanderer.back().socket();
            try {
                socket.expectEvent(room, head);
            } catch (ConditionTimeoutException e) {
                throw new AssertionError(
                        "one of them (open: %s, closed with %s) has %s last of %s; of %s others it is %s; the last of its frames: %s"
                                .formatted(
                                        socket.isOpen(),
                                        socket.closeReason(),
                                        socket.seqs(room).stream().max(Long::compare),
                                        head,
                                        wanderers.size(),
                                        wanderers.stream()
                                                .map(other -> other.heard().getLast())
                                                .collect(Collectors.groupingBy(last -> last, Collectors.counting())),
                                        socket.frames().getLast()),
                        e);
            }
            assertThat(socket.seqs(room)).isSorted().doesNotHaveDuplicates();
            assertThat(wanderer.first().seqs(room)).isSorted().doesNotHaveDuplicates();
            List<Long> heard = wanderer.heard();
            assertThat(heard)
                    .isEqualTo(LongStream.rangeClosed(heard.getFirst(), head)
                            .boxed()
                            .toList());
        }
    }

    @Test
    @Order(4)
    void onlyAnAdminDrainsANodeByACallOnceAndItStaysUpUnreadyUntilItIsStopped() throws SQLException {
        var alice = ApiClient.registered(staying.base());
        String room = alice.room("private");
        String path = "api/v1/nodes/self/drain";
        assertThat(new ApiClient(staying.base()).call("POST", path, null).status())
                .isEqualTo(401);
        assertThat(alice.call("POST", path, null).code()).isEqualTo("forbidden");
        assertThat(readiness(staying)).doesNotContain("draining");
        try (var socket = ChatClient.connect(alice, room)) {
            var admin = admin(staying.base());

            var first = admin.call("POST", path, null);
            var again = admin.call("POST", path, null);

            assertThat(first.status()).isEqualTo(202);
            assertThat(first.body())
                    .isEqualTo(Json.read(
                            "{\"node\":\"staying\",\"state\":\"draining\",\"sockets\":1,\"within_ms\":25000}"));
            assertThat(again.status()).isEqualTo(202);
            assertThat(new ApiClient(staying.base()).get("health/ready").status())
                    .isEqualTo(503);
            assertThat(readiness(staying)).contains("draining");
            try (var late = knock(staying.base(), alice, "")) {
                assertThat(late.status()).isEqualTo(503);
            }
            socket.posts(room, "as long as it is here");
            JsonNode told = socket.expect("reconnect").path("d");
            assertThat(told).isEqualTo(Json.read("{\"after_ms\":0,\"jitter_ms\":2000}"));
            assertThat(socket.expectClose()).isEqualTo(4301);

            await().atMost(SOON).until(() -> readiness(staying).contains("drained"));
            assertThat(admin.call("POST", path, null).body().path("state").asText())
                    .isEqualTo("drained");
            assertThat(alice.post(room, "calls are still answered").status()).isEqualTo(201);
        }
        try (var connection = DriverManager.getConnection(database);
                var lines = connection
                        .createStatement()
                        .executeQuery(
                                "select count(*) from audit where act = 'node.drain' and target = 'node/staying'")) {
            lines.next();
            assertThat(lines.getInt(1)).isEqualTo(1);
        }

        staying.sigterm();

        assertThat(staying.awaitEnd(Duration.ofSeconds(20))).isEqualTo(143);
    }
}
