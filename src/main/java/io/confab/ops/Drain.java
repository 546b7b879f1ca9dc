package io.confab.ops;

import io.confab.delivery.Connections;
import io.confab.delivery.DeliverySettings;
import io.confab.delivery.Departure;
import io.confab.kernel.Daemon;
import io.confab.log.LogMetrics;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How this node leaves without anybody losing anything (docs/adr/0056). From the first moment it is not ready and takes no
 * new socket; after a notice for the balancers its sockets are sent elsewhere in batches ({@link Departure}); then what the
 * log has taken is waited for. All within {@code confab.drain.time}, or a little more while what was taken is committed.
 *
 * <p>Begun by an admin's call, after which the node stays up, unready, until it is stopped or the drain is called off; or by
 * SIGTERM, after which the process ends. Thread-safe.
 */
@Singleton
public class Drain {
    private static final System.Logger LOG = System.getLogger(Drain.class.getName());
    private static final Duration LOOK = Duration.ofMillis(20);

    private final DrainSettings settings;
    private final Connections connections;
    private final LongSupplier unanswered;
    private final Duration closing;
    private volatile @Nullable Leaving leaving; // null: it stays
    private boolean ending; // told so by SIGTERM
    private final TermSignal term = new TermSignal(this::stopping);

    @Inject
    public Drain(DrainSettings settings, Connections connections, LogMetrics log, DeliverySettings delivery) {
        this(settings, connections, log::unanswered, delivery.closeTimeout());
    }

    /** @param unanswered commands that the log has taken */
    Drain(DrainSettings settings, Connections connections, LongSupplier unanswered, Duration closing) {
        this.settings = settings;
        this.connections = connections;
        this.unanswered = unanswered;
        this.closing = closing;
    }

    /** One drain, from its begin. */
    private static final class Leaving {
        final CompletableFuture<Void> over = new CompletableFuture<>();
        final int socketsAtFirst;
        volatile boolean calledOff;

        Leaving(int socketsAtFirst) {
            this.socketsAtFirst = socketsAtFirst;
        }
    }

    void start(@Observes Startup startup) {
        term.take();
    }

    @PreDestroy
    void stop() {
        term.giveBack();
    }

    /** True from the moment a drain has begun, unless it was called off. */
    public boolean begun() {
        return leaving != null;
    }

    /** True once all that could be done has been done. */
    public boolean over() {
        Leaving now = leaving;
        return now != null && now.over.isDone();
    }

    /** Sockets that were here when it began; 0: it has not. */
    public int socketsAtFirst() {
        Leaving now = leaving;
        return now == null ? 0 : now.socketsAtFirst;
    }

    /** Sockets that are still here. */
    public int socketsLeft() {
        return connections.count();
    }

    /** The longest it takes. */
    public Duration within() {
        return settings.time();
    }

    /** Begins it, unless it has begun. Returns at once. */
    public void begin() {
        beginning();
    }

    private synchronized Leaving beginning() {
        Leaving now = leaving;
        if (now == null) {
            var begun = new Leaving(connections.count());
            leaving = begun;
            Daemon.named("confab-drain").newThread(() -> run(begun)).start();
            return begun;
        }
        return now;
    }

    /**
     * The node is ready again and takes sockets; those that were told to leave and have not left stay, if their clients let
     * them. False: there is no drain, or the process ends.
     */
    public synchronized boolean callOff() {
        Leaving now = leaving;
        if (now == null || ending) {
            return false;
        }
        now.calledOff = true;
        leaving = null;
        LOG.log(Level.INFO, "the drain is called off; {0} sockets are here", connections.count());
        return true;
    }

    /** @param end ends the process */
    @SuppressWarnings("FutureReturnValueIgnored") // what ends the process tells its failures itself
    void stopping(Runnable end) {
        Leaving last;
        synchronized (this) {
            ending = true;
            last = beginning();
        }
        last.over.whenComplete((done, failure) -> end.run());
    }

    private void run(Leaving now) {
        long endNanos = System.nanoTime() + settings.time().toNanos();
        LOG.log(
                Level.INFO,
                "draining: {0} sockets to send elsewhere, within {1}",
                connections.count(),
                settings.time());
        try {
            sendElsewhere(now, endNanos);
            boolean answered = waitUntil(() -> now.calledOff || unanswered.getAsLong() == 0, endNanos);
            if (!now.calledOff) {
                LOG.log(
                        Level.INFO,
                        "drained: {0} sockets left, {1}",
                        connections.count(),
                        answered ? "all commands answered" : unanswered.getAsLong() + " commands without an answer");
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the drain failed", e);
        } finally {
            now.over.complete(null);
        }
    }

    private void sendElsewhere(Leaving now, long endNanos) {
        Departure departure = connections.departure(settings.jitter());
        long closeNanos = endNanos - closing.toNanos(); // whoever is left then is closed
        long tellNanos = closeNanos - departure.window().toNanos(); // whoever is told has its window until then
        // for the whole notice, sockets or none: calls over HTTP come from the same balancers
        waitUntil(
                () -> now.calledOff,
                Math.min(tellNanos, System.nanoTime() + settings.notice().toNanos()));
        while (!now.calledOff && connections.count() > 0 && System.nanoTime() - closeNanos < 0) {
            long nanos = System.nanoTime();
            departure.step(batch(departure.untold(), tellNanos - nanos), nanos);
            waitUntil(
                    () -> now.calledOff || connections.count() == 0,
                    Math.min(closeNanos, nanos + settings.pause().toNanos()));
        }
        if (now.calledOff) {
            return;
        }
        departure.closeAll();
        waitUntil(() -> connections.count() == 0, endNanos);
    }

    /** As many as is set, or as many more as must be told at a time to be done in the time that is left. */
    private int batch(int untold, long leftNanos) {
        long steps = Math.max(1, leftNanos / settings.pause().toNanos());
        return Math.toIntExact(Math.max(settings.batch(), (untold + steps - 1) / steps));
    }

    private static boolean waitUntil(BooleanSupplier isSo, long untilNanos) {
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - untilNanos >= 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }
}
