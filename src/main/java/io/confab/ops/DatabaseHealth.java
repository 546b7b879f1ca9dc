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
 * takes longer than that means unready.
 */
@Readiness
@Singleton
public class DatabaseHealth implements HealthCheck {
    private static final System.Logger LOG = System.getLogger(DatabaseHealth.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Runnable check;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Clockwork clock = new Clockwork("confab-database-look");
    private volatile Seen seen = new Seen(Optional.of("the database was not looked at yet"), false, 0);
    private boolean wasUp = true; // of the thread that looks

    /**
     * @param problem of the last look that ended
     * @param underWay whether another one has begun, at {@code begunNanos}
     */
    private record Seen(Optional<String> problem, boolean underWay, long begunNanos) {}

    @Inject
    public DatabaseHealth(Database database, LogSettings log) {
        this(database::check, log.commandTimeout(), System::nanoTime);
    }

    /** @param check throws {@link StoreFailure}, with the reason, when the database is not well */
    DatabaseHealth(Runnable check, Duration patience, LongSupplier nanos) {
        this.check = check;
        this.patience = patience;
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

    /** As {@link #call} says it. */
    boolean isUp() {
        return problem().isEmpty();
    }

    private Optional<String> problem() {
        Seen now = seen;
        boolean hangs = now.underWay && nanos.getAsLong() - now.begunNanos > patience.toNanos();
        return hangs ? Optional.of("the database has not answered for " + patience) : now.problem;
    }

    /** For one thread. */
    void look() {
        seen = new Seen(seen.problem, true, nanos.getAsLong());
        Optional<String> problem = Optional.of("the look at the database failed");
        try {
            check.run();
            problem = Optional.empty();
        } catch (StoreFailure e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        } finally {
            seen = new Seen(problem, false, 0);
        }
        boolean up = problem.isEmpty();
        if (up != wasUp) {
            wasUp = up;
            LOG.log(up ? Level.INFO : Level.WARNING, "database: {0}", up ? "up" : "down, " + problem.get());
        }
    }
}
