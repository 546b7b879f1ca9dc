package io.confab.ops;

import io.confab.kernel.Clockwork;
import io.confab.log.LogSettings;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready means: the database answers and takes writes. A standby that only reads is not ready.
 *
 * <p>One thread looks about every second, and every probe is told at once what it saw last: however many ask, they cost the
 * database nothing and take no connection from the writers. A look that fails makes the node unready until one succeeds. One
 * that only takes long does not: all nodes have the same slow database, and to send nobody to any of them helps nobody as
 * long as senders get their {@code ok}. From {@code confab.log.command-timeout} on they get none in time, so a look that
 * takes longer than that, and than 2 s, means unready, until one ends in time: not only while it lasts, else a node would
 * be ready for the second between two such looks.
 */
@Readiness
@Singleton
public class DatabaseHealth implements HealthCheck {
    private static final System.Logger LOG = System.getLogger(DatabaseHealth.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** However short commands may wait: what passes by itself sooner is no reason to send people away. */
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(2);

    private final Runnable check;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Clockwork clock = new Clockwork("confab-database-look");
    private volatile Seen seen = new Seen(Optional.of("the database was not looked at yet"), 0, false, 0);
    private boolean wasUp = true; // of the thread that looks

    /**
     * @param problem of the last look that ended, which took {@code tookNanos}
     * @param underWay whether another one has begun, at {@code begunNanos}
     */
    private record Seen(Optional<String> problem, long tookNanos, boolean underWay, long begunNanos) {}

    @Inject
    public DatabaseHealth(Database database, LogSettings log) {
        this(database::check, log.commandTimeout(), System::nanoTime);
    }

    /** @param check throws {@link StoreFailure}, with the reason, when the database is not well */
    DatabaseHealth(Runnable check, Duration patience, LongSupplier nanos) {
        this.check = check;
        this.patience = patience.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : patience;
        this.nanos = nanos;
    }

    @PostConstruct
    void start() {
        Clockwork.guarded("readiness", this::look).run(); // so that the first probe is told something
        clock.every(PAUSE, this::look);
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> problem = problem();
        var response = HealthCheckResponse.named("database").status(problem.isEmpty());
        problem.ifPresent(reason -> response.withData("reason", reason));
        return response.build();
    }

    /** How long the last look took, or the one that is under way has taken when that is longer. */
    public Duration lastLook() {
        Seen now = seen;
        long soFar = now.underWay ? nanos.getAsLong() - now.begunNanos : 0;
        return Duration.ofNanos(Math.max(now.tookNanos, soFar));
    }

    /** As {@link #call} says it. */
    boolean isUp() {
        return problem().isEmpty();
    }

    private Optional<String> problem() {
        Seen now = seen;
        Optional<String> hangs = now.underWay ? lateness(now.begunNanos) : Optional.empty();
        return hangs.isPresent() ? hangs : now.problem;
    }

    private Optional<String> lateness(long begunNanos) {
        return nanos.getAsLong() - begunNanos > patience.toNanos()
                ? Optional.of("the database did not answer within " + patience)
                : Optional.empty();
    }

    /** For one thread. */
    void look() {
        long begun = nanos.getAsLong();
        seen = new Seen(seen.problem, seen.tookNanos, true, begun);
        Optional<String> problem = Optional.of("the look at the database failed");
        try {
            check.run();
            problem = lateness(begun);
        } catch (StoreFailure e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        } finally {
            seen = new Seen(problem, nanos.getAsLong() - begun, false, 0);
        }
        boolean up = problem.isEmpty();
        if (up != wasUp) {
            wasUp = up;
            LOG.log(up ? Level.INFO : Level.WARNING, "database: {0}", up ? "up" : "down, " + problem.get());
        }
    }
}
