package io.confab.it.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Takes spans as OpenTelemetry's collector does ({@code POST /v1/traces}, protobuf), and looks for bytes in them. */
public final class SpanCollector implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final HttpServer server;
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    private SpanCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public static SpanCollector start() {
        return new SpanCollector();
    }

    /** What lets a node send its spans here. */
    public Map<String, String> settings(String node) {
        return Map.of(
                "otel.sdk.disabled", "false",
                "otel.service.name", "confab-" + node,
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.exporter.otlp.endpoint",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                "otel.bsp.schedule.delay", "200");
    }

    /** Waits for a span of this trace and name that this node sent. */
    public void await(String trace, String name, String node) {
        String id = latin1(HexFormat.of().parseHex(trace));
        Awaitility.await("span " + name + " of trace " + trace + " from " + node)
                .atMost(SOON)
                .until(() -> bodies.stream().anyMatch(body -> body.contains("confab-" + node) && has(body, id, name)));
    }

    /** A span begins with its trace id (field 1, 16 bytes), its name follows within the next few fields. */
    private static boolean has(String body, String id, String name) {
        for (int at = body.indexOf(id); at >= 0; at = body.indexOf(id, at + 1)) {
            if (body.substring(at, Math.min(body.length(), at + 80)).contains(name)) {
                return true;
            }
        }
        return false;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(latin1(exchange.getRequestBody().readAllBytes()));
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
