package io.confab.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asks the other nodes through the broker whether they hear, and answers those that ask: the way that events take, there and
 * back. The texts go over the address of presence, where a node leaves out what it does not know:
 * {@code {"k":"probe","id":…,"from":node}} and {@code {"k":"echo","id":…,"from":node}}. Thread-safe.
 */
@Singleton
public class BrokerEcho {
    private final Broker broker;
    private final String node;
    private final Inquiries<Long> probes = new Inquiries<>();

    @Inject
    public BrokerEcho(Broker broker, NodeId node) {
        this.broker = broker;
        this.node = node.value();
    }

    /** Those of the others that answer in time, and how long it took there and back. Blocks for as long as that. */
    public Map<String, Duration> ask(Set<String> others, Duration patience) throws InterruptedException {
        long begun = System.nanoTime();
        var heard = new TreeMap<String, Duration>();
        probes.ask(others, patience, id -> publish("probe", id))
                .forEach((other, nanos) -> heard.put(other, Duration.ofNanos(nanos - begun)));
        return heard;
    }

    /** Another node asks. Never blocks. */
    void asked(JsonNode said) {
        publish("echo", said.path("id").asText());
    }

    /** Another node has answered somebody. Never blocks. */
    void answered(JsonNode said) {
        probes.answered(said.path("id").asText(), said.path("from").asText(), System.nanoTime());
    }

    private void publish(String kind, String id) {
        String text = Json.write(Json.object().put("k", kind).put("id", id).put("from", node));
        broker.publish(Topics.PRESENCE, 1, text.length(), () -> List.of(text));
    }
}
