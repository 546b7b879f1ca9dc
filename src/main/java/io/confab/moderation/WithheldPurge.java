package io.confab.moderation;

import io.confab.kernel.Clockwork;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/**
 * Deletes the texts that were kept apart long enough: from then on what moderation took away is gone for ever. A few at a time,
 * each minute, by whichever node comes first; they pass over each other's rows. It passes over a text
 * that is on its way back, or that return finds that it is too late. Thread-safe.
 */
@Singleton
public class WithheldPurge {
    static final int BATCH = 500;

    private static final Duration PAUSE = Duration.ofMinutes(1);
    // index withheld_at
    private static final String OLD = "select room_id, target_seq from withheld where at < ? and seq = target_seq"
            + " order by at limit ? for update skip locked";
    private static final String DELETE = "delete from withheld where room_id = ? and target_seq = ?";

    private final Transactions transactions;
    private final ModerationSettings settings;
    private final Clock clock;
    private final Clockwork work = new Clockwork("confab-withheld");

    @Inject
    public WithheldPurge(Database database, ModerationSettings settings, Clock clock) {
        this.transactions = database.transactions();
        this.settings = settings;
        this.clock = clock;
    }

    void start(@Observes Startup startup) {
        work.every(PAUSE, this::round);
    }

    @PreDestroy
    void stop() {
        work.stop();
    }

    /** All of how many messages there are now. */
    public void round() {
        int messages;
        do {
            messages = batch();
        } while (messages == BATCH);
    }

    /** Of how many messages the texts were deleted: of each all. */
    int batch() {
        long before = clock.instant().minus(settings.keep()).toEpochMilli();
        return transactions.write((em, jdbc) -> delete(jdbc, before));
    }

    private static int delete(Connection jdbc, long before) throws SQLException {
        int deleted = 0;
        try (var select = jdbc.prepareStatement(OLD);
                var delete = jdbc.prepareStatement(DELETE)) {
            select.setLong(1, before);
            select.setInt(2, BATCH);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    delete.setString(1, rows.getString(1));
                    delete.setLong(2, rows.getLong(2));
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
