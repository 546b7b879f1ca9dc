package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Several people who send into one room as fast as they are answered, each with some messages in flight, until it is ended or
 * their sockets are gone. Remembers what was sent, what was acknowledged with which number, and what was refused.
 */
public final class Burst implements AutoCloseable {
    private final String room;
    private final int window;
    private final Map<String, Message> sent = new ConcurrentHashMap<>();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, String> refused = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<ChatClient> clients = new ArrayList<>();
    private volatile boolean ended;

    /** One message as it was sent. */
    public record Message(ApiClient by, String cid, String text) {}

    private Burst(String room, int window) {
        this.room = room;
        this.window = window;
    }

    /** @param window messages in flight of each sender */
    public static Burst start(List<ApiClient> people, String room, int window) {
        var burst = new Burst(room, window);
        for (ApiClient person : people) {
            var client = ChatClient.connect(person);
            burst.clients.add(client);
            var thread = new Thread(() -> burst.send(person, client), "burst-" + person.username());
            burst.threads.add(thread);
            thread.start();
        }
        return burst;
    }

    private void send(ApiClient person, ChatClient client) {
        var permits = new Semaphore(window);
        Map<String, String> cids = new ConcurrentHashMap<>();
        client.onFrame(frame -> {
            if (answered(cids, frame)) {
                permits.release();
            }
        });
        try {
            for (int i = 0; !ended && client.isOpen(); i++) {
                if (permits.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    var message = new Message(person, ApiClient.cid(), person.username() + " says " + i);
                    sent.put(message.cid(), message);
                    cids.put(client.nextId(), message.cid());
                    client.post(room, message.text(), message.cid());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answered(Map<String, String> cids, JsonNode frame) {
        String cid = cids.get(frame.path("id").asText());
        if (cid == null) {
            return false;
        }
        if (frame.path("t").asText().equals("ok")) {
            acknowledged.put(cid, frame.at("/d/seq").asLong());
        } else {
            refused.put(cid, frame.path("code").asText());
        }
        return true;
    }

    /** Waits until so many more are acknowledged. */
    public void awaitAcknowledged(int more) {
        int goal = acknowledged.size() + more;
        await("a burst of " + goal)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> acknowledged.size() >= goal);
    }

    /** Nothing more is sent; returns when no sender runs. What is on its way may still be answered. */
    public void end() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a burst ended", e);
            }
        }
    }

    /** Waits until all that was sent has its answer. */
    public void awaitAnswers(Duration limit) {
        await("answers to all of the burst")
                .atMost(limit)
                .until(() -> acknowledged.size() + refused.size() == sent.size());
    }

    /** Numbers that the {@code ok}s named, by cid. */
    public Map<String, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** What was sent and not acknowledged: refused, or never answered. */
    public List<Message> unacknowledged() {
        return sent.values().stream()
                .filter(message -> !acknowledged.containsKey(message.cid()))
                .toList();
    }

    public Message message(String cid) {
        return java.util.Objects.requireNonNull(sent.get(cid), cid);
    }

    /** The codes of the refusals. */
    public Set<String> codes() {
        return Set.copyOf(refused.values());
    }

    public boolean allSocketsAreOpen() {
        return clients.stream().allMatch(ChatClient::isOpen);
    }

    @Override
    public void close() {
        end();
        clients.forEach(ChatClient::close);
    }

    /** The whole log of a room as somebody reads it over HTTP, by number. */
    public static Map<Long, JsonNode> log(ApiClient who, String room) {
        var log = new TreeMap<Long, JsonNode>();
        JsonNode page;
        do {
            long after = log.isEmpty() ? 0 : log.lastEntry().getKey();
            page = who.get("api/v1/rooms/" + room + "/events?after=" + after).body();
            for (JsonNode event : page.path("events")) {
                log.put(event.path("seq").asLong(), event);
            }
        } while (page.path("more").asBoolean());
        return log;
    }

    /** The message again over HTTP, with the same key. */
    public static ApiClient.Reply again(Message message, String room) {
        var body = Json.object();
        body.putObject("body").put("type", "text").put("text", message.text());
        return message.by()
                .raw("POST", "api/v1/rooms/" + room + "/messages", Json.write(body), "Idempotency-Key", message.cid());
    }
}
