package io.confab.identity;

import io.confab.store.Database;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Makes identity ready before the first request: keys, what was revoked, the first admin. Waits for the database; another
 * failure stops the start.
 */
@Singleton
public class IdentityStart {
    private static final System.Logger LOG = System.getLogger(IdentityStart.class.getName());
    private static final int EARLY = 100;

    private final Database database;
    private final SigningKeys keys;
    private final AccountReader reader;
    private final FirstAdmin firstAdmin;

    @Inject
    IdentityStart(Database database, SigningKeys keys, AccountReader reader, FirstAdmin firstAdmin) {
        this.database = database;
        this.keys = keys;
        this.reader = reader;
        this.firstAdmin = firstAdmin;
    }

    void start(@Observes @Priority(EARLY) Startup event) {
        start();
    }

    void start() {
        Optional<String> setupCode = database.onceThere(() -> {
            keys.start();
            reader.loadAll();
            return firstAdmin.start();
        });
        // the one place that says it, and the only time: the database has its hash
        setupCode.ifPresent(code -> LOG.log(
                Level.WARNING,
                "no admin yet: open /admin/setup within an hour and enter this one-time code: {0}",
                code));
    }
}
