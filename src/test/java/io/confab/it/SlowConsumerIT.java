package io.confab.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.RawSocket;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A client that stops reading costs the node a queue and nobody else a message; it is cut off, and comes back to the rest. */
class SlowConsumerIT {
    /** Nearly the largest body there is, so that few events fill many bytes: a replay holds 300. */
    private static final String LONG = "a".repeat(64_000);

    private static final int HUNG_UP = 1006;
    /** More than the threads that write to sockets. */
    private static final int STALLED = 6;
    /** Sent without waiting for the answers: fewer than one socket's queue holds. */
    private static final int BATCH = 10;
    /** 32 MB: more than this socket's queue, the container's and the operating system's hold. */
    private static final int MESSAGES = 500;

    private final URI base = SharedServer.base();

    @Test
    void whoStopsReadingIsClosedDisturbsNobodyAndComesBackWithoutHoleOrDouble() {
        var alice = ApiClient.registered(base);
        var bob = ApiClient.registered(base);
        var carol = ApiClient.registered(base);
        String room = alice.room("private", bob.user(), carol.user());
        try (var slow = RawSocket.openNarrow(base, bob.access());
                var reading = ChatClient.connect(carol, room);
                var writing = ChatClient.connect(alice)) {
            slow.text("{\"t\":\"hello\",\"d\":{\"rooms\":{\"" + room + "\":{}}}}");
            slow.expect("resumed");

            long first = post(writing, reading, room, "bob reads this", 1);
            slow.expect("bob reads this");
            long before = slowConsumers();
            int sent = 0;
            while (slowConsumers() == before && sent < MESSAGES) { // he reads nothing of it
                post(writing, reading, room, LONG, BATCH);
                sent += BATCH;
            }
            assertThat(slowConsumers()).as(sent + " messages").isEqualTo(before + 1);
            long head = post(writing, reading, room, "after he was closed", 1);

            // the code stands behind all that he did not read, which the container drops when it still holds some of it
            assertThat(slow.expectClose()).isIn(4302, HUNG_UP);
            List<Long> seen = seqs(slow, room);
            long last = seen.getLast();
            assertThat(seen).isEqualTo(range(first, last));
            assertThat(last).isLessThan(head);
            assertThat(head).isEqualTo(first + sent + 1);
            assertThat(reading.seqs(room)).isEqualTo(range(first, head));
            assertThat(reading.isOpen()).isTrue();

            String epoch = reading.expectEvent(room, head).path("ep").asText();
            try (var back = ChatClient.resume(bob, room, epoch, last)) {
                back.expectEvent(room, head);
                back.expect("resumed");
                assertThat(back.seqs(room)).isEqualTo(range(last + 1, head));
            }
        }
    }

    @Test
    void severalWhoStoppedReadingAreClosedAndNobodyWaitsForThem() {
        var alice = ApiClient.registered(base);
        var bob = ApiClient.registered(base);
        var carol = ApiClient.registered(base);
        String room = alice.room("private", bob.user(), carol.user());
        var stalled = new ArrayList<RawSocket>();
        try (var reading = ChatClient.connect(carol, room);
                var writing = ChatClient.connect(alice)) {
            for (int i = 0; i < STALLED; i++) {
                var socket = RawSocket.openNarrow(base, bob.access());
                socket.text("{\"t\":\"hello\",\"d\":{\"rooms\":{\"" + room + "\":{}}}}");
                socket.expect("resumed");
                stalled.add(socket);
            }
            long before = slowConsumers();
            long mostWaiting = 0;
            Duration longest = Duration.ZERO;
            for (int sent = 0; slowConsumers() < before + STALLED && sent < MESSAGES; sent += BATCH) {
                var begun = Instant.now();
                post(writing, reading, room, LONG, BATCH);
                var took = Duration.between(begun, Instant.now());
                longest = took.compareTo(longest) > 0 ? took : longest;
                mostWaiting = Math.max(mostWaiting, metric("confab_sockets_waiting_bytes"));
            }
            assertThat(slowConsumers()).isEqualTo(before + STALLED);
            var begun = Instant.now();
            for (int i = 0; i < 20; i++) {
                post(writing, reading, room, "is anybody held up?", 1);
            }

            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(longest).isLessThan(Duration.ofSeconds(5));
            assertThat(mostWaiting).isPositive();
            await().untilAsserted(() ->
                    assertThat(metric("confab_sockets_waiting_bytes")).isZero());
        } finally {
            stalled.forEach(RawSocket::close);
        }
    }

    /** The number of the last one, once its author has the answer and the one who reads the message. */
    private static long post(ChatClient author, ChatClient reading, String room, String text, int times) {
        String id = "";
        for (int i = 0; i < times; i++) {
            ObjectNode d = Json.object().put("cid", ApiClient.cid());
            d.putObject("body").put("type", "x.long").put("long", text);
            id = author.send("msg.send", room, d);
        }
        long seq = author.expectOk(id).path("seq").asLong();
        reading.expectEvent(room, seq);
        return seq;
    }

    private long slowConsumers() {
        return metric("confab_slow_consumers_total");
    }

    private long metric(String name) {
        return new ApiClient(base)
                .get("metrics")
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<Long> seqs(RawSocket socket, String room) {
        var seqs = new ArrayList<Long>();
        socket.texts().lines().filter(line -> !line.isEmpty()).map(Json::read).forEach(frame -> {
            for (JsonNode each : frame instanceof ArrayNode several ? several : List.of(frame)) {
                if (each.has("seq") && each.path("room").asText().equals(room)) {
                    seqs.add(each.path("seq").asLong());
                }
            }
        });
        return seqs;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}
