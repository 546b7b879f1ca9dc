package io.confab.it.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** One person who sends at an even pace, whatever is answered, and notes what was answered and how late. */
public final class SteadySender implements AutoCloseable {
    private final ApiClient by;
    private final String room;
    private final ChatClient socket;
    private final Thread thread;
    private final Map<String, Sent> sent = new ConcurrentHashMap<>(); // by id of the request
    private final Map<String, Answered> answered = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    private record Sent(String cid, long atNanos) {}

    /** @param code empty: ok */
    private record Answered(String cid, String code, long seq, Duration after) {}

    private SteadySender(ApiClient by, String room, Duration pause) {
        this.by = by;
        this.room = room;
        this.socket = ChatClient.connect(by);
        socket.onFrame(this::note);
        this.thread = Thread.ofPlatform().daemon().name("steady-sender").start(() -> {
            while (!stopped && socket.isOpen()) {
                String cid = ApiClient.cid();
                sent.put(socket.nextId(), new Sent(cid, System.nanoTime()));
                socket.post(room, "text of " + cid, cid);
                LockSupport.parkNanos(pause.toNanos());
            }
        });
    }

    public static SteadySender start(ApiClient by, String room, Duration pause) {
        return new SteadySender(by, room, pause);
    }

    private void note(JsonNode frame) {
        String id = frame.path("id").asText();
        Sent request = sent.get(id);
        if (request != null) {
            boolean ok = frame.path("t").asText().equals("ok");
            if (frame.path("code").asText().equals("unavailable")) {
                assertThat(frame.path("retry_after_ms").asLong()).isPositive();
            }
            answered.put(
                    id,
                    new Answered(
                            request.cid(),
                            ok ? "" : frame.path("code").asText(),
                            frame.at("/d/seq").asLong(),
                            Duration.ofNanos(System.nanoTime() - request.atNanos())));
        }
    }

    public ApiClient by() {
        return by;
    }

    public boolean isOpen() {
        return socket.isOpen();
    }

    public void awaitSent(int number) {
        await("sends").atMost(Duration.ofMinutes(1)).until(() -> sent.size() >= number);
    }

    /** Lets it go on for so long. */
    public void awaitTime(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await("time").atMost(time.plusSeconds(5)).until(() -> System.nanoTime() - end >= 0);
    }

    public void awaitRefusals(int number) {
        await("refusals").atMost(Duration.ofSeconds(30)).until(() -> count(false) >= number);
    }

    /** Waits until so many more have their ok. */
    public void awaitAcknowledged(int more, Duration limit) {
        long goal = count(true) + more;
        await("acknowledgements").atMost(limit).until(() -> count(true) >= goal);
    }

    private long count(boolean ok) {
        return answered.values().stream().filter(a -> a.code().isEmpty() == ok).count();
    }

    /** Nothing more is sent. */
    public void stop() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public void awaitAnswers(Duration limit) {
        await("answers to all").atMost(limit).until(() -> answered.size() == sent.size());
    }

    /** How late answers came, of this percentage the latest. */
    public Duration percentile(int percent) {
        List<Duration> sorted =
                answered.values().stream().map(Answered::after).sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    /** Codes of the refusals. */
    public Set<String> refusals() {
        return answered.values().stream()
                .map(Answered::code)
                .filter(code -> !code.isEmpty())
                .collect(Collectors.toSet());
    }

    /** The numbers that were acknowledged, by cid. */
    public Map<String, Long> acknowledged() {
        return answered.values().stream()
                .filter(a -> a.code().isEmpty())
                .collect(Collectors.toMap(Answered::cid, Answered::seq));
    }

    /** The highest number acknowledged. */
    public long head() {
        return acknowledged().values().stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    /** Sends what was refused again, with the same cids; the numbers. */
    public Map<String, Long> again() {
        var ids = new HashMap<String, String>();
        var refused = new ArrayList<Answered>(answered.values());
        refused.removeIf(a -> a.code().isEmpty());
        for (Answered each : refused) {
            ids.put(each.cid(), socket.post(room, "text of " + each.cid(), each.cid()));
        }
        var numbers = new HashMap<String, Long>();
        ids.forEach(
                (cid, id) -> numbers.put(cid, socket.expectOk(id).path("seq").asLong()));
        return numbers;
    }

    @Override
    public void close() {
        stop();
        socket.close();
    }
}
