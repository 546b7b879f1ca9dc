package io.confab.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A person who listens to one room at one node and obeys {@code reconnect}: after its moment the same person listens at
 * another node, from where the first socket stood. Refused handshakes are tried again with full jitter.
 */
public final class Wanderer implements AutoCloseable {
    private static final Executor LATER = task -> Thread.ofVirtual().start(task);

    private final ApiClient who;
    private final String room;
    private final URI elsewhere;
    private final Random random;
    private final ChatClient first;
    private final CompletableFuture<Back> back = new CompletableFuture<>();
    private volatile long toldNanos;

    /** On the other node again. @param tries handshakes that it took */
    public record Back(ChatClient socket, long atNanos, Duration waited, int tries) {}

    private Wanderer(ApiClient who, String room, URI elsewhere, boolean obeys, Random random) {
        this.who = who;
        this.room = room;
        this.elsewhere = elsewhere;
        this.random = random;
        this.first = again(() -> ChatClient.connect(who, room), new int[1]);
        if (obeys) {
            first.onFrame(this::frame);
        }
    }

    /** Listens from the room's head on. @param obeys false: ignores what it is told, and is closed in the end */
    public static Wanderer listening(ApiClient who, String room, URI elsewhere, boolean obeys, Random random) {
        return new Wanderer(who, room, elsewhere, obeys, random);
    }

    private void frame(JsonNode frame) {
        if (frame.path("t").asText().equals("reconnect") && toldNanos == 0) {
            toldNanos = System.nanoTime();
            long after = frame.at("/d/after_ms").asLong()
                    + (long) (random.nextDouble() * frame.at("/d/jitter_ms").asLong());
            CompletableFuture.delayedExecutor(after, TimeUnit.MILLISECONDS, LATER)
                    .execute(this::goElsewhere);
        }
    }

    private void goElsewhere() {
        try {
            var tries = new int[1];
            List<JsonNode> seen = first.events(room);
            String epoch = seen.getLast().path("ep").asText();
            long seq = seen.getLast().path("seq").asLong();
            long due = System.nanoTime();
            var socket = again(() -> ChatClient.resume(who.at(elsewhere), room, epoch, seq), tries);
            String status =
                    socket.expect("welcome").at("/d/rooms/" + room + "/status").asText();
            if (!status.equals("ok")) { // then it listens to nothing: what it missed is not the node's fault
                throw new IllegalStateException(
                        "who comes back with " + seq + " is answered " + socket.expect("welcome"));
            }
            socket.expect("resumed");
            long now = System.nanoTime();
            back.complete(new Back(socket, now, Duration.ofNanos(now - due), tries[0]));
            first.close();
        } catch (RuntimeException e) {
            back.completeExceptionally(e);
        }
    }

    private ChatClient again(java.util.function.Supplier<ChatClient> open, int[] tries) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (long most = 500; ; most = Math.min(2 * most, 4_000)) {
            tries[0]++;
            try {
                return open.get();
            } catch (CompletionException refused) {
                if (System.nanoTime() > end) {
                    throw refused;
                }
                CompletableFuture.runAsync(
                                () -> {},
                                CompletableFuture.delayedExecutor(
                                        (long) (random.nextDouble() * most), TimeUnit.MILLISECONDS))
                        .join();
            }
        }
    }

    /** The first socket. */
    public ChatClient first() {
        return first;
    }

    /** Waits until it is back elsewhere. */
    public Back back() {
        return back.orTimeout(40, TimeUnit.SECONDS).join();
    }

    /** The numbers of the room's events as an application has them: in order of arrival, what came on both sockets once. */
    public List<Long> heard() {
        Map<Long, Long> once = new TreeMap<>();
        var all = new ArrayList<>(first.seqs(room));
        if (back.isDone()) {
            all.addAll(back().socket().seqs(room));
        }
        all.forEach(seq -> once.put(seq, seq));
        return List.copyOf(once.keySet());
    }

    @Override
    public void close() {
        first.close();
        if (back.isDone() && !back.isCompletedExceptionally()) {
            back().socket().close();
        }
    }
}
