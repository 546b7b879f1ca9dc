package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.confab.it.support.ApiClient;
import io.confab.it.support.BalancerProcess;
import io.confab.it.support.ChatClient;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shipped configuration of HAProxy in a real one, before two stand-ins for nodes that tell what reaches them. */
class BalancerIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final List<String> HIDDEN = List.of(
            "/health",
            "/health/ready",
            "/metrics",
            "/metrics;a=b",
            "/metrics?x=1",
            "/%6detrics",
            "/METRICS",
            "/metrics/%0ax",
            "/metrics%00",
            "//metrics",
            "/./metrics",
            "/api/../metrics",
            "/api/%2e%2e/metrics",
            "/api/..;/metrics",
            "/;x/metrics",
            "/;/health/ready",
            "/%3b/metrics",
            "/metrics/%zz",
            "/metrics%",
            "/api/v1/nodes/self/drain",
            "/api/v1/nodes",
            "/api/v1/nodes;x",
            "/API/v1/Nodes/all/orders",
            "/api/v1/nodes;x/self/drain",
            "/api;x/v1/nodes/self/drain");

    private final StandIn one = new StandIn("one");
    private final StandIn two = new StandIn("two");
    private final BalancerProcess balancer = BalancerProcess.start(List.of(one.port(), two.port()));
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @AfterEach
    void stop() {
        balancer.close();
        one.close();
        two.close();
    }

    @Test
    void theAddressThatAClientClaimsIsReplacedByItsOwn() {
        HttpResponse<String> answer = send(request("api/v1/me").header("X-Forwarded-For", "203.0.113.9"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("seen-address")).hasValue("127.0.0.1");
    }

    @Test
    void whatIsForTheInsideIsNotPassedOnHoweverItsPathIsWritten() throws IOException {
        for (String path : HIDDEN) {
            assertThat(exchange(balancer, get(path))).as(path).containsPattern("^HTTP/1.1 40[04] ");
        }
        assertThat(one.seen()).isEmpty();
        assertThat(two.seen()).isEmpty();
    }

    @Test
    void theDescriptionOfTheApiIsPassedOn() {
        assertThat(send(request("openapi")).statusCode()).isEqualTo(200);
    }

    @Test
    void nodesThatAreReadyShareTheCallsAndOneThatIsNotGetsNoNewOnes() throws IOException {
        await().atMost(SOON).until(() -> whoAnswers(8).equals(Set.of("one", "two")));
        HttpResponse<InputStream> open = openedAt("one");

        one.ready = false;
        await().atMost(SOON).until(() -> whoAnswers(8).equals(Set.of("two")));

        one.goOn.countDown();
        assertThat(new String(open.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("begun, ended");
        one.ready = true;
        await().atMost(SOON).until(() -> whoAnswers(8).equals(Set.of("one", "two")));
    }

    @Test
    void aNodeThatDiedCostsNoCallsButThoseItHadTaken() {
        await().atMost(SOON).until(() -> whoAnswers(8).equals(Set.of("one", "two")));

        one.close();

        for (int i = 0; i < 20; i++) { // before the next check has found it
            assertThat(send(request("api/v1/me")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aCallThatANodeMayHaveDoneIsNotRepeatedElsewhere() {
        HttpResponse<String> answer =
                send(request("dies").POST(HttpRequest.BodyPublishers.ofString("{\"cid\":\"once\"}")));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(Json.read(answer.body()).path("code").asText()).isEqualTo("internal");
        assertThat(one.seen().size() + two.seen().size()).isEqualTo(1);
    }

    @Test
    void aSocketOrAStreamThatOneNodeDoesNotTakeGoesToAnother() {
        await().atMost(SOON).until(() -> whoAnswers(8).equals(Set.of("one", "two")));
        one.takesSockets = false;

        for (int i = 0; i < 10; i++) {
            assertThat(send(request("ws/v1?resume=1")).body()).isEqualTo("two");
            assertThat(send(request("api/v1/stream")).body()).isEqualTo("two");
        }
        assertThat(one.seen()).contains("/ws/v1", "/api/v1/stream");
    }

    @Test
    void whatNoNodeTakesIsRefusedWithTheNodesOwnWords() {
        one.takesSockets = false;
        two.takesSockets = false;

        HttpResponse<String> answer = send(request("ws/v1"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
    }

    @Test
    void anyOtherCallThatANodeRefusesIsNotRepeatedElsewhere() {
        for (String path : List.of("api/v1/busy", "api/v1/streams", "admin/busy")) {
            int before = one.seen().size() + two.seen().size();

            assertThat(send(request(path).POST(HttpRequest.BodyPublishers.ofString("{}")))
                            .statusCode())
                    .as(path)
                    .isEqualTo(503);
            assertThat(one.seen().size() + two.seen().size()).isEqualTo(before + 1);
        }
    }

    @Test
    void withoutANodeTheAnswerIsUnavailableAndSaysWhenToTryAgain() {
        one.ready = false;
        two.ready = false;

        await().atMost(SOON).untilAsserted(() -> {
            HttpResponse<String> answer = send(request("api/v1/me"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(Json.read(answer.body()).path("code").asText()).isEqualTo("unavailable");
            assertThat(Json.read(answer.body()).path("retry_after_ms").asInt()).isEqualTo(1000);
        });
    }

    @Test
    void aSessionOfTheConsoleStaysWithItsNodeAndOnlyThere() {
        HttpResponse<String> first = send(request("admin/signin"));
        String cookie = first.headers().firstValue("Set-Cookie").orElse("").replaceFirst(";.*", "");
        assertThat(cookie).startsWith("confab_node=");

        var nodes = new HashSet<String>();
        for (int i = 0; i < 10; i++) {
            nodes.add(send(request("admin/rooms").header("Cookie", cookie)).body());
            nodes.add(send(request("omnifaces.push/overview").header("Cookie", cookie))
                    .body());
        }

        assertThat(nodes).containsExactly(first.body());
        assertThat(send(request("api/v1/me")).headers().firstValue("Set-Cookie"))
                .isEmpty();
    }

    @Test
    void anEventOfAStreamIsNotHeldBackUntilMoreComes() throws IOException {
        Duration quickest = Duration.ofDays(1);
        for (int i = 0; i < 5; i++) {
            long asked = System.nanoTime();
            var answer = send(request("slow"), HttpResponse.BodyHandlers.ofInputStream());
            byte[] first = answer.body().readNBytes(7);
            Duration took = Duration.ofNanos(System.nanoTime() - asked);
            assertThat(new String(first, StandardCharsets.US_ASCII)).isEqualTo("begun, ");
            quickest = took.compareTo(quickest) < 0 ? took : quickest;
        }

        assertThat(quickest).isLessThan(Duration.ofMillis(150));
    }

    @Test
    void aRequestWhoseHeadOrBodyDoesNotComeOnIsEndedAndReachesNoNode() throws IOException {
        String begun = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n";
        try (var head = sent(balancer, begun);
                var body = sent(balancer, begun + "Content-Length: 20\r\n\r\n{\"username\":");
                var chunks = sent(balancer, begun + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"u\r\n")) {
            for (Socket socket : List.of(head, body, chunks)) {
                assertThat(answer(socket)).startsWith("HTTP/1.1 408 ");
            }
        }
        assertThat(one.seen()).isEmpty();
        assertThat(two.seen()).isEmpty();
    }

    @Test
    void aSocketOfARealNodeGoesThroughItAndWhatIsForTheInsideDoesNot() throws IOException {
        try (var real = BalancerProcess.start(List.of(SharedServer.base().getPort()))) {
            var alice = ApiClient.registered(real.base());
            String room = alice.room("public");
            try (var client = ChatClient.connect(alice, room)) {
                assertThat(alice.post(room, "through the balancer").status()).isEqualTo(201);

                client.expect(
                        "the message",
                        frame -> frame.at("/d/body/text").asText().equals("through the balancer"));
            }
            for (String path : HIDDEN) {
                assertThat(exchange(real, get(path)))
                        .as(path)
                        .startsWith("HTTP/1.")
                        .doesNotContain("# TYPE")
                        .doesNotContain("\"checks\"");
            }
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.0\r\n\r\n";
    }

    /** What comes back for these bytes, which no client of HTTP would send, until the balancer hangs up. */
    private static String exchange(BalancerProcess balancer, String request) throws IOException {
        try (var socket = sent(balancer, request)) {
            return answer(socket);
        }
    }

    private static Socket sent(BalancerProcess balancer, String bytes) throws IOException {
        var socket =
                new Socket(InetAddress.getLoopbackAddress(), balancer.base().getPort());
        socket.setSoTimeout(10_000); // over the 5 s of the configuration
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(balancer.base().resolve(path)).timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the balancer", e);
        }
    }

    private Set<String> whoAnswers(int calls) {
        var names = new HashSet<String>();
        for (int i = 0; i < calls; i++) {
            names.add(send(request("api/v1/me")).body());
        }
        return names;
    }

    /** An answer that has begun and not ended, of this node. */
    private HttpResponse<InputStream> openedAt(String name) throws IOException {
        for (int i = 0; i < 10; i++) {
            var answer = send(request("slow"), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.headers().firstValue("seen-by").orElse("").equals(name)) {
                return answer;
            }
        }
        throw new IllegalStateException("none of the calls went to " + name);
    }

    /** Answers with its name, and remembers what it was asked, but for its health. */
    private static final class StandIn implements AutoCloseable {
        private final String name;
        private final HttpServer server;
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile boolean ready = true;
        private volatile boolean takesSockets = true;

        StandIn(String name) {
            this.name = name;
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.setExecutor(Executors.newCachedThreadPool());
            server.createContext("/", this::answer);
            server.start();
        }

        int port() {
            return server.getAddress().getPort();
        }

        List<String> seen() {
            return seen;
        }

        private void answer(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getRawPath();
            String address = String.join("|", exchange.getRequestHeaders().getOrDefault("X-Forwarded-For", List.of()));
            if (path.equals("/health/ready") && address.isEmpty()) { // the balancer's own question
                exchange.sendResponseHeaders(ready ? 200 : 503, -1);
                return;
            }
            seen.add(path);
            exchange.getResponseHeaders().set("seen-address", address);
            exchange.getResponseHeaders().set("seen-by", name);
            switch (path) {
                case "/dies" -> exchange.getRequestBody().readAllBytes();
                case "/slow" -> slowly(exchange);
                case "/api/v1/busy", "/api/v1/streams", "/admin/busy" -> exchange.sendResponseHeaders(503, -1);
                case "/ws/v1", "/api/v1/stream" -> {
                    exchange.getResponseHeaders().set("Retry-After", "7");
                    answer(exchange, takesSockets ? 200 : 503);
                }
                default -> answer(exchange, 200);
            }
            exchange.close();
        }

        private void answer(HttpExchange exchange, int status) throws IOException {
            exchange.sendResponseHeaders(status, name.length());
            exchange.getResponseBody().write(name.getBytes(StandardCharsets.US_ASCII));
        }

        private void slowly(HttpExchange exchange) throws IOException {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("begun, ".getBytes(StandardCharsets.US_ASCII));
            exchange.getResponseBody().flush();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.getResponseBody().write("ended".getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() {
            goOn.countDown();
            server.stop(0);
        }
    }
}
