package io.confab.store;

import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How a node that starts takes a database that is not there yet, or not any more: it asks again until it is, for eight minutes
 * since the last answer, and says so once. What waiting does not mend ends the start at once. For one thread.
 */
final class Patience {
    private static final System.Logger LOG = System.getLogger(Patience.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration AWAITED = Duration.ofMinutes(8);

    private final LongSupplier nanos;
    private long answeredNanos;

    Patience(LongSupplier nanos) {
        this.nanos = nanos;
        this.answeredNanos = nanos.getAsLong();
    }

    /** What asks the database. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws SQLException;
    }

    /** The database is there, though what was asked of it takes its time. */
    void answered() {
        answeredNanos = nanos.getAsLong();
    }

    /** @param question is put anew from its beginning, also when it may have been carried out */
    <T> T until(Question<T> question) {
        for (boolean said = false; ; said = true) {
            try {
                T answer = question.ask();
                answered();
                return answer;
            } catch (SQLException | RuntimeException e) {
                StoreFailure failure = SqlStates.beforeCommit(e);
                if (SqlStates.isRefusal(e)) {
                    throw new IllegalStateException("the database refuses this node: " + e.getMessage(), e);
                }
                boolean passes = failure.mayBeTriedAgain() || failure instanceof StoreFailure.CommitUnknown;
                if (!passes || nanos.getAsLong() - answeredNanos >= AWAITED.toNanos()) {
                    throw e instanceof RuntimeException told ? told : failure;
                }
                LOG.log(
                        said ? Level.DEBUG : Level.WARNING,
                        "database: cannot be used just now ({0}): this node waits for it",
                        SqlStates.reason(e));
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
