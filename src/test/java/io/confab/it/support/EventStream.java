package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@code GET /api/v1/stream} as a client reads it (WHATWG HTML section 9.2.6): its events, its last id, how it ended. */
public final class EventStream implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private final List<String> types = new CopyOnWriteArrayList<>();
    private final AtomicInteger comments = new AtomicInteger();
    private volatile String lastId = "";
    private volatile boolean ended;
    private volatile Optional<JsonNode> close = Optional.empty();
    private final HttpResponse<Stream<String>> response;

    private EventStream(HttpResponse<Stream<String>> response) {
        this.response = response;
        Thread.ofPlatform().daemon().name("event-stream").start(this::read);
    }

    /** Opens it. @param query {@code ""} or {@code "?rooms=…"} @param headers names and values in turn */
    public static EventStream open(ApiClient who, String query, String... headers) {
        return open(who.base(), who.access(), query, headers);
    }

    /** All rooms from where an earlier stream has ended. */
    public static EventStream resume(ApiClient who, String query, String lastId) {
        return open(who, query, "Last-Event-ID", lastId);
    }

    /** From the heads of these rooms; it has been greeted. */
    public static EventStream connect(ApiClient who, String... rooms) {
        var stream = open(who, "?rooms=" + String.join(",", rooms));
        stream.expect("resumed");
        return stream;
    }

    private static EventStream open(URI base, String access, String query, String... headers) {
        var request = HttpRequest.newBuilder(base.resolve("api/v1/stream" + query))
                .header("Authorization", "Bearer " + access);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new EventStream(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofLines()));
        } catch (IOException e) {
            throw new IllegalStateException("the stream was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        String id = null;
        String type = "message";
        var data = new ArrayList<String>();
        try (var lines = response.body()) {
            for (var each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                if (line.isEmpty()) {
                    lastId = id == null ? lastId : id;
                    if (!data.isEmpty()) {
                        dispatch(type, String.join("\n", data));
                    }
                    id = null;
                    type = "message";
                    data.clear();
                } else if (line.startsWith(":")) {
                    comments.incrementAndGet();
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.add(line.substring(6));
                }
            }
        } catch (RuntimeException e) {
            // the connection was cut; how a stream ended is told by its last event
        }
        ended = true;
    }

    private void dispatch(String type, String data) {
        JsonNode frame = Json.read(data);
        if (type.equals("close")) {
            close = Optional.of(frame);
            return;
        }
        types.add(type);
        frames.add(frame);
    }

    public int status() {
        return response.statusCode();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The frames so far: the {@code data} of each event but {@code close}. */
    public List<JsonNode> frames() {
        return List.copyOf(frames);
    }

    /** The {@code event} of each. */
    public List<String> types() {
        return List.copyOf(types);
    }

    public List<JsonNode> events(String room) {
        return frames.stream()
                .filter(frame -> frame.has("seq") && frame.path("room").asText().equals(room))
                .toList();
    }

    public List<Long> seqs(String room) {
        return events(room).stream().map(event -> event.path("seq").asLong()).toList();
    }

    public JsonNode expect(String type) {
        return expect(type, frame -> frame.path("t").asText().equals(type));
    }

    public JsonNode expectEvent(String room, long seq) {
        return expect(
                "event " + seq + " of " + room,
                frame -> frame.path("room").asText().equals(room)
                        && frame.path("seq").asLong() == seq);
    }

    public JsonNode expect(String what, Predicate<JsonNode> wanted) {
        return await(what)
                .atMost(ChatClient.PATIENCE)
                .pollDelay(Duration.ZERO) // most often it is there already
                .pollInterval(Duration.ofMillis(5))
                .until(() -> frames.stream().filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    /** What its last event said, once it has ended: {@code {code, reason}}. */
    public JsonNode expectClose() {
        return await("close")
                .atMost(ChatClient.PATIENCE)
                .until(() -> ended ? close : Optional.<JsonNode>empty(), Optional::isPresent)
                .orElseThrow();
    }

    public boolean isOpen() {
        return !ended;
    }

    /** What a client sends as {@code Last-Event-ID}. */
    public String lastId() {
        return lastId;
    }

    /** Heartbeats so far. */
    public int comments() {
        return comments.get();
    }

    /** Ends it from this side; what has come stays to be looked at. */
    public void hangUp() {
        response.body().close();
        await("the end of the stream").atMost(ChatClient.PATIENCE).until(() -> ended);
    }

    @Override
    public void close() {
        response.body().close();
    }
}
