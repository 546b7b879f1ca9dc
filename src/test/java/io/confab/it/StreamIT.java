package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.EventStream;
import io.confab.it.support.ListeningSockets;
import io.confab.it.support.SharedServer;
import io.confab.it.support.Talker;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /api/v1/stream}: what is its own beside the socket's, and what hostile or weak clients do to it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StreamIT {
    private static final String LONG = "a".repeat(64_000);
    private static final JsonNode CONNECTED_ELSEWHERE =
            Json.object().put("code", 4504).put("reason", "connected_elsewhere");

    private static final ApiClient ALICE = ApiClient.registered(SharedServer.base());

    private static final ApiClient CAROL = ApiClient.registered(SharedServer.base());

    private static String quietRoom;
    private static EventStream quiet;
    private static CompletableFuture<Integer> heartbeatsInTwelveSeconds;

    private final URI base = SharedServer.base();
    private final ApiClient alice = ALICE;
    private final ApiClient bob = ApiClient.registered(base);

    @BeforeAll
    static void openAStreamOnWhichNothingHappens() {
        quietRoom = CAROL.room("private");
        quiet = EventStream.connect(CAROL, quietRoom);
        quiet.expect("carol online", frame -> isNow(frame, CAROL, "online"));
        heartbeatsInTwelveSeconds =
                CompletableFuture.supplyAsync(quiet::comments, CompletableFuture.delayedExecutor(12, TimeUnit.SECONDS));
    }

    @AfterAll
    static void endIt() {
        quiet.close();
    }

    private double metric(String name) {
        return new ApiClient(base)
                .get("metrics")
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    @Test
    void itSaysWhatItIsAndGreetsWithItsOwnLimits() {
        String room = alice.room("private", bob.user());
        try (var stream = EventStream.open(bob, "")) {
            var welcome = stream.expect("welcome");
            stream.expect("resumed");

            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("content-type")).startsWith("text/event-stream");
            assertThat(stream.header("cache-control")).isEqualTo("no-store");
            assertThat(welcome.has("id")).isFalse();
            assertThat(welcome.at("/d/user").asText()).isEqualTo(bob.user());
            assertThat(welcome.at("/d/limits/max_rooms").asInt()).isEqualTo(100);
            assertThat(welcome.at("/d/rooms").properties())
                    .extracting(e -> e.getKey())
                    .containsExactly(room);
            assertThat(stream.types()).startsWith("welcome").contains("resumed");
        }
    }

    @Test
    void whoComesBackWithTheLastIdMissesNothingAndGetsNothingTwice() {
        String one = alice.room("private", bob.user());
        String two = alice.room("private", bob.user());
        long from = alice.post(one, "before").body().path("seq").asLong();
        var heard = new ArrayList<Long>();
        String lastId = "";
        try (var writing = ChatClient.connect(alice);
                var talker = Talker.start(writing, one, "text")) {
            for (int run = 0; run < 5; run++) {
                long seen = heard.isEmpty() ? from : heard.getLast();
                try (var stream = run == 0
                        ? EventStream.open(bob, "?rooms=" + one + "::" + from + "," + two)
                        : EventStream.resume(bob, run % 2 == 0 ? "" : "?rooms=" + one + "," + two, lastId)) {
                    stream.expect(
                            "twenty more",
                            frame -> frame.path("room").asText().equals(one)
                                    && frame.path("seq").asLong() >= seen + 20);
                    stream.hangUp();
                    heard.addAll(stream.seqs(one));
                    lastId = stream.lastId();
                    assertThat(lastId).contains(one + ":").contains(two + ":");
                }
                alice.post(two, "while he is away " + run);
            }
            talker.stop();
        }
        try (var last = EventStream.resume(bob, "", lastId)) {
            last.expect("resumed");
            long head = alice.get("api/v1/rooms/" + one).body().path("head").asLong();
            long headOfTwo =
                    alice.get("api/v1/rooms/" + two).body().path("head").asLong();
            if (heard.getLast() < head) {
                last.expectEvent(one, head);
            }
            heard.addAll(last.seqs(one));

            assertThat(heard)
                    .isEqualTo(LongStream.rangeClosed(from + 1, head).boxed().toList());
            assertThat(last.seqs(two)).containsExactly(headOfTwo);
        }
    }

    @Test
    void theIdOfTheFullestStreamStillFitsIntoARequest() {
        for (int i = 0; i < 102; i++) {
            bob.room("private");
        }
        String lastId;
        try (var stream = EventStream.open(bob, "")) {
            var rooms = stream.expect("welcome").at("/d/rooms");
            assertThat(rooms.properties().stream()
                            .map(room -> room.getValue().path("status").asText()))
                    .hasSize(101)
                    .filteredOn(status -> !status.equals("ok"))
                    .containsExactly("too_many_subs");
            stream.expect("resumed");
            lastId = stream.lastId();
        }
        String room = lastId.substring(0, lastId.indexOf(':'));
        long seq = bob.post(room, "a").body().path("seq").asLong();

        try (var back = EventStream.resume(bob, "", lastId)) {
            back.expectEvent(room, seq);
            assertThat(lastId.split(",")).hasSize(100);
            assertThat(back.expect("welcome").at("/d/rooms/" + room + "/from").asLong())
                    .isEqualTo(seq);
        }
        try (var tooMany = EventStream.open(bob, "?rooms=" + lastId + ",r_onemore")) {
            assertThat(tooMany.status()).isEqualTo(403);
        }
    }

    @Test
    void withoutAGoodTokenItIs401WhateverElseIsShown() {
        var nobody = new ApiClient(base);
        for (var headers : List.of(
                new String[] {"X-Nothing", "1"},
                new String[] {"Authorization", "Bearer nonsense"},
                new String[] {"Cookie", "JSESSIONID=1; access=" + bob.access()},
                new String[] {"Authorization", "Basic YWRtaW46YWRtaW4="},
                new String[] {"Sec-WebSocket-Protocol", "chat.v1.json, bearer." + bob.access()})) {
            for (String query : List.of("", "?access_token=" + bob.access() + "&token=" + bob.access())) {
                var reply = nobody.raw("GET", "api/v1/stream" + query, null, headers);

                assertThat(reply.status()).as(String.join(" ", headers)).isEqualTo(401);
                assertThat(reply.code()).isEqualTo("unauthorized");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void anyMethodButGetIs405(String method) {
        var reply = bob.raw(method, "api/v1/stream", method.equals("POST") ? "{}" : null);

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.raw().headers().firstValue("Allow")).contains("GET");
    }

    @Test
    void aPlaceThatIsNoneIsBadRequestBeforeTheStreamBegins() {
        assertThat(bob.get("api/v1/stream?rooms=no!room").code()).isEqualTo("bad_request");
        assertThat(bob.raw("GET", "api/v1/stream", null, "Last-Event-ID", "r_1:2")
                        .code())
                .isEqualTo("bad_request");
    }

    @Test
    void ofManyStreamsOfOnePersonTenLiveAndTheOldestGiveWayButNoSocketDoes() {
        try (var socket = ChatClient.connect(bob)) {
            var open = new ArrayList<EventStream>();
            for (int i = 0; i < 30; i++) {
                open.add(EventStream.connect(bob));
            }
            for (EventStream old : open.subList(0, 21)) {
                assertThat(old.expectClose()).isEqualTo(CONNECTED_ELSEWHERE);
            }
            assertThat(open.subList(21, 30)).allMatch(EventStream::isOpen);
            socket.roundTrip();
            open.forEach(EventStream::close);
        }
    }

    @Test
    void whoComesBackAgainAndAgainIsNeverLockedOut() {
        String room = alice.room("private", bob.user());
        for (int i = 0; i < 11; i++) {
            EventStream.connect(bob, room).hangUp(); // the server has not noticed yet
        }
        try (var eleventh = EventStream.connect(bob, room);
                var socket = ChatClient.connect(bob, room)) {
            long seq = alice.post(room, "still here?").body().path("seq").asLong();

            eleventh.expectEvent(room, seq);
            socket.expectEvent(room, seq);
        }
    }

    @Test
    void whereAllPlacesAreSocketsAStreamIsRefused() {
        var sockets = new ArrayList<ChatClient>();
        for (int i = 0; i < 10; i++) {
            sockets.add(ChatClient.connect(bob));
        }
        try (var stream = EventStream.open(bob, "")) {
            assertThat(stream.expectClose().path("code").asInt()).isEqualTo(4505);
            sockets.forEach(ChatClient::roundTrip);
        } finally {
            sockets.forEach(ChatClient::close);
        }
    }

    /** The server ends a connection on which nothing is asked after 8 s: not one whose answer is going on. */
    @Test
    @Order(Integer.MAX_VALUE) // it is silent while the others are played
    void aStreamMayBeSilentForLongerThanTheServerWaitsForARequest() {
        assertThat(heartbeatsInTwelveSeconds.join()).isZero();
        assertThat(quiet.isOpen()).isTrue();

        long seq = CAROL.post(quietRoom, "at last").body().path("seq").asLong();
        quiet.expectEvent(quietRoom, seq);
    }

    @Test
    void whoReadsTooSlowlyIsToldSoBehindWhatWasUnderWay() throws IOException {
        String room = alice.room("private", bob.user());
        double slow = metric("confab_slow_consumers_total");
        try (var late = new Socket();
                var writing = ChatClient.connect(alice)) {
            openRaw(late, room, bob);
            for (int sent = 0; metric("confab_slow_consumers_total") == slow && sent < 500; sent += 10) {
                sendTen(writing, room);
            }

            late.setSoTimeout(Math.toIntExact(ChatClient.PATIENCE.toMillis()));
            String text = new String(late.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(text).contains("event: close\ndata: {\"code\":4302,\"reason\":\"slow_consumer\"}\n\n");
        }
    }

    @Test
    void aStreamWhoseClientIsGoneIsForgotten() {
        String room = alice.room("private", bob.user());
        try (var watching = ChatClient.connect(alice, room)) {
            var stream = EventStream.connect(bob, room);
            watching.expect("bob online", frame -> isNow(frame, bob, "online"));

            stream.hangUp();

            await().atMost(ChatClient.PATIENCE).until(() -> {
                alice.post(room, "is he there?");
                return watching.frames().stream().anyMatch(frame -> isNow(frame, bob, "offline"));
            });
        }
    }

    private static boolean isNow(JsonNode frame, ApiClient who, String status) {
        for (JsonNode user : frame.at("/d/users")) {
            if (user.path("user").asText().equals(who.user())
                    && user.path("status").asText().equals(status)) {
                return true;
            }
        }
        return false;
    }

    private void openRaw(Socket socket, String room, ApiClient who) throws IOException {
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
        socket.getOutputStream()
                .write(("GET /api/v1/stream?rooms=" + room + " HTTP/1.1\r\nHost: " + base.getAuthority()
                                + "\r\nAuthorization: Bearer " + who.access() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Ten long messages; the number of the last. */
    private static long sendTen(ChatClient writing, String room) {
        String id = "";
        for (int i = 0; i < 10; i++) {
            ObjectNode d = Json.object().put("cid", ApiClient.cid());
            d.putObject("body").put("type", "x.long").put("long", LONG);
            id = writing.send("msg.send", room, d);
        }
        return writing.expectOk(id).path("seq").asLong();
    }

    @Test
    void whoNeverReadsIsCutOffBoundedAndDisturbsNobody() throws IOException {
        var carl = ApiClient.registered(base);
        String room = alice.room("private", bob.user(), carl.user());
        double slow = metric("confab_slow_consumers_total");
        try (var deaf = new Socket();
                var reading = EventStream.connect(bob, room);
                var writing = ChatClient.connect(alice, room)) {
            openRaw(deaf, room, carl);
            writing.expect("carl online", frame -> isNow(frame, carl, "online"));
            assertThat(ListeningSockets.connection(SharedServer.process().pid(), deaf.getLocalPort()))
                    .isEqualTo("01");

            int sent = 0;
            while (metric("confab_slow_consumers_total") == slow && sent < 500) {
                reading.expectEvent(room, sendTen(writing, room));
                sent += 10;
            }

            assertThat(metric("confab_slow_consumers_total")).isGreaterThan(slow);
            // though he has read nothing: what waited for him is dropped with his connection
            writing.expect("carl offline", frame -> isNow(frame, carl, "offline"));
            await().atMost(ChatClient.PATIENCE)
                    .until(() -> ListeningSockets.connection(
                                    SharedServer.process().pid(), deaf.getLocalPort())
                            .equals("none"));
            deaf.setSoTimeout(Math.toIntExact(ChatClient.PATIENCE.toMillis()));
            assertThat(readToTheEnd(deaf)).isLessThan(64_000L * sent);
            assertThat(reading.isOpen()).isTrue();
            assertThat(reading.seqs(room)).hasSize(sent).isSorted().doesNotHaveDuplicates();
        }
    }

    private static long readToTheEnd(Socket socket) throws IOException {
        long bytes = 0;
        var buffer = new byte[65_536];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                bytes += n;
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection still lives after " + bytes + " bytes", e);
        } catch (IOException e) {
            return bytes; // reset: as much an end
        }
        return bytes;
    }
}
