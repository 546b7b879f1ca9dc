package io.confab.ops;

import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: the database answers and takes writes. A standby that only reads is not ready. */
@Readiness
@Singleton
public class DatabaseHealth implements HealthCheck {
    private static final System.Logger LOG = System.getLogger(DatabaseHealth.class.getName());

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Database database;
    private final Clock clock;
    private volatile boolean wasUp = true;
    private volatile Instant looked = Instant.EPOCH;

    @Inject
    public DatabaseHealth(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> problem = look();
        var response = HealthCheckResponse.named("database").status(problem.isEmpty());
        problem.ifPresent(reason -> response.withData("reason", reason));
        return response.build();
    }

    /** As it was a few seconds ago at most: whoever reads the metrics often need not ask the database as often. */
    boolean isUp() {
        if (looked.plus(FRESH).isBefore(clock.instant())) {
            look();
        }
        return wasUp;
    }

    private Optional<String> look() {
        Optional<String> problem = problem();
        boolean up = problem.isEmpty();
        if (up != wasUp) {
            wasUp = up;
            LOG.log(up ? Level.INFO : Level.WARNING, "database: {0}", up ? "up" : "down, " + problem.get());
        }
        looked = clock.instant();
        return problem;
    }

    private Optional<String> problem() {
        try {
            database.check();
            return Optional.empty();
        } catch (StoreFailure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
