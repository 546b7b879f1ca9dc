package io.confab.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.NodeId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks the other nodes through the broker whether they hear, and answers those that ask: the way that events take, there and
 * back. The texts go over the address of presence, where a node leaves out what it does not know:
 * {@code {"k":"probe","id":…,"from":node}} and {@code {"k":"echo","id":…,"from":node}}. Thread-safe.
 */
@Singleton
public class BrokerEcho {
    private static final System.Logger LOG = System.getLogger(BrokerEcho.class.getName());

    private final Broker broker;
    private final String node;
    private final Ids ids = new Ids();
    private final Map<String, Probe> asked = new ConcurrentHashMap<>();

    @Inject
    public BrokerEcho(Broker broker, NodeId node) {
        this.broker = broker;
        this.node = node.value();
    }

    private record Probe(long nanos, Set<String> expected, Map<String, Duration> heard, CountDownLatch missing) {}

    /** Those of the others that answer in time, and how long it took there and back. Blocks for as long as that. */
    public Map<String, Duration> ask(Set<String> others, Duration patience) throws InterruptedException {
        String id = ids.random();
        var probe = new Probe(
                System.nanoTime(), Set.copyOf(others), new ConcurrentHashMap<>(), new CountDownLatch(others.size()));
        asked.put(id, probe);
        try {
            publish("probe", id);
            boolean all = probe.missing().await(patience.toNanos(), TimeUnit.NANOSECONDS);
            LOG.log(Level.DEBUG, "asked through the broker: all answered: {0}", all);
            return new TreeMap<>(probe.heard());
        } finally {
            asked.remove(id);
        }
    }

    /** Another node asks. Never blocks. */
    void asked(JsonNode said) {
        publish("echo", said.path("id").asText());
    }

    /** Another node has answered somebody. Never blocks. */
    void answered(JsonNode said) {
        Probe probe = asked.get(said.path("id").asText());
        String from = said.path("from").asText();
        if (probe != null && probe.expected().contains(from)) {
            var took = Duration.ofNanos(System.nanoTime() - probe.nanos());
            if (probe.heard().putIfAbsent(from, took) == null) {
                probe.missing().countDown();
            }
        }
    }

    private void publish(String kind, String id) {
        String text = Json.write(Json.object().put("k", kind).put("id", id).put("from", node));
        broker.publish(Topics.PRESENCE, 1, text.length(), () -> List.of(text));
    }
}
