package io.confab.fanout;

import io.confab.fanout.BrokerConnector.BrokerFailure;
import io.confab.fanout.Outbox.Post;
import io.confab.kernel.Daemon;
import io.confab.kernel.KeepsThreads;
import io.confab.kernel.NodeId;
import io.confab.trace.Followed;
import io.confab.trace.Traces;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * This node's tie to the others, on one thread: connects, listens, publishes what waits, and after any trouble connects
 * anew and asks for a full heads check. Nothing waits for it: what it cannot take is dropped and found in the database.
 */
@Singleton
public class Broker implements KeepsThreads {
    private static final System.Logger LOG = System.getLogger(Broker.class.getName());
    private static final long POLL_MILLIS = 200;
    private static final long STOP_MILLIS = 5_000;

    private final BrokerSettings settings;
    private final BrokerConnector connector;
    private final BrokerHealth health;
    private final Traces traces;
    private final Iterable<TopicListener> listeners;
    private final Iterable<BrokerWatcher> watchers;
    private final String node;
    private final Outbox outbox;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    @Inject
    public Broker(
            BrokerSettings settings,
            NodeId node,
            BrokerHealth health,
            Traces traces,
            Instance<TopicListener> listeners,
            Instance<BrokerWatcher> watchers) {
        this(settings, node, health, traces, (Iterable<TopicListener>) listeners, (Iterable<BrokerWatcher>) watchers);
    }

    Broker(
            BrokerSettings settings,
            NodeId node,
            BrokerHealth health,
            Traces traces,
            Iterable<TopicListener> listeners,
            Iterable<BrokerWatcher> watchers) {
        this.settings = settings;
        this.connector = new BrokerConnector(settings);
        this.health = health;
        this.traces = traces;
        this.listeners = listeners;
        this.watchers = watchers;
        this.node = node.value();
        this.outbox = new Outbox(settings.waiting(), settings.waitingBytes());
        this.thread = Daemon.named("confab-broker").newThread(this::run);
    }

    /** Is told when messages may have been missed. */
    interface BrokerWatcher {
        /** The node listens again: compare everything with the database. Must not block. */
        void listeningAgain();
    }

    void start(@Observes Startup startup) {
        thread.start();
    }

    void start() {
        thread.start();
    }

    /** Where others in this process reach the broker inside it. */
    String inVmUrl() {
        return connector.inVmUrl();
    }

    /**
     * Publishes soon, to all other nodes; {@code texts} is asked on the broker's thread. Never blocks.
     *
     * @param bytes of the texts, about
     */
    void publish(String address, int count, long bytes, Supplier<List<String>> texts) {
        publish(address, count, bytes, texts, List.of());
    }

    /** @param followed those of the events that are */
    void publish(String address, int count, long bytes, Supplier<List<String>> texts, List<Followed> followed) {
        if (!outbox.offer(new Post(address, bytes, texts, followed))) {
            health.dropped(count);
        }
    }

    /** Commits and notices that wait to be sent. */
    public int waitingPosts() {
        return outbox.posts();
    }

    /** About so many bytes of them. */
    public long waitingBytes() {
        return outbox.bytes();
    }

    @Override
    public Collection<Thread> threads() {
        return List.of(thread);
    }

    @PreDestroy
    void stop() {
        stopped.countDown();
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
            connector.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BrokerFailure e) {
            LOG.log(System.Logger.Level.WARNING, "the broker inside this process did not stop cleanly", e);
        }
    }

    private void run() {
        try {
            do {
                connectAndServe();
            } while (!stopped.await(settings.retry().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stop() asked for it
        }
    }

    private void connectAndServe() throws InterruptedException {
        try {
            connector.start();
            try (var session = BrokerSession.open(connector.factory(), node, listeners, health)) {
                health.up();
                watchers.forEach(BrokerWatcher::listeningAgain);
                serve(session);
            }
        } catch (JMSSecurityException e) {
            health.down("the broker refused user or password");
        } catch (JMSException e) {
            health.down("no connection");
        } catch (BrokerFailure e) {
            fault(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) { // the thread that ties this node to the others must go on
            fault("a fault of the client", e);
        }
    }

    /** With its trace, once. */
    private void fault(String reason, Throwable fault) {
        if (health.down(reason)) {
            LOG.log(System.Logger.Level.ERROR, "broker", fault);
        }
    }

    private void serve(BrokerSession session) throws JMSException, InterruptedException {
        while (stopped.getCount() > 0) {
            Exception trouble = session.trouble();
            if (trouble != null) {
                health.down("the connection broke");
                return;
            }
            if (session.hangs()) {
                health.down("a listener hangs");
                return;
            }
            for (Map.Entry<String, Outbox.Mail> mail : outbox.take(POLL_MILLIS).entrySet()) {
                session.send(mail.getKey(), mail.getValue());
                traces.published(mail.getValue().followed());
            }
        }
    }
}
