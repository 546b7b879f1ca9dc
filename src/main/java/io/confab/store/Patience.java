package io.confab.store;

import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How a node that starts takes a database that is not there yet, or not any more: it asks again until it is, for eight minutes
 * from the first failure in a row, and says why. What waiting does not mend ends the start at once. For one thread.
 */
final class Patience {
    private static final System.Logger LOG = System.getLogger(Patience.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration AWAITED = Duration.ofMinutes(8);

    private final LongSupplier nanos;
    private OptionalLong failingSince = OptionalLong.empty();

    Patience(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** What asks the database. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws SQLException;
    }

    /** The database is there, though what was asked of it has to wait. */
    void answered() {
        failingSince = OptionalLong.empty();
    }

    /** @param question is put anew from its beginning, also when it may have been carried out */
    <T> T until(Question<T> question) {
        String said = "";
        while (true) {
            try {
                T answer = question.ask();
                answered();
                return answer;
            } catch (SQLException | RuntimeException e) {
                StoreFailure failure = SqlStates.beforeCommit(e);
                if (SqlStates.isRefusal(e)) {
                    throw new IllegalStateException("the database refuses this node: " + e.getMessage(), e);
                }
                if (!mayPass(failure) || isTooLong()) {
                    throw e instanceof RuntimeException told ? told : failure;
                }
                String reason = SqlStates.reason(e);
                LOG.log(
                        reason.equals(said) ? Level.DEBUG : Level.WARNING,
                        "database: cannot be used just now ({0}): this node waits for it",
                        reason);
                said = reason;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static boolean mayPass(StoreFailure failure) {
        return failure.mayBeTriedAgain() || failure instanceof StoreFailure.CommitUnknown;
    }

    private boolean isTooLong() {
        long now = nanos.getAsLong();
        if (failingSince.isEmpty()) {
            failingSince = OptionalLong.of(now);
        }
        return now - failingSince.getAsLong() >= AWAITED.toNanos();
    }
}
