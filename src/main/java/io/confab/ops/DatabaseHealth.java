package io.confab.ops;

import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: the database answers and takes writes. A standby that only reads is not ready. */
@Readiness
@Singleton
public class DatabaseHealth implements HealthCheck {
    private static final System.Logger LOG = System.getLogger(DatabaseHealth.class.getName());
    private static final String WRITABLE = "select current_setting('transaction_read_only') = 'off'";

    private final Database database;
    private volatile boolean wasUp = true;

    @Inject
    public DatabaseHealth(Database database) {
        this.database = database;
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> problem = problem();
        boolean up = problem.isEmpty();
        if (up != wasUp) {
            wasUp = up;
            LOG.log(Level.WARNING, "database: {0}", up ? "up" : "down, " + problem.get());
        }
        var response = HealthCheckResponse.named("database").status(up);
        problem.ifPresent(reason -> response.withData("reason", reason));
        return response.build();
    }

    private Optional<String> problem() {
        try {
            String sql = database.isPostgres() ? WRITABLE : "select true";
            boolean writable =
                    database.reads().first(sql, row -> row.getBoolean(1)).orElse(false);
            return writable ? Optional.empty() : Optional.of("read-only");
        } catch (StoreFailure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
