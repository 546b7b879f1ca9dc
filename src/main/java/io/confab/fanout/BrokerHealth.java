package io.confab.fanout;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/** How the broker stands, as this node sees it: a broker that is away slows what comes from other nodes, and loses nothing. */
@Singleton
public class BrokerHealth {
    private static final System.Logger LOG = System.getLogger(BrokerHealth.class.getName());

    private final Clock clock;
    private final LongAdder published = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile State state;

    @Inject
    public BrokerHealth(Clock clock) {
        this.clock = clock;
        this.state = new State(false, "not connected yet", clock.instant());
    }

    /** @param reason one sentence, without addresses or secrets; empty when up */
    public record State(boolean up, String reason, Instant since) {}

    public State state() {
        return state;
    }

    void up() {
        change(true, "");
    }

    /** @return whether this is news */
    boolean down(String reason) {
        return change(false, reason);
    }

    /** One log line per change of state or of its reason, not one per attempt. */
    private boolean change(boolean up, String reason) {
        State before = state;
        if (before.up() == up && before.reason().equals(reason)) {
            return false;
        }
        state = new State(up, reason, clock.instant());
        LOG.log(
                up ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                up ? "broker: up" : "broker: down ({0}); events of other nodes come from the database",
                reason);
        return true;
    }

    void published(int texts) {
        published.add(texts);
    }

    void received(int texts) {
        received.add(texts);
    }

    void dropped(int texts) {
        dropped.add(texts);
    }

    /** Texts given to the broker since the start. */
    public long publishedCount() {
        return published.sum();
    }

    /** Texts that came from other nodes through the broker. */
    public long receivedCount() {
        return received.sum();
    }

    /** Texts not given to the broker, since too many waited. */
    public long droppedCount() {
        return dropped.sum();
    }
}
