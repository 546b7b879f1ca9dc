package io.confab.identity;

import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Deletes sign-ins that ended or ran out long ago, a few at a time. Their refresh tokens are worth nothing already, so no
 * family that could still be revoked is ever deleted, and the access tokens that other nodes must know as revoked ran
 * out long before. Nodes that delete at once pass over each other's rows. Thread-safe.
 */
@Singleton
public class SignInPurge {
    static final int BATCH = 500;

    private static final System.Logger LOG = System.getLogger(SignInPurge.class.getName());
    private static final Duration PAUSE = Duration.ofHours(1);
    /** By the indexes on ended_at and expires_at. */
    private static final String[] OLD = {old("ended_at"), old("expires_at")};

    private final Transactions transactions;
    private final Duration keep;
    private final Clock clock;
    private Instant next = Instant.MIN;

    @Inject
    SignInPurge(Database database, SignInSettings settings, Clock clock) {
        this.transactions = database.transactions();
        this.keep = settings.keepEnded();
        this.clock = clock;
    }

    private static String old(String column) {
        return "select id from sign_in where " + column + " < " + DatabaseClock.NOW + " - ? limit ?"
                + " for update skip locked";
    }

    /** One batch, each hour; the next soon, while there are more. To be called about every second. */
    public synchronized void perhaps() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(PAUSE);
        try {
            if (batch() >= BATCH) {
                next = now;
            }
        } catch (StoreFailure e) {
            LOG.log(Level.WARNING, "old sign-ins were not deleted; tried again in an hour: {0}", e.getMessage());
        }
    }

    /** How many were deleted. */
    int batch() {
        return transactions.write((em, jdbc) -> {
            int deleted = 0;
            for (String old : OLD) {
                deleted += delete(jdbc, old, BATCH - deleted);
            }
            return deleted;
        });
    }

    private int delete(Connection jdbc, String old, int most) throws SQLException {
        int deleted = 0;
        try (var select = jdbc.prepareStatement(old);
                var delete = jdbc.prepareStatement("delete from sign_in where id = ?")) {
            select.setLong(1, keep.toMillis());
            select.setInt(2, most);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    delete.setString(1, rows.getString(1));
                    delete.addBatch();
                    deleted++;
                }
            }
            if (deleted > 0) {
                delete.executeBatch();
            }
        }
        return deleted;
    }
}
