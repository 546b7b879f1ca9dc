package io.confab.fanout;

import io.confab.kernel.Daemon;
import io.confab.trace.Followed;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.artemis.api.jms.ActiveMQJMSConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the broker, from its opening to its first trouble. Own messages are kept back by a selector. Sending is
 * for one thread only.
 */
final class BrokerSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BrokerSession.class.getName());
    private static final String NODE = "node";
    private static final String FOLLOWED = "followed";
    private static final long LIVES_MILLIS = 30_000; // older ones the heads check has found long since

    private static final long CLOSE_MILLIS = 1_000;
    private static final long HANGS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ActiveMQConnectionFactory factory;
    private final Connection connection;
    private final Session sending;
    private final MessageProducer producer;
    private final Map<String, jakarta.jms.Topic> topics = new HashMap<>();
    private final Map<TopicListener, Long> busySince = new ConcurrentHashMap<>(); // each has a thread
    private final AtomicReference<@Nullable Exception> trouble = new AtomicReference<>();
    private final String node;
    private final BrokerHealth health;

    private BrokerSession(ActiveMQConnectionFactory factory, Connection connection, String node, BrokerHealth health)
            throws JMSException {
        this.factory = factory;
        this.connection = connection;
        this.node = node;
        this.health = health;
        connection.setExceptionListener(this::broken);
        sending = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        producer = sending.createProducer(null);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.setDisableMessageID(true);
        producer.setTimeToLive(LIVES_MILLIS);
    }

    /** Connects and listens: when it returns, nothing published from now on is missed while there is no trouble. */
    static BrokerSession open(
            ActiveMQConnectionFactory factory, String node, Iterable<TopicListener> listeners, BrokerHealth health)
            throws JMSException {
        Connection connection = null;
        try {
            connection = factory.createConnection();
            var session = new BrokerSession(factory, connection, node, health);
            for (TopicListener listener : listeners) {
                session.listen(listener);
            }
            connection.start();
            return session;
        } catch (JMSException | RuntimeException e) {
            close(connection, factory);
            throw e;
        }
    }

    /** Sends texts, several to a message; what is followed is told with the first. */
    void send(String address, Outbox.Mail mail) throws JMSException {
        jakarta.jms.Topic topic = topics.get(address);
        if (topic == null) {
            topic = sending.createTopic(address);
            topics.put(address, topic);
        }
        String followed = Followed.header(mail.followed());
        for (byte[] body : Letter.pack(mail.texts())) {
            BytesMessage message = sending.createBytesMessage();
            message.setStringProperty(NODE, node);
            if (!followed.isEmpty()) {
                message.setStringProperty(FOLLOWED, followed);
                followed = "";
            }
            message.writeBytes(body);
            producer.send(topic, message);
        }
        health.published(mail.texts().size());
    }

    /** What broke it, if anything did. */
    @Nullable
    Exception trouble() {
        return trouble.get();
    }

    /** A listener has been at one message for so long that it will not end: nothing comes through it. */
    boolean hangs() {
        long now = System.nanoTime();
        return busySince.values().stream().anyMatch(since -> now - since > HANGS_NANOS);
    }

    /** Waits a moment at most: a listener that hangs holds up the close for minutes, and this node must go on. */
    @Override
    public void close() {
        Thread closing = Daemon.named("confab-broker-close").newThread(() -> close(connection, factory));
        closing.start();
        try {
            closing.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(@Nullable Connection connection, ActiveMQConnectionFactory factory) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (JMSException e) {
            LOG.log(System.Logger.Level.DEBUG, "a broken connection to the broker was not closed cleanly", e);
        } finally {
            factory.close();
        }
    }

    private void listen(TopicListener listener) throws JMSException {
        Session receiving = connection.createSession(false, ActiveMQJMSConstants.PRE_ACKNOWLEDGE);
        for (String address : listener.addresses()) {
            receiving
                    .createConsumer(receiving.createTopic(address), NODE + " <> '" + node + "'")
                    .setMessageListener(message -> received(listener, message));
        }
    }

    private void received(TopicListener listener, Message message) {
        busySince.put(listener, System.nanoTime());
        try {
            if (message instanceof BytesMessage bytes) {
                byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
                bytes.readBytes(body);
                List<String> texts = Letter.unpack(body);
                health.received(texts.size());
                String followed = bytes.getStringProperty(FOLLOWED);
                if (followed != null) {
                    listener.followed(followed);
                }
                listener.received(texts);
            }
        } catch (JMSException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a message of another node could not be taken; connecting anew", e);
            broken(e); // ends in a full heads check, never in silence
        } finally {
            busySince.remove(listener);
        }
    }

    private void broken(Exception e) {
        trouble.compareAndSet(null, e);
    }
}
