package io.confab.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/**
 * The one place that knows SQLSTATEs of PostgreSQL (appendix A of its manual) and H2 (org.h2.api.ErrorCode).
 */
final class SqlStates {
    private SqlStates() {}

    /** What went wrong before the commit was asked for: certainly not committed, but where it says so itself. */
    static StoreFailure beforeCommit(Throwable failure) {
        if (failure instanceof StoreFailure known) {
            return known;
        }
        return sqlCause(failure).map(SqlStates::classify).orElseGet(() -> new StoreFailure.Broken(failure));
    }

    /** What went wrong in the commit itself: only what the database says it rolled back is certain. */
    static StoreFailure inCommit(Throwable failure) {
        Optional<StoreFailure> classified = sqlCause(failure).map(SqlStates::classify);
        return classified
                .filter(known ->
                        known instanceof StoreFailure.UniqueViolation || known instanceof StoreFailure.Conflict)
                .orElseGet(() -> new StoreFailure.CommitUnknown(failure));
    }

    /** The server is there and will not have us, however long we wait: a wrong password, no such user or database. */
    static boolean isRefusal(Throwable failure) {
        String state = sqlCause(failure).map(SQLException::getSQLState).orElse("");
        return state.startsWith("28") || state.equals("3D000");
    }

    /** In the words of the driver, for the log. */
    static String reason(Throwable failure) {
        return String.valueOf(sqlCause(failure).map(Throwable::getMessage).orElseGet(failure::getMessage));
    }

    private static StoreFailure classify(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "23505" -> new StoreFailure.UniqueViolation(e);
            case "40001", "40P01" -> new StoreFailure.Conflict(e);
            case "55P03", "HYT00" -> new StoreFailure.LockTimeout(e);
            // read-only, statement or idle timeout, shutdown (57P01–57P03), too many connections; H2: closed or
            // unreachable
            case "25006",
                    "57014",
                    "25P03",
                    "57P01",
                    "57P02",
                    "57P03",
                    "53300",
                    "90013",
                    "90020",
                    "90067",
                    "90098",
                    "90121" -> new StoreFailure.Unavailable(e);
            default ->
                state.startsWith("08") || e instanceof SQLTransientConnectionException
                        ? new StoreFailure.Unavailable(e)
                        : new StoreFailure.Broken(e);
        };
    }

    private static Optional<SQLException> sqlCause(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 20; depth++) {
            if (at instanceof SQLException sql) {
                return Optional.of(deepest(sql));
            }
            at = at.getCause();
        }
        return Optional.empty();
    }

    /** A batch's exception hides the one that says why. */
    private static SQLException deepest(SQLException sql) {
        return sql.getNextException() == null ? sql : sql.getNextException();
    }
}
