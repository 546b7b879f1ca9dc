package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.Door;
import io.confab.it.support.EventStream;
import io.confab.it.support.NodeProgram;
import io.confab.it.support.RawSocket;
import io.confab.it.support.ServerProcess;
import io.confab.kernel.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The limits as they are shipped, some of them tightened, on a server of their own: each is announced and holds. And tokens
 * that live for seconds, so that one runs out while its socket is open.
 */
class LimitsIT {
    private static final Duration TOKEN = Duration.ofSeconds(10);
    private static final Duration AWAY = Duration.ofSeconds(1);
    private static final String ADMIN_PASSWORD = "an admin password for tests";
    private static final int FRAME_BYTES = 65_536;
    private static final int ADDRESS_CALLS = 100;
    private static final Duration LEEWAY = Duration.ofSeconds(1);
    /** The node looks at its sockets once a second; the rest is for a machine that is busy with tests. */
    private static final Duration SLACK = Duration.ofSeconds(4);

    private static ServerProcess server;
    private static URI base;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(Map.ofEntries(
                        Map.entry("confab.token.lifetime", TOKEN.toSeconds() + "s"),
                        Map.entry("confab.token-leeway", LEEWAY.toSeconds() + "s"),
                        Map.entry("confab.heartbeat", "3s"),
                        Map.entry("confab.console.prove-again", AWAY.toSeconds() + "s"),
                        Map.entry("confab.admin.password", ADMIN_PASSWORD),
                        Map.entry("confab.limits.abuse", "8"),
                        Map.entry("confab.limits.address-calls", Integer.toString(ADDRESS_CALLS)),
                        Map.entry("confab.limits.fetch-events", "7"),
                        Map.entry("confab.rooms-per-connection", "3"),
                        Map.entry("confab.replay.room", "10"),
                        Map.entry("confab.replay.total", "15"),
                        Map.entry("confab.limits.frame-bytes", Integer.toString(FRAME_BYTES)),
                        Map.entry("confab.limits.page-size", "30"),
                        Map.entry("confab.proxies", "127.0.0.1")))
                .awaitReady();
        base = server.base();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static ApiClient someone() {
        return ApiClient.registered(base);
    }

    @Test
    void limitsAreAnnounced() {
        try (var socket = ChatClient.connect(someone())) {
            JsonNode limits = socket.expect("welcome").at("/d/limits");

            assertThat(limits)
                    .isEqualTo(Json.read(
                            "{\"max_frame_bytes\":65536,\"max_text_chars\":8000,\"max_rooms\":3,\"replay_room\":10,"
                                    + "\"replay_total\":15,\"fetch_events\":7,\"rates\":{"
                                    + "\"connection\":{\"burst\":40,\"refill\":40,\"per_ms\":10000},"
                                    + "\"user\":{\"burst\":20,\"refill\":5,\"per_ms\":1000},"
                                    + "\"user_room\":{\"burst\":10,\"refill\":1,\"per_ms\":1000},"
                                    + "\"reads\":{\"burst\":200,\"refill\":20,\"per_ms\":1000},"
                                    + "\"handshakes\":{\"burst\":30,\"refill\":30,\"per_ms\":10000},"
                                    + "\"guest_handshakes\":{\"burst\":10,\"refill\":10,\"per_ms\":10000},"
                                    + "\"address\":{\"burst\":100,\"refill\":100,\"per_ms\":10000},"
                                    + "\"node_handshakes\":{\"burst\":300,\"refill\":300,\"per_ms\":1000}}}"));
        }
    }

    @Test
    void whoWasAwayShowsThePasswordInTheFormOfTheActAndWhatWasTypedIsStillThere() {
        var ben = someone();
        ConsoleClient admin = ConsoleClient.signedIn(base, "admin", ADMIN_PASSWORD);
        String address = "act?do=suspend&user=" + ben.user();
        ConsoleClient.Page form = admin.get(address);
        var typed = new HashMap<>(Map.of("act:lasting", "ONE_HOUR"));
        var ann = someone();
        ann.call("POST", "api/v1/reports", Json.object().put("user", ben.user()).put("type", "spam"));
        String report = admin.get("queue").html().replaceAll("(?s).*(report\\?id=k_[A-Za-z0-9]+).*", "$1");
        ConsoleClient.Page undecided = admin.get(report);
        long opened = System.nanoTime();
        await().atMost(SLACK).until(() -> System.nanoTime() - opened > 2 * AWAY.toNanos());

        var ignore = Map.of("decide", "decide", "decide:lasting", "ONE_HOUR", "decide:ignore", "press");
        assertThat(admin.post(report, undecided, ignore).html()).contains("you were away", "decide:proofPassword");
        assertThat(ann.get("api/v1/reports").body().at("/reports/0/outcome").asText())
                .isEqualTo("open");
        ConsoleClient.Page asked = admin.press(address, form, "typed by hand", typed);
        assertThat(asked.html())
                .contains("you were away", "act:proofPassword", "value=\"typed by hand\"")
                .containsPattern("value=\"ONE_HOUR\" selected");
        typed.put("act:proofPassword", "not the password");
        assertThat(admin.press(address, asked, "typed by hand", typed).html())
                .contains("the password or the code is wrong");
        assertThat(ben.get("api/v1/me").status()).as("nothing was done").isEqualTo(200);

        typed.put("act:proofPassword", ADMIN_PASSWORD);
        assertThat(admin.press(address, asked, "typed by hand", typed).status()).isEqualTo(302);
        assertThat(ben.get("api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void aFrameAndABodyAreTakenUpToTheLimitThatIsSetAndNotOneByteBeyond() {
        var alice = someone();
        try (var socket = ChatClient.connect(alice)) {
            socket.raw(padded("{\"t\":\"ping\",\"id\":\"big\",\"x\":\"\"}", FRAME_BYTES));
            socket.answer("big");
            socket.raw(padded("{\"t\":\"ping\",\"x\":\"\"}", FRAME_BYTES + 1));

            assertThat(socket.expectClose()).isEqualTo(4509);
            assertThat(socket.closeReason()).isEqualTo("too_large");
        }
        String room = "{\"cid\":\"" + ApiClient.cid() + "\",\"kind\":\"private\",\"name\":\"r\",\"x\":\"\"}";
        assertThat(alice.raw("POST", "api/v1/rooms", padded(room, FRAME_BYTES)).status())
                .isEqualTo(201);
        var refused = alice.raw("POST", "api/v1/rooms", padded(room, FRAME_BYTES + 1));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.code()).isEqualTo("too_large");
    }

    /** The object, with so many letters in its last field that it has this many bytes. */
    private static String padded(String object, int bytes) {
        return object.replace("\"\"}", "\"" + "a".repeat(bytes - object.length()) + "\"}");
    }

    @Test
    void aPageHasNoMoreRowsThanIsSet() {
        var alice = someone();
        String room = alice.room("private");
        for (String page : List.of("users", "rooms", "rooms/" + room + "/members", "rooms/" + room + "/messages")) {
            assertThat(alice.get("api/v1/" + page + "?limit=30").status())
                    .as(page)
                    .isEqualTo(200);
            assertThat(alice.get("api/v1/" + page + "?limit=31").code())
                    .as(page)
                    .isEqualTo("bad_request");
        }
    }

    @Test
    void aSocketListensToNoMoreRoomsThanAnnounced() {
        var alice = someone();
        var rooms = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            rooms.add(alice.room("private"));
        }
        try (var socket = ChatClient.connect(alice, rooms.get(0), rooms.get(1), rooms.get(2))) {
            socket.expectErr(socket.send("sub", rooms.get(3), Json.object()), "too_many_subs");
            socket.expectOk(socket.send("unsub", rooms.get(0), Json.object()));
            socket.expectOk(socket.send("sub", rooms.get(3), Json.object()));
        }
        try (var socket = ChatClient.connect(alice, rooms.toArray(String[]::new))) {
            JsonNode said = socket.expect("welcome").at("/d/rooms");

            assertThat(said.findValuesAsText("status")).containsExactly("ok", "ok", "ok", "too_many_subs");
        }
    }

    @Test
    void oneSocketTooManyOfAPersonIsClosedWithItsCodeAndTheOthersLiveOn() {
        var alice = someone();
        var sockets = new ArrayList<ChatClient>();
        try {
            for (int i = 0; i < 10; i++) {
                sockets.add(ChatClient.connect(alice));
            }
            try (var eleventh = ChatClient.open(base, alice.access())) {
                assertThat(eleventh.expectClose()).isEqualTo(4505);
                assertThat(eleventh.closeReason()).isEqualTo("connection_limit");
            }
            sockets.forEach(ChatClient::roundTrip);

            sockets.removeLast().close();
            await().atMost(SLACK).pollInterval(Duration.ofMillis(500)).until(() -> isTaken(alice));
        } finally {
            sockets.forEach(ChatClient::close);
        }
    }

    /** Whether one more socket is welcome. */
    private static boolean isTaken(ApiClient who) {
        try (var socket = ChatClient.open(base, who.access())) {
            socket.send("hello", null, Json.object());
            await().atMost(SLACK).until(() -> !socket.frames().isEmpty() || !socket.isOpen());
            return !socket.frames().isEmpty();
        }
    }

    @Test
    void whoseHandshakesAreTooManyIsToldBeforeTheUpgradeHowLongToWait() {
        var mallory = someone();
        RawSocket refused = firstRefused(30, mallory.access(), "192.0.2.1");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("retry-after")).isEqualTo("1");
        assertThat(knock(mallory.access(), "192.0.2.2").status()).isEqualTo(503);
        assertThat(knock(someone().access(), "192.0.2.1").status()).isEqualTo(101);
        await().atMost(SLACK).until(() -> knock(mallory.access(), "192.0.2.1").status() == 101);
    }

    @Test
    void anAddressThatGoesOnTryingWithoutAGoodTokenIsToldBeforeTheUpgradeHowLongToWait() {
        RawSocket refused = firstRefused(10, "no-token", "192.0.2.3");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("retry-after")).isIn("1", "10");
        assertThat(knock("no-token", "192.0.2.4").status()).isEqualTo(101);
        assertThat(knock(someone().access(), "192.0.2.3").status()).isEqualTo(101);
    }

    @Test
    void whoHoldsAnIpv6NetworkIsOneGuestWhicheverOfItsAddressesKnocks() {
        firstRefused(10, "no-token", "2001:db8:1:2::1");

        assertThat(knock("no-token", "2001:db8:1:2:ffff::9").status()).isEqualTo(503);
        assertThat(knock("no-token", "2001:db8:1:ff::1").status()).isEqualTo(503);
        assertThat(knock("no-token", "2001:db8:1:100::1").status()).isEqualTo(101);
    }

    /** Knocks on and on; the first answer that is no socket, which may not come before so many. */
    private static RawSocket firstRefused(int taken, String token, String address) {
        for (int knocks = 0; knocks < 10 * taken; knocks++) {
            RawSocket socket = knock(token, address);
            if (socket.status() != 101) {
                assertThat(knocks).isGreaterThanOrEqualTo(taken);
                return socket;
            }
        }
        return fail("nothing was refused");
    }

    /** A handshake through a balancer that names this address as the client's. */
    private static RawSocket knock(String token, String address) {
        try (var socket = RawSocket.open(
                base,
                "ws/v1",
                Map.of("Sec-WebSocket-Protocol", "chat.v1.json, bearer." + token, "X-Forwarded-For", address))) {
            return socket;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"register", "login", "token"})
    void aNetworkThatCallsWithoutATokenTooOftenIsToldHowLongToWaitAndNoOtherIs(String call) {
        String network = "2001:db8:" + (int) call.charAt(0) + ":" + call.length() + "::";
        var guest = new ApiClient(base);
        int taken = 0;
        var answer = callFrom(network + "1", guest, call);
        while (answer.status() == 400 && taken < 10 * ADDRESS_CALLS) {
            taken++;
            answer = callFrom(network + Integer.toHexString(1 + taken), guest, call);
        }

        assertThat(taken).isGreaterThanOrEqualTo(ADDRESS_CALLS);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("rate_limited");
        assertThat(answer.raw().headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body().at("/d/bucket").asText()).isEqualTo("address");
        assertThat(answer.body().at("/d/limit").asInt()).isEqualTo(ADDRESS_CALLS);
        assertThat(callFrom("2001:db8:1:1::1", guest, call).status()).isEqualTo(400);
    }

    /** With a body that lacks everything. */
    private static ApiClient.Reply callFrom(String address, ApiClient guest, String call) {
        return guest.raw("POST", "api/v1/" + call, "{}", "X-Forwarded-For", address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE sessions/s_nothing",
                "POST password",
                "POST invites",
                "PUT users/u_nobody/suspension",
                "DELETE users/u_nobody/suspension"
            })
    void whatAPersonDoesToAccountsCountsAsTheirCommands(String call) {
        var alice = someone();

        var refused = untilRefused(alice, call);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().at("/d/bucket").asText()).isEqualTo("user");
        assertThat(refused.raw().headers().firstValue("Retry-After")).contains("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST logout", "DELETE sessions"})
    void whoHasSpentTheirCommandsMaySignOutAllTheSame(String call) {
        var alice = someone();
        assertThat(untilRefused(alice, "DELETE sessions/s_nothing").status()).isEqualTo(429);

        assertThat(call(alice, call).status()).isEqualTo(204);
        assertThat(alice.get("api/v1/me").status()).isEqualTo(401);
    }

    /** The first answer that is another; at the latest the one after many more than are free. */
    private static ApiClient.Reply untilRefused(ApiClient who, String call) {
        var first = call(who, call);
        var answer = first;
        for (int calls = 1; calls < 200 && answer.status() == first.status(); calls++) {
            answer = call(who, call);
        }
        return answer;
    }

    private static ApiClient.Reply call(ApiClient who, String call) {
        String[] words = call.split(" ");
        return who.call(words[0], "api/v1/" + words[1], words[0].equals("DELETE") ? null : Json.object());
    }

    @Test
    void aReplayAndAFetchAreNoLongerThanAnnounced() {
        var alice = someone();
        String room = alice.room("private");
        for (int i = 0; i < 10; i++) {
            assertThat(alice.post(room, "text").status()).isEqualTo(201);
        }
        JsonNode whole = alice.get("api/v1/rooms/" + room).body();
        long head = whole.path("head").asLong();
        String epoch = whole.path("ep").asText();

        try (var near = ChatClient.resume(alice, room, epoch, head - 10);
                var far = ChatClient.resume(alice, room, epoch, head - 11)) {
            assertThat(near.expect("welcome").at("/d/rooms/" + room + "/status").asText())
                    .isEqualTo("ok");
            assertThat(far.expect("welcome").at("/d/rooms/" + room + "/reason").asText())
                    .isEqualTo("too_far");
            JsonNode page = near.expectOk(near.send("fetch", room, Json.object().put("after", 0)));
            assertThat(page.path("events")).hasSize(7);
            assertThat(page.path("more").asBoolean()).isTrue();
            near.expectErr(
                    near.send("fetch", room, Json.object().put("after", 0).put("limit", 8)), "bad_request");
        }
    }

    @Test
    void whoSendsTooMuchIntoARoomIsToldHowLongToWaitAndThenGoesOn() {
        var alice = someone();
        String room = alice.room("private");
        try (var socket = ChatClient.connect(alice, room)) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 12; i++) {
                ids.add(socket.post(room, "text " + i, ApiClient.cid()));
            }
            for (String id : ids.subList(0, 10)) {
                socket.expectOk(id);
            }
            JsonNode refused = socket.expectErr(ids.get(11), "rate_limited");
            var overHttp = alice.post(room, "text");

            assertThat(refused.path("temporary").asBoolean()).isTrue();
            assertThat(refused.at("/d/bucket").asText()).isEqualTo("user_room");
            assertThat(refused.at("/d/limit").asInt()).isEqualTo(10);
            assertThat(overHttp.status()).isEqualTo(429);
            assertThat(overHttp.raw().headers().firstValue("Retry-After")).isPresent();
            waitUntil(Instant.now().plusMillis(refused.path("retry_after_ms").asLong()));
            await().atMost(SLACK).until(() -> alice.post(room, "text").status() == 201);
        }
    }

    @Test
    void aFloodOfTypingIsSeenOnceThenRefusedThenCutOff() {
        var alice = someone();
        var mallory = someone();
        String room = alice.room("private", mallory.user());
        try (var a = ChatClient.connect(alice, room);
                var m = ChatClient.connect(mallory, room)) {
            for (int i = 0; i < 200 && m.isOpen(); i++) {
                m.send("typing", room, Json.object().put("on", true));
            }

            assertThat(m.expectClose()).isEqualTo(4307);
            assertThat(m.frames().stream()
                            .filter(frame -> frame.path("code").asText().equals("rate_limited"))
                            .filter(frame -> frame.at("/d/bucket").asText().equals("connection")))
                    .isNotEmpty();
            a.expect("mallory typing", frame -> types(frame, mallory.user()));
            a.roundTrip();
            assertThat(a.frames().stream().filter(frame -> types(frame, mallory.user())))
                    .hasSize(1);
        }
    }

    private static boolean types(JsonNode frame, String user) {
        return frame.path("t").asText().equals("typing")
                && frame.at("/d/users").toString().contains(user);
    }

    @Test
    void aSlipIsForgivenAndFramesThatAreNeverJsonAreCutOff() {
        try (var socket = ChatClient.connect(someone())) {
            for (int i = 0; i < 8; i++) {
                socket.raw("[");
                socket.raw("{");
                socket.roundTrip();
            }
            assertThat(socket.isOpen()).isTrue();
        }
        try (var socket = ChatClient.connect(someone())) {
            for (int i = 0; i < 2 + 8 + 1; i++) { // two slips, what patience bears, and one more
                socket.raw("[".repeat(1_000));
            }

            assertThat(socket.expectClose()).isEqualTo(4307);
        }
    }

    /** All with one token, whose end is waited for once. */
    @Test
    void aTokenThatRunsOutEndsItsSocketAndItsStreamAndOneRenewedInTimeDoesNot() {
        var alice = someone();
        var mallory = someone();
        String room = alice.room("private");
        String old = alice.access();
        var asleep = alice.at(base); // keeps the first token
        Instant end = expiry(old);
        try (var renewed = ChatClient.connect(alice, room);
                var forgotten = ChatClient.connect(alice, room);
                var stream = EventStream.connect(alice, room)) {
            renewed.expectErr(
                    renewed.send("auth", null, Json.object().put("access", mallory.access())), "unauthorized");
            renewed.expectErr(renewed.send("auth", null, Json.object().put("access", "x")), "unauthorized");
            waitUntil(end.minus(TOKEN.dividedBy(2)));
            assertThat(alice.refresh().status()).isEqualTo(200);
            JsonNode ok =
                    renewed.expectOk(renewed.send("auth", null, Json.object().put("access", alice.access())));
            assertThat(ok.path("expires_in").asLong()).isBetween(1L, TOKEN.toSeconds());

            waitUntil(end.minusMillis(500));
            assertThat(forgotten.isOpen()).isTrue();
            assertThat(stream.isOpen()).isTrue();
            long heard = forgotten.posts(room, "in the last moment").path("seq").asLong();
            stream.expectEvent(room, heard);
            assertThat(forgotten.expectClose()).isEqualTo(4304);
            assertThat(Instant.now()).isBetween(end, end.plus(LEEWAY).plus(SLACK));
            assertThat(stream.expectClose()).isEqualTo(Json.read("{\"code\":4304,\"reason\":\"token_expired\"}"));
            assertThat(Instant.now()).isBetween(end, end.plus(LEEWAY).plus(SLACK));
            assertThat(stream.comments()).isGreaterThanOrEqualTo(2); // it was kept alive meanwhile

            long seq = renewed.posts(room, "still here").path("seq").asLong();
            assertThat(renewed.expectEvent(room, seq).at("/d/by").asText()).isEqualTo(alice.user());
            aFreshTokenGoesOnWhereTheStreamStopped(asleep, alice, room, stream.lastId(), seq);
            try (var late = ChatClient.open(base, old)) {
                assertThat(late.expectClose()).isEqualTo(4304);
            }
            renewed.send("auth", null, Json.object().put("access", old));
            assertThat(renewed.expectClose()).isEqualTo(4304);
        }
        // nor is an office whose tokens all ran out in its sleep taken for one stranger who knocks too often
        for (int i = 0; i < 15; i++) {
            assertThat(knock(i % 2 == 0 ? old : mallory.access(), "192.0.2.9").status())
                    .isEqualTo(101);
        }
        // 4304 stops nobody for good: a fresh token opens the door again
        assertThat(alice.refresh().status()).isEqualTo(200);
        try (var again = ChatClient.connect(alice, room)) {
            again.roundTrip();
        }
    }

    private static void aFreshTokenGoesOnWhereTheStreamStopped(
            ApiClient asleep, ApiClient alice, String room, String lastId, long missed) {
        try (var late = EventStream.open(asleep, "")) {
            assertThat(late.status()).isEqualTo(401);
        }
        try (var again = EventStream.resume(alice, "", lastId)) {
            again.expectEvent(room, missed);
            again.expect("resumed");
            assertThat(again.seqs(room)).containsExactly(missed);
        }
    }

    @Test
    void whatIsSaidThroughOneDoorCountsAtTheOtherAndIsRefusedTheSame() {
        var alice = someone();
        String room = alice.room("private");
        try (var socket = ChatClient.connect(alice, room)) {
            for (int i = 0; i < 10; i++) {
                assertThat(alice.post(room, "text " + i).status()).isEqualTo(201);
            }
            ObjectNode d = Json.object().put("cid", ApiClient.cid());
            d.putObject("body").put("type", "text").put("text", "one more");
            for (Door door : List.of(Door.socket(socket), Door.http(alice))) {
                JsonNode err = door.asks("msg.send", room, d).path("err");

                assertThat(err.path("code").asText()).as(err.toString()).isEqualTo("rate_limited");
                assertThat(err.path("temporary").asBoolean()).isTrue();
                assertThat(err.path("retry_after_ms").asLong()).isBetween(1L, 1_001L);
                assertThat(err.path("d").toString())
                        .isEqualTo("{\"bucket\":\"user_room\",\"limit\":10,\"remaining\":0}");
            }
        }
    }

    /** The suite's tests of limits, heartbeats and tokens that run out, which no other server here has short enough. */
    @Test
    void theConformanceSuiteFindsTheLimitsToBeAsThePageSays() {
        var report = NodeProgram.run(
                Duration.ofMinutes(2),
                Map.of(),
                "conformance/run.sh",
                base.toString(),
                "--limits",
                "--only",
                "^(O5|O9|S6|S8|P[12]|W5|W6 also when the token|L[1-4]) ");

        assertThat(report.code()).as(report.said()).isZero();
        assertThat(report.said()).contains(" 0 failed, 0 left out");
    }

    private static Instant expiry(String token) {
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        return Instant.ofEpochSecond(Json.read(claims).path("exp").asLong());
    }

    private static void waitUntil(Instant then) {
        await().atMost(TOKEN.plus(SLACK)).until(() -> !Instant.now().isBefore(then));
    }
}
