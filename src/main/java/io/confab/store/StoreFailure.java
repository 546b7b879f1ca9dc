package io.confab.store;

import java.sql.SQLException;

/**
 * A transaction that did not do what was asked. All but {@link CommitUnknown} are certain: nothing of it is in the
 * database. Made by {@link SqlStates} alone; the SQLSTATE stands in the message, values never do.
 */
public abstract sealed class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StoreFailure(String what, Throwable cause) {
        super(what, cause);
    }

    /** Nothing was done, and the reason passes by itself. */
    public boolean mayBeTriedAgain() {
        return switch (this) {
            case Unavailable ignored -> true;
            case LockTimeout ignored -> true;
            case Conflict ignored -> true;
            case UniqueViolation ignored -> false;
            case CommitUnknown ignored -> false;
            case Broken ignored -> false;
        };
    }

    static String describe(String what, SQLException cause) {
        return what + " (SQLSTATE " + cause.getSQLState() + ", " + cause.getErrorCode() + ")";
    }

    /** A unique index already holds the key: somebody else was first. */
    public static final class UniqueViolation extends StoreFailure {
        private static final long serialVersionUID = 1L;

        UniqueViolation(SQLException cause) {
            super(describe("unique violation", cause), cause);
        }
    }

    /** A row lock was not given within the lock timeout. */
    public static final class LockTimeout extends StoreFailure {
        private static final long serialVersionUID = 1L;

        LockTimeout(SQLException cause) {
            super(describe("lock timeout", cause), cause);
        }
    }

    /** A deadlock or serialization failure: the same transaction may be tried again at once. */
    public static final class Conflict extends StoreFailure {
        private static final long serialVersionUID = 1L;

        Conflict(SQLException cause) {
            super(describe("transaction conflict", cause), cause);
        }
    }

    /** The database is away, read-only, shutting down, out of connections or too slow: try again later. */
    public static final class Unavailable extends StoreFailure {
        private static final long serialVersionUID = 1L;

        Unavailable(SQLException cause) {
            super(describe("database unavailable", cause), cause);
        }
    }

    /** The commit itself failed, so the transaction may or may not be in the database. */
    public static final class CommitUnknown extends StoreFailure {
        private static final long serialVersionUID = 1L;

        CommitUnknown(Throwable cause) {
            super("outcome of the commit is unknown", cause);
        }
    }

    /** Any other failure: a fault of ours (a wrong statement, a value the column cannot hold). */
    public static final class Broken extends StoreFailure {
        private static final long serialVersionUID = 1L;

        Broken(Throwable cause) {
            super(
                    "statement failed" + (cause instanceof SQLException sql ? ": SQLSTATE " + sql.getSQLState() : ""),
                    cause);
        }
    }
}
