package io.confab.fanout;

import io.confab.kernel.Ids;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Questions to other nodes, each waiting for its answers: one from each node, and who gives none is missed in time. Thread-safe. */
final class Inquiries<A> {
    private static final System.Logger LOG = System.getLogger(Inquiries.class.getName());

    private final Ids ids = new Ids();
    private final Map<String, Open<A>> open = new ConcurrentHashMap<>();

    private record Open<A>(Set<String> expected, Map<String, A> answers, CountDownLatch missing) {}

    /** Publishes the question under a new id and waits. Gives the answers that came, by node. */
    Map<String, A> ask(Set<String> others, Duration patience, Consumer<String> publish) throws InterruptedException {
        String id = ids.random();
        var inquiry = new Open<A>(Set.copyOf(others), new ConcurrentHashMap<>(), new CountDownLatch(others.size()));
        open.put(id, inquiry);
        try {
            publish.accept(id);
            boolean all = inquiry.missing().await(patience.toNanos(), TimeUnit.NANOSECONDS);
            LOG.log(Level.DEBUG, "asked through the broker: all answered: {0}", all);
            return Map.copyOf(inquiry.answers());
        } finally {
            open.remove(id);
        }
    }

    /** Never blocks; what nobody waits for any more, or was answered before, changes nothing. */
    void answered(String id, String from, A answer) {
        Open<A> inquiry = open.get(id);
        if (inquiry != null
                && inquiry.expected().contains(from)
                && inquiry.answers().putIfAbsent(from, answer) == null) {
            inquiry.missing().countDown();
        }
    }
}
