package io.confab.node;

import io.confab.kernel.Clockwork;
import io.confab.kernel.ShownSettings;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Every two seconds, on one thread: writes how this node is to its row, and carries out what stands for it. Costs the database
 * two statements then, and a third once a minute, which deletes old rows. While the database does not answer nothing is
 * written, and the others see that they hear nothing.
 */
@Singleton
public class NodeBeat {
    static final Duration EACH = Duration.ofSeconds(2);
    /** A node that vanished is shown for so long, one that stopped in order for an hour. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private static final Duration STOPPED_REMEMBERED = Duration.ofHours(1);
    private static final Duration ORDERS_REMEMBERED = Duration.ofDays(7);
    private static final int BEATS_A_MINUTE = 30;
    private static final System.Logger LOG = System.getLogger(NodeBeat.class.getName());

    private final ThisNode node;
    private final NodeRows rows;
    private final Supplier<Figures> meter;
    private final NodeOrders orders;
    private final BiConsumer<Order, OrderWork.Outcome> work;
    private final Clockwork clock = new Clockwork("confab-node");
    private volatile Optional<Figures> latest = Optional.empty();
    private int beats; // of the one thread

    @Inject
    public NodeBeat(
            Database database,
            ThisNode node,
            NodeMeter meter,
            NodeOrders orders,
            OrderWork work,
            ShownSettings settings) {
        this(node, new NodeRows(database, node, settings), meter::figures, orders, work::carryOut);
    }

    NodeBeat(
            ThisNode node,
            NodeRows rows,
            Supplier<Figures> meter,
            NodeOrders orders,
            BiConsumer<Order, OrderWork.Outcome> work) {
        this.node = node;
        this.rows = rows;
        this.meter = meter;
        this.orders = orders;
        this.work = work;
    }

    void start(@Observes Startup startup) {
        clock.after(Duration.ZERO, this::beat);
        clock.every(EACH, this::beat);
    }

    /** Before beans go, the database among them. */
    void leave(@Observes Shutdown shutdown) {
        leave();
    }

    void leave() {
        clock.stop();
        try {
            rows.stopped();
        } catch (StoreFailure e) {
            LOG.log(Level.DEBUG, "the others will find out by themselves that this node is gone", e);
        }
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    /** What this node said last, or could not write; empty: nothing yet. */
    public Optional<Figures> latest() {
        return latest;
    }

    void beat() {
        Figures now = meter.get();
        latest = Optional.of(now);
        rows.say(now);
        orders.due(node.id()).forEach(this::carryOut);
        if (beats++ % BEATS_A_MINUTE == 0) {
            rows.forget(REMEMBERED, STOPPED_REMEMBERED);
            orders.forget(ORDERS_REMEMBERED);
        }
    }

    private void carryOut(NodeOrder due) {
        if (!orders.take(due)) {
            return;
        }
        Order order = due.order();
        if (order == null) {
            orders.done(due, false, "this node is of a version that knows no such order");
            return;
        }
        LOG.log(Level.INFO, "order {0} of {1}: {2} {3}", due.id(), due.by(), due.kind(), order.detail());
        work.accept(order, (good, outcome) -> told(due, good, outcome));
    }

    /** What was done was done, whether or not it can be said; the order then shows as taken. */
    private void told(NodeOrder order, boolean good, String outcome) {
        try {
            orders.done(order, good, outcome);
        } catch (StoreFailure e) {
            LOG.log(Level.WARNING, "order {0}: what came of it is not written: {1}", order.id(), outcome);
        }
    }
}
