package io.confab.it;

import io.confab.it.support.ApiClient;
import io.confab.it.support.PostgresServer;
import io.confab.it.support.ServerProcess;
import io.confab.it.support.SharedServer;
import io.confab.kernel.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Figures of docs/adr/0057: how many people a second one node on PostgreSQL greets who resume ten rooms each, from the
 * handshake to {@code resumed}; the clients share the machine. After {@code mvn -Pquick -DskipTests package}, on a quiet machine:
 *
 * <pre>{@code
 * mvn -q -Pquick test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.confab.it.GreetingFigures
 * }</pre>
 */
final class GreetingFigures {
    private static final int PEOPLE = 40;
    private static final int ROOMS = 10;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration ROUND = Duration.ofSeconds(8);

    private GreetingFigures() {}

    public static void main(String... arguments) throws InterruptedException {
        var settings = new HashMap<String, String>(SharedServer.WIDE);
        settings.put("confab.db.url", PostgresServer.shared().freshDatabase());
        settings.put("confab.connections-per-user", "1000");
        settings.put("confab.password.memory-kib", "7168");
        try (var node = ServerProcess.start(Map.copyOf(settings)).awaitReady()) {
            var visits = new ArrayList<Visit>();
            for (int i = 0; i < PEOPLE; i++) {
                visits.add(visit(ApiClient.registered(node.base())));
            }
            System.out.println("| at once | greeted/s | p50 ms | p99 ms |");
            System.out.println("|---|---|---|---|");
            round(node.socket(), visits, 32, WARM_UP);
            for (int atOnce : List.of(8, 32, 128)) {
                long[] nanos = round(node.socket(), visits, atOnce, ROUND);
                System.out.printf(
                        "| %d | %.0f | %.0f | %.0f |%n",
                        atOnce,
                        (double) nanos.length / ROUND.toSeconds(),
                        nanos[nanos.length / 2] / 1e6,
                        nanos[(int) (nanos.length * 0.99)] / 1e6);
            }
        }
        System.exit(0); // the shared PostgreSQL ends with the JVM
    }

    /** Who comes, and with which {@code hello}. */
    private record Visit(String access, String hello) {}

    private static Visit visit(ApiClient who) {
        var d = Json.object();
        var rooms = d.putObject("rooms");
        for (int i = 0; i < ROOMS; i++) {
            String room = who.room("private");
            var head = who.post(room, "where it stood").body();
            rooms.putObject(room)
                    .put("ep", head.path("ep").asText())
                    .put("seq", head.path("seq").asLong());
            who.post(room, "what was missed");
        }
        return new Visit(
                who.access(), Json.write(Json.object().put("t", "hello").set("d", d)));
    }

    private static long[] round(URI url, List<Visit> visits, int atOnce, Duration duration)
            throws InterruptedException {
        var nanos = new ConcurrentLinkedQueue<Long>();
        var places = new Semaphore(atOnce);
        long end = System.nanoTime() + duration.toNanos();
        try (var http = HttpClient.newHttpClient()) {
            for (int i = 0; System.nanoTime() < end; i++) {
                places.acquire();
                greet(http, url, visits.get(i % visits.size()), nanos, places);
            }
            places.acquire(atOnce);
        }
        return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void greet(
            HttpClient http, URI url, Visit visit, ConcurrentLinkedQueue<Long> nanos, Semaphore places) {
        long begun = System.nanoTime();
        var listener = new WebSocket.Listener() {
            private final StringBuilder texts = new StringBuilder();

            @Override
            public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                texts.append(text);
                socket.request(1);
                if (last && texts.indexOf("\"t\":\"resumed\"") >= 0) {
                    nanos.add(System.nanoTime() - begun);
                    socket.abort();
                    places.release();
                }
                return null;
            }
        };
        var unused = http.newWebSocketBuilder()
                .subprotocols("chat.v1.json", "bearer." + visit.access())
                .buildAsync(URI.create(url + "?resume=1"), listener)
                .thenCompose(socket -> socket.sendText(visit.hello(), true))
                .exceptionally(refused -> {
                    places.release();
                    return null;
                });
    }
}
