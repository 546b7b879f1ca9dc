package io.confab.it.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One socket in the words of the tests: it keeps every frame it got (arrays taken apart) and waits for what it expects.
 */
public final class ChatClient implements AutoCloseable {
    /** Longer than a node waits for a write to end ({@code confab.delivery.send-timeout}): what that ends is seen to end. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private volatile String closeReason = "";
    private final AtomicInteger ids = new AtomicInteger();
    private final WebSocket socket;
    private CompletableFuture<WebSocket> lastSend;
    private volatile Consumer<JsonNode> listener = frame -> {};

    private ChatClient(URI base, String @Nullable [] protocols) {
        this(base, "", protocols, HTTP.newWebSocketBuilder());
    }

    private ChatClient(URI base, String query, String @Nullable [] protocols, WebSocket.Builder builder) {
        builder.connectTimeout(PATIENCE);
        if (protocols != null) {
            String[] more = java.util.Arrays.copyOfRange(protocols, 1, protocols.length);
            builder.subprotocols(protocols[0], more);
        }
        URI url = URI.create("ws://" + base.getHost() + ":" + base.getPort() + "/ws/v1" + query);
        this.socket = builder.buildAsync(url, new Collector()).join();
        this.lastSend = CompletableFuture.completedFuture(socket);
    }

    /** Opens a socket with this token; no {@code hello} yet. */
    public static ChatClient open(URI base, String access) {
        return new ChatClient(base, new String[] {"chat.v1.json", "bearer." + access});
    }

    /** Opens a socket with exactly these subprotocols (none when empty). */
    public static ChatClient openWith(URI base, String... protocols) {
        return new ChatClient(base, protocols.length == 0 ? null : protocols);
    }

    /** Opens a socket through a balancer that names this address as the client's. */
    public static ChatClient openFrom(String address, ApiClient who) {
        return new ChatClient(
                who.base(),
                "",
                new String[] {"chat.v1.json", "bearer." + who.access()},
                HTTP.newWebSocketBuilder().header("X-Forwarded-For", address));
    }

    /** Opens a socket with a cookie and no token. */
    public static ChatClient openWithCookie(URI base, String cookie) {
        return new ChatClient(
                base,
                "",
                new String[] {"chat.v1.json"},
                HTTP.newWebSocketBuilder().header("Cookie", cookie));
    }

    /** Opens and says hello, listening to these rooms from their heads. */
    public static ChatClient connect(ApiClient who, String... rooms) {
        var d = Json.object();
        var named = d.putObject("rooms");
        for (String room : rooms) {
            named.putObject(room);
        }
        var client = open(who.base(), who.access());
        client.send("hello", null, d);
        client.expect("resumed");
        return client;
    }

    /** Opens and resumes one room from a position. */
    public static ChatClient resume(ApiClient who, String room, String epoch, long seq) {
        var d = Json.object();
        d.putObject("rooms").putObject(room).put("ep", epoch).put("seq", seq);
        var client = new ChatClient(
                who.base(),
                "?resume=1",
                new String[] {"chat.v1.json", "bearer." + who.access()},
                HTTP.newWebSocketBuilder());
        client.send("hello", null, d);
        client.expect("welcome");
        return client;
    }

    private final class Collector implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                JsonNode node = Json.read(parts.toString());
                parts.setLength(0);
                if (node instanceof ArrayNode several) {
                    several.forEach(this::keep);
                } else {
                    keep(node);
                }
            }
            webSocket.request(1);
            return null;
        }

        private void keep(JsonNode frame) {
            frames.add(frame);
            listener.accept(frame);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closeReason = reason;
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(1006);
        }
    }

    /** Sees each frame from now on, on the socket's thread: it must not wait for anything. */
    public void onFrame(Consumer<JsonNode> each) {
        listener = each;
    }

    /** The id that the next frame will have. */
    public String nextId() {
        return Integer.toString(ids.get() + 1);
    }

    /** Sends a frame with a new id; the id. */
    public String send(String type, @Nullable String room, ObjectNode d) {
        String id = Integer.toString(ids.incrementAndGet());
        ObjectNode frame = Json.object().put("t", type).put("id", id);
        if (room != null) {
            frame.put("room", room);
        }
        frame.set("d", d);
        raw(Json.write(frame));
        return id;
    }

    /** Sends a text frame exactly as given. */
    public void raw(String text) {
        lastSend = lastSend.thenCompose(ready -> ready.sendText(text, true));
        try {
            lastSend.join();
        } catch (CompletionException e) {
            lastSend = CompletableFuture.completedFuture(socket); // the socket is closed; expectClose tells why
        }
    }

    public void binary(byte[] bytes) {
        socket.sendBinary(java.nio.ByteBuffer.wrap(bytes), true).join();
    }

    /** Sends a message; the id of the request. */
    public String post(String room, String text, String cid) {
        ObjectNode d = Json.object().put("cid", cid);
        d.putObject("body").put("type", "text").put("text", text);
        return send("msg.send", room, d);
    }

    /** Sends a message and waits for its {@code ok}. */
    public JsonNode posts(String room, String text) {
        return expectOk(post(room, text, ApiClient.cid()));
    }

    /** The first frame of this type, past or future. */
    public JsonNode expect(String type) {
        return expect("a frame " + type, frame -> frame.path("t").asText().equals(type));
    }

    /** The answer {@code ok} to a request; its {@code d}. */
    public JsonNode expectOk(String id) {
        JsonNode answer = answer(id);
        assertThat(answer.path("t").asText()).as(answer.toString()).isEqualTo("ok");
        return answer.path("d");
    }

    /** The answer {@code err} to a request. */
    public JsonNode expectErr(String id, String code) {
        JsonNode answer = answer(id);
        assertThat(answer.path("code").asText()).as(answer.toString()).isEqualTo(code);
        return answer;
    }

    /** Whatever answers a request. */
    public JsonNode answer(String id) {
        return expect(
                "an answer to " + id,
                frame -> frame.path("id").asText().equals(id)
                        && List.of("ok", "err", "pong", "welcome")
                                .contains(frame.path("t").asText()));
    }

    /** The event of a room with this number. */
    public JsonNode expectEvent(String room, long seq) {
        return expect(
                "event " + seq + " of " + room,
                frame -> frame.path("room").asText().equals(room)
                        && frame.path("seq").asLong() == seq);
    }

    /** The first frame that satisfies it, past or future. */
    public JsonNode expect(String what, Predicate<JsonNode> wanted) {
        return await(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO) // most often it is there already
                .pollInterval(Duration.ofMillis(5))
                .until(() -> frames.stream().filter(wanted).findFirst(), java.util.Optional::isPresent)
                .orElseThrow();
    }

    /** The close code. */
    public int expectClose() {
        return await("close").atMost(PATIENCE).until(() -> closed.getNow(0), code -> code != 0);
    }

    /** The words beside the close code. */
    public String closeReason() {
        return closeReason;
    }

    public boolean isOpen() {
        return !closed.isDone();
    }

    /** A round trip: what was sent before it has been handled, and nothing of it is still on its way here. */
    public void roundTrip() {
        answer(send("ping", null, Json.object()));
    }

    /** All frames so far. */
    public List<JsonNode> frames() {
        return List.copyOf(frames);
    }

    /** The durable events of a room so far, in the order they came. */
    public List<JsonNode> events(String room) {
        var events = new ArrayList<JsonNode>();
        for (JsonNode frame : frames) {
            if (frame.has("seq") && frame.path("room").asText().equals(room)) {
                events.add(frame);
            }
        }
        return events;
    }

    /** Numbers of a room's events so far. */
    public List<Long> seqs(String room) {
        return events(room).stream().map(event -> event.path("seq").asLong()).toList();
    }

    /** Ends the connection without a word, as a phone that lost its network. */
    public void vanish() {
        socket.abort();
    }

    @Override
    public void close() {
        if (closed.isDone()) {
            return;
        }
        try {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .orTimeout(2, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            socket.abort(); // it was closed meanwhile
        }
    }
}
