package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.BrokerProcess;
import io.confab.it.support.Burst;
import io.confab.it.support.ChatClient;
import io.confab.it.support.EventStream;
import io.confab.it.support.NodeProgram;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.it.support.SpanCollector;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes of the real WAR on one PostgreSQL and one external Artemis, and a third for what staff do. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int BURST = 300;

    private static BrokerProcess broker;
    private static PostgresServer postgres;
    private static String database;
    private static SpanCollector spans;
    private static ServerProcess one;
    private static ServerProcess two;
    private static @Nullable ServerProcess three;
    private static @Nullable LeftUndone undone;

    @BeforeAll
    static void startNodes() {
        broker = BrokerProcess.start();
        spans = SpanCollector.start();
        postgres = PostgresServer.start(); // its own: faults strike it
        database = postgres.freshDatabase();
        one = node("n1");
        two = node("n2");
        one.awaitReady();
        two.awaitReady();
    }

    private static ServerProcess node(String name) {
        var settings = new HashMap<String, String>(SharedServer.WIDE);
        settings.put("confab.node", name);
        settings.put("confab.trace.one-in", "1");
        settings.putAll(spans.settings(name));
        settings.put("confab.db.url", database);
        settings.putAll(broker.settings());
        settings.put("confab.presence.state-interval", "2s");
        settings.put("confab.presence.node-expiry", "6s");
        settings.put("confab.heartbeat", FaultScenes.HEARTBEAT.toSeconds() + "s");
        settings.put("confab.tail.idle", FaultScenes.TAIL_IDLE.toSeconds() + "s");
        settings.put("confab.drain.time", "10s");
        settings.put("confab.drain.notice", "0s");
        settings.put("confab.drain.jitter", "1s");
        return ServerProcess.start(Map.copyOf(settings));
    }

    @AfterAll
    static void stopNodes() throws SQLException {
        one.close();
        two.close();
        if (three != null) {
            three.close();
        }
        if (undone != null) {
            undone.close();
        }
        broker.close();
        postgres.close();
        spans.close();
    }

    /** Alice at node one and bob at node two, in a public room of hers. */
    private record AliceAndBob(ApiClient alice, ApiClient bob, String room) {
        static AliceAndBob inARoom() {
            var alice = ApiClient.registered(one.base());
            var bob = ApiClient.registered(two.base());
            String room = alice.room("public");
            bob.join(room);
            return new AliceAndBob(alice, bob, room);
        }

        ChatClient alices() {
            return on(one, alice, room);
        }

        ChatClient bobs() {
            return on(two, bob, room);
        }
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
        var both = AliceAndBob.inARoom();
        String room = both.room();
        try (var a = both.alices();
                var b = both.bobs()) {
            long first = a.posts(room, "from one").path("seq").asLong();
            assertThat(b.expectEvent(room, first).at("/d/body/text").asText()).isEqualTo("from one");
            long second = b.posts(room, "from two").path("seq").asLong();
            assertThat(a.expectEvent(room, second).at("/d/body/text").asText()).isEqualTo("from two");
        }
    }

    @Test
    @Order(2)
    void sendersOnBothNodesGiveOneOrderWithoutHolesAndEachCidOnce() {
        var both = AliceAndBob.inARoom();
        String room = both.room();
        try (var a = both.alices();
                var b = both.bobs()) {
            var requests = new ArrayList<Runnable>();
            for (int i = 0; i < 100; i++) {
                String cid = ApiClient.cid();
                String fromA = a.post(room, "a" + i, cid);
                String fromB = b.post(room, "b" + i, ApiClient.cid());
                requests.add(() -> a.expectOk(fromA));
                requests.add(() -> b.expectOk(fromB));
            }
            requests.forEach(Runnable::run);
            long head =
                    both.alice().get("api/v1/rooms/" + room).body().path("head").asLong();
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
    @Order(2)
    void aFollowedMessageHasOneTraceIdInTheLogsAndSpansOfBothNodesAndNoneInItsFrames() {
        var both = AliceAndBob.inARoom();
        String room = both.room();
        try (var a = both.alices();
                var b = both.bobs()) {
            long seq = a.posts(room, "followed").path("seq").asLong();
            JsonNode event = b.expectEvent(room, seq);
            String place = " room=" + room + " seq=" + seq + " ";
            one.awaitLog(place, SOON);
            String id = one.latestLog()
                    .lines()
                    .filter(line -> line.contains("stop=committed ") && line.contains(place))
                    .map(line -> line.replaceFirst(".* trace_id=([0-9a-f]{32}) .*", "$1"))
                    .findFirst()
                    .orElseThrow();

            for (String stop : List.of("arrived", "committed", "answered", "published", "given")) {
                one.awaitLog("stop=" + stop + " trace_id=" + id + " node=n1", SOON);
            }
            for (String stop : List.of("received", "given")) {
                two.awaitLog("stop=" + stop + " trace_id=" + id + " node=n2", SOON);
            }
            spans.await(id, "confab.command", "n1");
            spans.await(id, "confab.commit", "n1");
            spans.await(id, "confab.publish", "n1");
            spans.await(id, "confab.deliver", "n1");
            spans.await(id, "confab.deliver", "n2");
            assertThat(event.toString()).doesNotContain(id, "trace");
        }
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
        var scene = new RemovedMemberIT.Scene(one.base(), two.base());
        for (int run = 0; run < 10; run++) {
            scene.removeWhileOthersTalk();
        }
    }

    @ParameterizedTest
    @Order(5)
    @EnumSource(EndedSignInIT.Act.class)
    void whatEndsASignInOnOneNodeEndsItsSocketsOnBoth(EndedSignInIT.Act act) {
        EndedSignInIT.play(one.base(), two.base(), ConsoleScenes.admin(one), act);
    }

    @Test
    @Order(6)
    void onPostgresqlAsOnH2NulIsRefusedAloneAndNoVersionOfADeletedMessageIsLeft() throws SQLException {
        TextIT.nulAmongThirty(one.base());
        String room = DeletedMessageIT.deleteAnEditedMessage(one.base(), two.base());

        try (var connection = DriverManager.getConnection(database);
                var statement = connection.prepareStatement(
                        "select count(*) from room_event e where room_id = ? and cast(e as text) like '%secret%'")) {
            statement.setString(1, room);
            var row = statement.executeQuery();
            row.next();
            assertThat(row.getLong(1)).isZero();
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

    private static void expectNotice(ChatClient client, String kind) {
        client.expect(
                "a notice " + kind,
                frame -> frame.path("t").asText().equals("notice")
                        && frame.at("/d/kind").asText().equals(kind));
    }

    @Test
    @Order(6)
    void whatIsDecidedAtOneNodeIsToldAtTheOtherToWhoReportedItAndToWhoIsWarned() {
        var both = AliceAndBob.inARoom();
        long seq = both.bob().post(both.room(), "you fools").body().path("seq").asLong();
        ObjectNode report =
                Json.object().put("room", both.room()).put("seq", seq).put("type", "hate");
        assertThat(both.alice().call("POST", "api/v1/reports", report).status()).isEqualTo(201);
        ApiClient staff = ConsoleScenes.admin(one);
        String id = "";
        for (JsonNode row : staff.get("api/v1/cases").body().path("cases")) {
            id = row.path("room").asText().equals(both.room())
                    ? row.path("case").asText()
                    : id;
        }
        ObjectNode decision = Json.object()
                .put("cid", ApiClient.cid())
                .put("verdict", "agree")
                .put("version", 1)
                .put("reason", "be kind");
        decision.putArray("acts").addObject().put("act", "warn");

        try (var reporter = silentOn(two, both.alice());
                var author = silentOn(two, both.bob())) {
            assertThat(staff.call("POST", "api/v1/cases/" + id + "/decisions", decision)
                            .status())
                    .isEqualTo(201);

            expectNotice(reporter, "report");
            expectNotice(author, "warning");
        }
    }

    @Test
    @Order(6)
    void aStreamHearsWhatIsSaidOnTheOtherNodeAndGoesOnThereFromItsLastId() {
        var both = AliceAndBob.inARoom();
        String room = both.room();
        String lastId;
        try (var a = both.alices();
                var stream = EventStream.connect(both.bob(), room)) {
            long seq = a.posts(room, "from one").path("seq").asLong();
            assertThat(stream.expectEvent(room, seq).at("/d/body/text").asText())
                    .isEqualTo("from one");
            stream.hangUp();
            lastId = stream.lastId();
            assertThat(lastId).endsWith(":" + seq);
        }
        List<Long> missed = Stream.of("one", "two", "three")
                .map(text -> both.bob().post(room, text).body().path("seq").asLong())
                .toList();

        try (var there = EventStream.resume(both.bob().at(one.base()), "", lastId)) {
            there.expect("resumed");
            assertThat(there.seqs(room)).isEqualTo(missed);
            long live = both.bob().post(room, "from two").body().path("seq").asLong();
            there.expectEvent(room, live);
            assertThat(there.seqs(room)).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    @Order(7)
    void withTheBrokerKilledEachStillSeesTheOthersEventsFromTheLog() {
        var both = AliceAndBob.inARoom();
        String room = both.room();
        try (var a = both.alices();
                var b = both.bobs();
                var phone = silentOn(two, both.bob())) {
            expectBadge(phone, room, 0);
            a.posts(room, "with broker");
            expectBadge(phone, room, 1);
            long said = lines(one, "broker: ");
            broker.kill9();
            for (int i = 0; i < 5; i++) {
                long sent = System.nanoTime();
                long seq = a.posts(room, "without broker " + i).path("seq").asLong();
                b.expectEvent(room, seq);
                assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(3));
            }
            expectBadge(phone, room, 6);
            assertThat(b.seqs(room)).isSorted().doesNotHaveDuplicates();
            await().atMost(SOON)
                    .until(() -> broker(one.base()).path("broker").asText().equals("down"));

            broker.restart();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> broker(one.base()).path("broker").asText().equals("up")
                            && broker(two.base()).path("broker").asText().equals("up"));
            long after = b.posts(room, "broker again").path("seq").asLong();
            a.expectEvent(room, after);
            assertThat(lines(one, "broker: ") - said)
                    .isBetween(2L, 3L); // down (and another reason), up: not one per try
        }
    }

    private static long lines(ServerProcess node, String part) {
        return node.latestLog().lines().filter(line -> line.contains(part)).count();
    }

    @Test
    @Order(7)
    void aDeviceThatLostItsNetworkIsClosedInTimeAndGetsAllThatItMissed() throws IOException {
        faults().deviceWithoutNetwork();
    }

    @Test
    @Order(7)
    void whoWasQuietIsNeverTooFarBehind() {
        faults().quietRoom();
    }

    @Test
    @Order(7)
    void aFrozenNodeSlowsNobodyAndItsClientsMissNothing() {
        faults().frozenNode();
    }

    @Test
    @Order(7)
    void whileTheDatabaseOnlyReadsSendsAreRefusedInTimeAndThenGoOn() {
        faults().readOnlyDatabase();
    }

    @Test
    @Order(7)
    void whileTheDatabaseIsAwaySocketsStayAndNothingHangs() {
        faults().killedDatabase();
    }

    @Test
    @Order(7)
    void whileTheDatabaseHangsEachSendIsAnsweredInTimeAndTruly() {
        faults().hangingDatabase();
    }

    private static FaultScenes faults() {
        return new FaultScenes(one, two, postgres);
    }

    @Test
    @Order(8)
    void peopleOfAKilledNodeAreOfflineAndNobodyIsOnlineWithoutASocket() {
        three = node("n3"); // for the console's scenes, which are next: it starts while others wait here
        var watcher = ApiClient.registered(two.base());
        var onOneOnly = ApiClient.registered(one.base());
        var onBoth = ApiClient.registered(one.base());
        String room = watcher.room("private", onOneOnly.user(), onBoth.user());
        try (var w = ChatClient.connect(watcher, room);
                var stays = ChatClient.connect(onBoth.at(two.base()), room)) {
            var dies = List.of(ChatClient.connect(onOneOnly, room), ChatClient.connect(onBoth, room));
            w.expect("online", frame -> says(frame, onOneOnly, "online"));
            one.kill9();

            w.expect("offline", frame -> says(frame, onOneOnly, "offline"));
            stays.roundTrip();
            assertThat(w.frames()).noneMatch(frame -> says(frame, onBoth, "offline"));
            dies.forEach(ChatClient::expectClose);

            broker.kill9(); // it starts without one, and finds it later
            one.restart().awaitReady();
            assertThat(broker(one.base()).path("broker").asText()).isEqualTo("down");
            broker.restart();
            await().atMost(SOON)
                    .until(() -> broker(one.base()).path("broker").asText().equals("up"));
            try (var onNew = ChatClient.connect(watcher.at(one.base()), room)) {
                // the new node hears of the other's people within its next full state
                onNew.expect("both who have a socket", frame -> says(frame, onBoth, "online"));
                assertThat(onNew.frames()).noneMatch(frame -> says(frame, onOneOnly, "online"));
                assertThat(w.frames().stream().filter(frame -> says(frame, onBoth, "offline")))
                        .isEmpty();
            }
        }
    }

    private static boolean says(JsonNode frame, ApiClient who, String status) {
        for (JsonNode named : frame.at("/d/users")) {
            if (named.path("user").asText().equals(who.user())
                    && named.path("status").asText().equals(status)) {
                return true;
            }
        }
        return false;
    }

    private static ConsoleScenes console() {
        if (three == null) { // none of those before was to start it
            three = node("n3");
        }
        return new ConsoleScenes(one, two, three.awaitReady());
    }

    @Test
    @Order(9)
    void eachOfThreeNodesShowsAllThreeAndSumsTheirFigures() {
        new NodeScenes(console()).figures();
    }

    @Test
    @Order(9)
    void whatNodesAreToldAtOneEachDoesWhomItIsFor() {
        new NodeScenes(console()).orders();
    }

    @Test
    @Order(9)
    void whatStaffDoToPeopleAtOneNodeHoldsAtBothOthers() {
        console().acts();
    }

    @Test
    @Order(9)
    void whatAnAdminDecidesAtOneNodeHoldsAtBothOthers() {
        console().policies();
    }

    @Test
    @Order(9)
    void eachNodeSaysWhoGotAMessageAndNamesTheOneThatDoesNotAnswer() {
        console().deliveryOfAMessage();
    }

    @Test
    @Order(10)
    void whoModeratesAtANodeThatDiesSignsInAtAnotherAndHasLostNothing() throws SQLException {
        ServerProcess dies = console().three();
        try (var moderator = new MovedModerator(dies, one, two)) {
            moderator.seesWhatIsReportedAt(two);
            moderator.beginsANote();
            undone = new LeftUndone(dies, List.of(one, two), database);
            dies.kill9();
            undone.letGo();
            moderator.goesOnAtAnother();
        }
    }

    @Test
    @Order(11)
    void hostileWordsTouchNothingAroundThemOnAnyPageOfTheConsole() throws SQLException {
        HostileWords.everywhere(one, database).touchNothingAroundThem();
    }

    /** Meanwhile the leases of the dead node have run out. */
    @Test
    @Order(12)
    void theDecisionAndTheJobThatADeadNodeWasAboutAreFinishedOnceByTheOthers() {
        assertThat(undone).as("of the scene before").isNotNull();
        undone.isFinishedAt(two);
    }

    /** C01 and C04. */
    @Test
    @Order(13)
    void killedInTheMiddleOfABurstNothingAcknowledgedIsLostAndItsClientsGoOnElsewhere() {
        var both = AliceAndBob.inARoom();
        String room = both.room();
        List<String> quiet = Stream.generate(
                        () -> both.alice().room("private", both.bob().user()))
                .limit(3)
                .toList();
        var cursors = Json.object();
        try (var here = ChatClient.connect(both.bob().at(one.base()), quiet.toArray(String[]::new))) {
            for (String each : quiet) {
                long seq = both.alice().post(each, "seen").body().path("seq").asLong();
                JsonNode last = here.expectEvent(each, seq);
                cursors.putObject(each).put("ep", last.path("ep").asText()).put("seq", seq);
            }
            var acknowledged = killedAtTheHundredthOk(both.alices(), room);
            assertThat(here.expectClose()).isLessThan(4500);
            resumesElsewhere(both, cursors);
            try (var again = on(two, both.alice(), room);
                    var reader = on(two, both.bob(), room)) {
                for (int i = 0; i < BURST; i++) {
                    JsonNode ok = again.expectOk(again.post(room, "message " + i, "k" + i));
                    Long first = acknowledged.get("k" + i);
                    if (first != null) {
                        assertThat(ok.path("seq").asLong()).isEqualTo(first);
                        assertThat(ok.path("dup").asBoolean()).isTrue();
                    }
                }
                reader.roundTrip();
            }
            Map<Long, JsonNode> log = Burst.log(both.bob(), room);
            assertThat(log.keySet())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, log.size()).boxed().toList());
            assertThat(log.values().stream()
                            .map(event -> event.at("/d/cid").asText())
                            .filter(cid -> cid.startsWith("k")))
                    .hasSize(BURST)
                    .doesNotHaveDuplicates();
        }
    }

    /** The numbers that were acknowledged, by cid. */
    private static Map<String, Long> killedAtTheHundredthOk(ChatClient a, String room) {
        var hundred = new CountDownLatch(100);
        a.onFrame(frame -> {
            if (frame.path("t").asText().equals("ok")) {
                hundred.countDown();
            }
        });
        var kill = CompletableFuture.runAsync(() -> {
            try {
                hundred.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            one.kill9();
        });
        for (int i = 0; i < BURST; i++) {
            a.post(room, "message " + i, "k" + i);
        }
        kill.join();
        a.expectClose();
        var acknowledged = new HashMap<String, Long>();
        a.frames().stream()
                .filter(frame -> frame.path("t").asText().equals("ok")
                        && frame.at("/d/cid").isTextual())
                .forEach(ok -> acknowledged.put(
                        ok.at("/d/cid").asText(), ok.at("/d/seq").asLong()));
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(100);
        return acknowledged;
    }

    /** With the token that the dead node gave: 50 events in each of three rooms, in order, and nothing read anew. */
    private static void resumesElsewhere(AliceAndBob both, ObjectNode cursors) {
        try (var a = ChatClient.connect(both.alice().at(two.base()))) {
            for (int i = 0; i < 50; i++) {
                for (String room :
                        cursors.properties().stream().map(Map.Entry::getKey).toList()) {
                    a.posts(room, "after " + i);
                }
            }
        }
        try (var there = ChatClient.open(two.base(), both.bob().access())) {
            var d = Json.object();
            d.set("rooms", cursors);
            there.send("hello", null, d);
            there.expect("resumed");
            cursors.properties().forEach(room -> {
                long seen = room.getValue().path("seq").asLong();
                JsonNode status = there.expect("welcome").at("/d/rooms/" + room.getKey());
                assertThat(status.path("status").asText()).isEqualTo("ok");
                assertThat(there.seqs(room.getKey()))
                        .isEqualTo(LongStream.rangeClosed(seen + 1, seen + 50)
                                .boxed()
                                .toList());
            });
            List<String> kinds = there.frames().stream()
                    .map(frame -> frame.path("t").asText())
                    .filter(t -> !t.equals("badge") && !t.equals("presence"))
                    .toList();
            assertThat(kinds.getFirst()).isEqualTo("welcome");
            assertThat(kinds.getLast()).isEqualTo("resumed");
            assertThat(kinds).filteredOn("msg.new"::equals).hasSize(150);
        }
    }

    /** On the node that is left, which has nothing more to do then. */
    @Test
    @Order(14)
    void theConformanceSuiteFindsThatANodeLeavesAsThePageSays() {
        var report = NodeProgram.run(
                Duration.ofMinutes(1),
                Map.of("CONFAB_ADMIN_PASSWORD", SharedServer.WIDE.get("confab.admin.password")),
                "conformance/run.sh",
                two.base().toString(),
                "--drain",
                "--only",
                "^(D\\d|reconnect)");

        assertThat(report.code()).as(report.said()).isZero();
        assertThat(report.said()).contains(" ok  2.7 When a node leaves: 4 passed", "4 passed, 0 failed, 0 left out");
        await().atMost(SOON)
                .untilAsserted(
                        () -> { // each says so with its next row, or no more
                            assertThat(ConsoleScenes.nodeNamed(two, "n1")
                                            .path("state")
                                            .asText())
                                    .isEqualTo("gone");
                            assertThat(ConsoleScenes.nodeNamed(two, "n2")
                                            .path("state")
                                            .asText())
                                    .isEqualTo("drained");
                        });
    }
}
