package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.Attackers;
import io.confab.it.support.ChatClient;
import io.confab.it.support.InnocentRoom;
import io.confab.it.support.RawSocket;
import io.confab.it.support.ServerProcess;
import io.confab.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that mean harm beside people who do not, on a server of their own with the limits as they are shipped. The long
 * form measures for as long as it is told: {@code -Dconfab.hostile.seconds=60}.
 */
class HostileClientsIT {
    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("confab.hostile.seconds", 4));
    private static final int CROWD = 500;
    /** Logins that take one hash after the other: more than one person at a time, fewer than the queue for hashes. */
    private static final int AT_ONCE = 16;

    private static final int CALLS_AT_ONCE = 24;
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MESSAGE_TIME = Duration.ofSeconds(3);
    private static final Duration BEFORE_AGAIN = Duration.ofMillis(500);
    private static final Duration BODY_TIME = Duration.ofSeconds(3);
    private static final Duration SLACK = Duration.ofSeconds(4);
    private static final byte[] PINGS = RawSocket.frames(RawSocket.PING, new byte[125], 100);
    private static final byte[] PONGS = RawSocket.frames(RawSocket.PONG, new byte[125], 100);
    private static final byte[] CRUMBS = RawSocket.frames(RawSocket.CONTINUATION, new byte[] {'a'}, 1_000);
    private static final byte[] STORM =
            RawSocket.frames(RawSocket.TEXT, "{\"t\":\"ping\"}".getBytes(StandardCharsets.US_ASCII), 50);
    /** So many a second, in blocks of a hundred. */
    private static final int PINGS_PER_SECOND = 20_000;

    private static ServerProcess server;
    private static URI base;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(Map.of(
                        "confab.proxies", "127.0.0.1",
                        "confab.limits.message-time", MESSAGE_TIME.toSeconds() + "s",
                        "confab.login.max-shared-wait", "5s",
                        "confab.registration.free-per-address", "10000",
                        "confab.http.calls-per-address", Integer.toString(CALLS_AT_ONCE),
                        "confab.http.calls", Integer.toString(2 * CALLS_AT_ONCE),
                        "confab.http.body-time", BODY_TIME.toSeconds() + "s",
                        "confab.password.memory-kib", "7168",
                        "confab.password.iterations", "1"))
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

    private static RawSocket greeted(ApiClient who) {
        var socket = taken(() -> RawSocket.open(base, who.access()));
        hello(socket);
        return socket;
    }

    private static void hello(RawSocket socket) {
        socket.text("{\"t\":\"hello\",\"d\":{}}");
        socket.expect("resumed");
    }

    /** Comes as a client does: when the node takes no more just now, again a moment later. */
    private static RawSocket taken(Supplier<RawSocket> open) {
        var taken = new AtomicReference<RawSocket>();
        await().atMost(ChatClient.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(BEFORE_AGAIN)
                .until(() -> {
                    var socket = open.get();
                    if (socket.status() == 503) {
                        socket.close();
                        return false;
                    }
                    taken.set(socket);
                    return true;
                });
        return taken.get();
    }

    // ---- frames

    @ParameterizedTest
    @ValueSource(strings = {"pings", "pongs"})
    void whoFloodsWithControlFramesIsClosedWhetherTheyReadOrNot(String kind) {
        byte[] flood = kind.equals("pings") ? PINGS : PONGS;
        var who = someone();
        try (var reading = greeted(someone());
                var blind = taken(() -> RawSocket.openNarrow(base, who.access()))) {
            var reader = Executors.newVirtualThreadPerTaskExecutor().submit(reading::expectClose);

            assertThat(hangsUp(reading, flood)).isTrue();
            assertThat(hangsUp(blind, flood)).isTrue();
            assertThat(value(reader)).isEqualTo(4307);
        }
    }

    /** Whether the server ends a flood of ten seconds. */
    private static boolean hangsUp(RawSocket socket, byte[] flood) {
        for (int i = 0; i < 10 * PINGS_PER_SECOND / 100; i++) {
            if (!socket.write(flood)) {
                return true;
            }
            LockSupport.parkNanos(100 * 1_000_000_000L / PINGS_PER_SECOND);
        }
        return false;
    }

    @Test
    void whoGoesOnWritingWhileTheyAreClosedSeesWhyEachTimeAndIsLetGoAtTheirOwnClose() {
        var begun = Instant.now();
        for (ApiClient who : together(5, i -> someone())) {
            for (int i = 0; i < 10; i++) {
                try (var socket = greeted(who)) {
                    assertThat(socket.closeWhileWriting(STORM, Duration.ZERO)).isEqualTo(4307);
                    socket.frame(RawSocket.GOODBYE, new byte[0]);
                    assertThat(socket.sip()).isFalse();
                }
            }
        }

        assertThat(Duration.between(begun, Instant.now()))
                .isLessThan(Duration.ofSeconds(40)); // a second each otherwise
    }

    @Test
    void pingsAtAHumanPaceAreAnswered() {
        try (var socket = greeted(someone())) {
            for (int i = 0; i < 30; i++) {
                socket.frame(RawSocket.PING, new byte[] {'x'});
            }
            socket.text("{\"t\":\"ping\",\"id\":\"after\"}");
            socket.expect("after");
        }
    }

    @Test
    void aMessageWithoutEndIsClosedInTimeWhoeverGoesOnPinging() {
        var sockets = new ArrayList<RawSocket>();
        List<ApiClient> people = together(10, i -> someone());
        for (int i = 0; i < 100; i++) {
            var socket = greeted(people.get(i / 10));
            socket.frame(RawSocket.TEXT_TO_BE_CONTINUED, new byte[100_000]);
            socket.frame(RawSocket.PING, new byte[0]);
            sockets.add(socket);
        }
        var begun = Instant.now();

        for (RawSocket socket : sockets) {
            assertThat(socket.expectClose()).isEqualTo(4303);
            socket.close();
        }
        assertThat(Duration.between(begun, Instant.now())).isLessThan(MESSAGE_TIME.plus(SLACK));
    }

    @Test
    void aFrameOfWhichAByteComesEachSecondIsClosedInTime() {
        try (var socket = greeted(someone())) {
            var begun = Instant.now();
            socket.begin(RawSocket.TEXT, 100_000);

            assertThat(socket.closeWhileWriting(new byte[1], Duration.ofSeconds(1)))
                    .isEqualTo(4303);
            assertThat(Duration.between(begun, Instant.now())).isLessThan(MESSAGE_TIME.plus(SLACK));
        }
    }

    // ---- sockets

    @Test
    void onePersonWhoOpensAThousandSocketsHasTenAndHoldsUpNobody() {
        var mallory = someone();
        var sockets = new ArrayList<RawSocket>();
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            var socket = RawSocket.open(base, mallory.access());
            sockets.add(socket);
            if (socket.status() == 503) {
                assertThat(socket.header("retry-after")).isNotNull();
                refused++;
            } else {
                socket.text("{\"t\":\"hello\",\"d\":{}}");
            }
        }
        assertThat(refused).isGreaterThan(500);
        try (var innocent = ChatClient.connect(someone())) {
            innocent.roundTrip();
        }
        assertThat(gauge("confab_sockets")).isLessThan(100);
        sockets.forEach(RawSocket::close);
    }

    @Test
    void socketsThatNeverSayHelloEndAndSignInGoesOnFromThereAndFromElsewhere() throws IOException {
        String there = "198.51.100.20";
        var half = new ArrayList<Socket>();
        for (int i = 0; i < 1_000; i++) {
            half.add(halfRequest(there, i % 2 == 0));
        }
        var silent = new ArrayList<RawSocket>();
        for (ApiClient someone : together(20, i -> someone())) {
            for (int j = 0; j < 10; j++) {
                silent.add(taken(() -> RawSocket.open(base, "ws/v1", from(there, someone.access()))));
            }
        }
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            try (var guest = RawSocket.open(base, "ws/v1", from(there, "no-token"))) {
                refused += guest.status() == 503 ? 1 : 0;
            }
        }
        var begun = Instant.now();
        var alice = registeredFrom("198.51.100.21");

        assertThat(refused).isGreaterThan(200);
        assertThat(login(alice, there).status()).isEqualTo(200);
        assertThat(login(alice, "198.51.100.21").status()).isEqualTo(200);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(2));
        try (var socket = taken(() -> RawSocket.open(base, "ws/v1", from(there, alice.access())))) {
            assertThat(socket.status()).isEqualTo(101);
        }
        for (RawSocket socket : silent) {
            assertThat(socket.expectClose()).isEqualTo(4507);
            socket.close();
        }
        assertThat(Duration.between(begun, Instant.now())).isLessThan(HELLO_TIMEOUT.plus(SLACK));
        for (Socket socket : half) {
            socket.setSoTimeout(15_000);
            assertThat(socket.getInputStream().read()).isLessThan(0);
            socket.close();
        }
    }

    /** Half a request line, or half a header. */
    private static Socket halfRequest(String address, boolean inTheLine) throws IOException {
        var socket = new Socket(base.getHost(), base.getPort());
        String text = inTheLine
                ? "GET /api/v1/me HT"
                : "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + address + "\r\nAuthor";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static Map<String, String> from(String address, String token) {
        return Map.of("Sec-WebSocket-Protocol", "chat.v1.json, bearer." + token, "X-Forwarded-For", address);
    }

    @Test
    void whoReadsNothingOfWhatTheyAskForOverHttpHoldsUpNobodyElsewhere() throws IOException {
        String there = "198.51.100.80";
        String request = "GET /client/confab-client.js HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + there + "\r\n\r\n";
        var blind = new ArrayList<Socket>();
        for (int i = 0; i < CALLS_AT_ONCE; i++) {
            var socket = new Socket();
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()));
            blind.add(socket);
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(request.repeat(200).getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // hung up on
                }
            });
        }
        await().atMost(Duration.ofSeconds(9)).until(() -> pageFor(there) == 503);
        assertThat(pageFor("198.51.100.81")).isEqualTo(200);

        for (Socket socket : blind) {
            socket.close();
        }
        await().atMost(SLACK.multipliedBy(4)).until(() -> pageFor(there) == 200);
    }

    @Test
    void slowBodiesOfTwoAddressesHoldUpNobodyElsewhereAndEndInTime() throws IOException {
        List<String> there = List.of("198.51.100.90", "203.0.113.90");
        var slow = new ArrayList<Socket>();
        for (String address : there) {
            for (int i = 0; i < CALLS_AT_ONCE; i++) {
                slow.add(slowBody(address));
            }
        }
        await().atMost(BODY_TIME).until(() -> pageFor(there.getFirst()) == 503 && pageFor(there.getLast()) == 503);
        assertThat(pageFor("192.0.2.90")).isEqualTo(200);

        List<Socket> taken = slow.stream().filter(HostileClientsIT::waits).toList();
        assertThat(taken).hasSizeGreaterThan(CALLS_AT_ONCE);
        await().atMost(BODY_TIME.plus(SLACK))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> taken.stream()
                        .filter(HostileClientsIT::takesAByte)
                        .toList()
                        .isEmpty());
        await().atMost(SLACK).until(() -> pageFor(there.getFirst()) == 200 && pageFor(there.getLast()) == 200);
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    void whoDoesNotFinishWhatComesBehindTheirMessagesHoldsUpNoOtherAnswer() throws IOException {
        String there = "198.51.100.95";
        var alice = someone();
        String room = alice.room("public");
        List<ApiClient> people = together(CALLS_AT_ONCE / 4, i -> someone());
        List<String> rooms = people.stream().map(who -> who.room("public")).toList();
        var unfinished = new ArrayList<Socket>();
        await().atMost(BODY_TIME.multipliedBy(2))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    int i = unfinished.size() % people.size();
                    unfinished.add(messageAndSlowBody(there, people.get(i), rooms.get(i)));
                    return pageFor(there)
                            == 503; // each holds the thread that wrote its answer, until there are too many
                });
        var begun = Instant.now();

        assertThat(alice.post(room, "meanwhile").status()).isEqualTo(201);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(1));

        for (Socket socket : unfinished) {
            socket.close();
        }
        await().atMost(SLACK).until(() -> pageFor(there) == 200);
    }

    /** A whole message, and in the same segment the beginning of a call that does not go on. */
    private static Socket messageAndSlowBody(String address, ApiClient who, String room) throws IOException {
        String body = "{\"cid\":\"" + ApiClient.cid() + "\",\"body\":{\"type\":\"text\",\"text\":\"x\"}}";
        var socket = new Socket(base.getHost(), base.getPort());
        String text = "POST /api/v1/rooms/" + room + "/messages HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + address
                + "\r\nAuthorization: Bearer " + who.access() + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body + slowCall(address);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** A call whose body is said to be longer than what comes of it. */
    private static Socket slowBody(String address) throws IOException {
        var socket = new Socket(base.getHost(), base.getPort());
        socket.getOutputStream().write(slowCall(address).getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String slowCall(String address) {
        return "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + address
                + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    }

    /** Whether it has no answer yet: who was one too many has. */
    private static boolean waits(Socket socket) {
        try {
            return socket.getInputStream().available() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean takesAByte(Socket socket) {
        try {
            socket.getOutputStream().write(' ');
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int pageFor(String address) {
        return new ApiClient(base)
                .raw("GET", "client/confab-client.js", null, "X-Forwarded-For", address)
                .status();
    }

    // ---- logins

    @Test
    void whoGuessesANameKeepsItsOwnerOutNowhereForGood() {
        var alice = registeredFrom("198.51.100.30");
        assertThat(login(alice, "198.51.100.30").status()).isEqualTo(200);
        int guesses = 0;
        int wait = 0;
        while (wait < 2 && guesses < 2_000) { // each time one of the guesses is let through, the next wait is longer
            var guess = login(alice.username(), "a wrong guess", "203.0.113." + guesses++ % 250);
            wait = Integer.parseInt(
                    guess.raw().headers().firstValue("Retry-After").orElse("0"));
        }

        assertThat(wait).isEqualTo(2);
        assertThat(login(alice, "198.51.100.30").status()).isEqualTo(200);
        var elsewhere = login(alice, "198.51.100.31");
        assertThat(elsewhere.status()).isEqualTo(429);
        assertThat(elsewhere.raw().headers().firstValue("Retry-After").orElseThrow())
                .isIn("1", "2", "3", "4", "5");
        await().atMost(SLACK.multipliedBy(2))
                .until(() -> login(alice, "198.51.100.31").status() == 200);
    }

    @Test
    void anAddressThatGuessesNamesIsSlowedDownAndWhoHasSignedInFromItOrIsElsewhereIsNot() {
        var colleague = registeredFrom("198.51.100.40");
        assertThat(login(colleague, "198.51.100.40").status()).isEqualTo(200);
        int refused = 0;
        for (int i = 0; i < 130; i++) {
            refused += login("nobody" + i, "a wrong guess", "198.51.100.40").status() == 429 ? 1 : 0;
        }

        assertThat(refused).isGreaterThan(10);
        assertThat(login(colleague, "198.51.100.40").status()).isEqualTo(200);
        assertThat(login(registeredFrom("198.51.100.41"), "198.51.100.41").status())
                .isEqualTo(200);
    }

    @Test
    void fiveHundredPeopleBehindOneAddressSignInMistypeAndComeBackUnhindered() {
        String office = "198.51.100.50";
        List<ApiClient> people = together(CROWD, i -> registeredFrom("203.0.113." + i % 250));

        for (int morning = 0; morning < 2; morning++) {
            List<Integer> statuses = together(CROWD, i -> {
                if (i % 9 == 0) {
                    login(people.get(i).username(), "a slip of a finger", office);
                }
                return login(people.get(i), office).status();
            });
            assertThat(statuses).as("morning " + morning).hasSize(CROWD).containsOnly(200);
        }
        for (int network = 0; network < 2; network++) { // all at once, and all at once again
            List<RawSocket> sockets = together(CROWD, CROWD, i -> {
                var headers = from(office, people.get(i).access());
                RawSocket socket = taken(() -> RawSocket.open(base, "ws/v1?resume=1", headers));
                socket.text("{\"t\":\"hello\",\"d\":{}}");
                return socket;
            });
            sockets.forEach(socket -> socket.expect("resumed"));
            sockets.forEach(RawSocket::close);
        }
    }

    /** Somebody new, who has not signed in yet. */
    private static ApiClient registeredFrom(String address) {
        var client = new ApiClient(base);
        String name = "u" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        ObjectNode body = Json.object().put("username", name).put("password", ApiClient.PASSWORD);
        var reply = client.raw("POST", "api/v1/register", Json.write(body), "X-Forwarded-For", address);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(201);
        return client.named(name);
    }

    private static ApiClient.Reply login(ApiClient who, String address) {
        return who.loginFrom(address);
    }

    private static ApiClient.Reply login(String name, String password, String address) {
        ObjectNode body = Json.object().put("username", name).put("password", password);
        return new ApiClient(base).raw("POST", "api/v1/login", Json.write(body), "X-Forwarded-For", address);
    }

    private interface Each<T> {
        T of(int i);
    }

    /** Does it so many times, some at once. */
    private static <T> List<T> together(int times, Each<T> each) {
        return together(times, AT_ONCE, each);
    }

    private static <T> List<T> together(int times, int atOnce, Each<T> each) {
        try (var threads = Executors.newFixedThreadPool(atOnce)) {
            var calls = new ArrayList<Callable<T>>();
            for (int i = 0; i < times; i++) {
                int number = i;
                calls.add(() -> each.of(number));
            }
            return threads.invokeAll(calls).stream()
                    .map(HostileClientsIT::value)
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static <T> T value(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    // ---- everything at once

    @Test
    void anInnocentRoomGoesOnBesideAllOfThemAndTheHeapKeepsItsSize() {
        try (var room = InnocentRoom.open(base, 15)) {
            room.talk(MEASURED, 15); // what the JIT compiler learns of a room is not measured
            var quiet = room.talk(MEASURED, 15);
            long heapBefore = heapInUse();
            InnocentRoom.Figures attacked;
            var attackers = new Attackers();
            try (attackers) {
                attack(attackers);
                attacked = room.talk(MEASURED, 15);
            }
            long heapAfter = heapInUse();
            System.out.printf(
                    "quiet:    %s%nattacked: %s%nmet:      %s%nheap in use after a collection: %d MiB, then %d MiB%n",
                    quiet, attacked, attackers, heapBefore >> 20, heapAfter >> 20);

            assertThat(room.isWhole()).isTrue();
            assertThat(attackers.met("closed 4307")).isPositive();
            // three times is the goal, measured by the long form on a quiet machine; this one builds and tests
            // meanwhile
            assertThat(attacked.p99()).isLessThan(Math.max(1_000, 10 * quiet.p99()));
            assertThat(heapAfter - heapBefore).isLessThan(64L << 20);
        }
    }

    private static void attack(Attackers attackers) {
        for (byte[] flood : List.of(PINGS, PINGS, PONGS, CRUMBS)) {
            var mallory = someone();
            attackers.repeat(() -> flood(attackers, mallory, flood, true));
            var blind = someone();
            attackers.repeat(() -> flood(attackers, blind, flood, false));
        }
        var stormer = someone();
        attackers.repeat(() -> flood(attackers, stormer, STORM, true));
        var asking = askingForMuch();
        attackers.repeat(() -> neverReads(attackers, asking));
        var many = someone();
        attackers.repeat(() -> attackers.count("handshake "
                + attackers.opened(RawSocket.open(base, many.access())).status()));
        attackers.repeat(() -> attackers.count(
                "guest " + attackers.opened(RawSocket.open(base, "no-token")).status()));
        attackers.repeat(() -> attackers.opened(halfRequest("198.51.100.60", true)));
        attackers.repeat(() -> attackers.count(
                "guess " + login("admin", "a wrong guess", "198.51.100.61").status()));
    }

    /** Comes once; who is refused is refused. */
    private static void flood(Attackers attackers, ApiClient who, byte[] flood, boolean reads) {
        try (var socket = attackers.opened(
                reads ? RawSocket.open(base, who.access()) : RawSocket.openNarrow(base, who.access()))) {
            if (socket.status() != 101) {
                attackers.count("handshake " + socket.status());
                return;
            }
            if (reads) {
                hello(socket);
            }
            if (Arrays.equals(flood, CRUMBS)) {
                socket.frame(RawSocket.TEXT_TO_BE_CONTINUED, new byte[] {'a'});
            }
            while (attackers.goOn() && socket.write(flood)) {
                LockSupport.parkNanos(100 * 1_000_000_000L / PINGS_PER_SECOND);
            }
            attackers.count(reads ? "closed " + socket.expectClose() : "blind, hung up on");
        }
    }

    /** Somebody with a room of 600 KB to read. */
    private static ApiClient askingForMuch() {
        var someone = someone();
        String room = someone.room("private");
        for (int i = 0; i < 10; i++) {
            ObjectNode body = Json.object().put("cid", ApiClient.cid());
            body.putObject("body").put("type", "x.long").put("long", "a".repeat(60_000));
            someone.call("POST", "api/v1/rooms/" + room + "/messages", body);
        }
        return someone;
    }

    /** Asks again and again for what it never reads. */
    private static void neverReads(Attackers attackers, ApiClient who) {
        String room = who.get("api/v1/rooms").body().at("/rooms/0/room").asText();
        try (var socket = attackers.opened(RawSocket.openNarrow(base, who.access()))) {
            socket.text("{\"t\":\"hello\",\"d\":{}}");
            String fetch = "{\"t\":\"fetch\",\"id\":\"f\",\"room\":\"" + room + "\",\"d\":{\"after\":0}}";
            byte[] asked = RawSocket.frames(RawSocket.TEXT, fetch.getBytes(StandardCharsets.US_ASCII), 1);
            while (attackers.goOn() && socket.write(asked)) {
                LockSupport.parkNanos(20_000_000);
            }
            attackers.count("closed " + socket.expectClose());
        }
    }

    private static long gauge(String name) {
        return new ApiClient(base)
                .get("metrics")
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** After a collection, so that it is what is really held. */
    private static long heapInUse() {
        server.collectGarbage();
        return new ApiClient(base)
                .get("metrics")
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes") && line.contains("area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
