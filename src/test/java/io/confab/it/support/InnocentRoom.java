package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People who do nothing but talk and listen while others misbehave: they send in turn, at an even pace within the limits,
 * and all measure how long each message takes to its {@code ok} and to them. They share this JVM, and so its clock.
 */
public final class InnocentRoom implements AutoCloseable {
    private final String room;
    private final List<ChatClient> people = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> okNanos = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> deliveryNanos = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();

    /** What was measured. Times in milliseconds. */
    public record Figures(int sent, int answered, int delivered, double okP50, double okP99, double p50, double p99) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d sent, %d answered, %d delivered; send to ok p50 %.1f p99 %.1f ms, to delivery p50 %.1f p99 %.1f ms",
                    sent,
                    answered,
                    delivered,
                    okP50,
                    okP99,
                    p50,
                    p99);
        }
    }

    private InnocentRoom(String room) {
        this.room = room;
    }

    /** Opens a room in which so many listen. */
    public static InnocentRoom open(URI base, int listeners) {
        var author = ApiClient.registered(base);
        var others = new ArrayList<ApiClient>();
        for (int i = 1; i < listeners; i++) {
            others.add(ApiClient.registered(base));
        }
        String id = author.room("private", others.stream().map(ApiClient::user).toArray(String[]::new));
        var room = new InnocentRoom(id);
        room.people.add(ChatClient.connect(author, id));
        others.forEach(other -> room.people.add(ChatClient.connect(other, id)));
        room.people.forEach(person -> person.onFrame(room::seen));
        return room;
    }

    private void seen(JsonNode frame) {
        long now = System.nanoTime();
        if (frame.path("t").asText().equals("msg.new")) {
            deliveryNanos.add(now - Long.parseLong(frame.at("/d/cid").asText()));
        } else if (frame.path("t").asText().equals("ok")) {
            okNanos.add(now - Long.parseLong(frame.at("/d/cid").asText()));
        }
    }

    /** Talks for a while, so often a second, and says how long it took. */
    public Figures talk(Duration time, int perSecond) {
        okNanos.clear();
        deliveryNanos.clear();
        int messages = Math.toIntExact(time.toSeconds() * perSecond);
        var left = new AtomicInteger(messages);
        var sending = pace.scheduleAtFixedRate(
                () -> {
                    if (left.getAndDecrement() > 0) {
                        people.get(turn.getAndIncrement() % people.size())
                                .post(room, "all is well", Long.toString(System.nanoTime()));
                    }
                },
                0,
                1_000_000 / perSecond,
                TimeUnit.MICROSECONDS);
        int all = messages * people.size();
        await("deliveries")
                .atMost(time.plusSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> deliveryNanos.size() >= all && okNanos.size() >= messages);
        sending.cancel(false);
        long[] oks = sorted(okNanos);
        long[] deliveries = sorted(deliveryNanos);
        return new Figures(
                messages,
                oks.length,
                deliveries.length,
                millis(oks, 0.5),
                millis(oks, 0.99),
                millis(deliveries, 0.5),
                millis(deliveries, 0.99));
    }

    private static long[] sorted(ConcurrentLinkedQueue<Long> nanos) {
        long[] all = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(all);
        return all;
    }

    private static double millis(long[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) ((sorted.length - 1) * part)] / 1e6;
    }

    /** Whether all of them are still connected. */
    public boolean isWhole() {
        return people.stream().allMatch(ChatClient::isOpen);
    }

    @Override
    public void close() {
        pace.shutdownNow();
        people.forEach(ChatClient::close);
    }
}
