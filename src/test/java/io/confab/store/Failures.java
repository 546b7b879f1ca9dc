package io.confab.store;

import java.sql.SQLException;

/** What a database does to a transaction, for tests of those who are told. */
public final class Failures {
    private Failures() {}

    /** The connection broke while the commit was under way. */
    public static StoreFailure commitUnknown() {
        return SqlStates.inCommit(new SQLException("connection lost", "08006"));
    }

    /** The database was away before anything was done. */
    public static StoreFailure unavailable() {
        return SqlStates.beforeCommit(new SQLException("connection refused", "08001"));
    }

    /** Two transactions met, and this one was given up. */
    public static StoreFailure conflict() {
        return SqlStates.beforeCommit(new SQLException("could not serialize access", "40001"));
    }

    /** A lock was not given in time. */
    public static StoreFailure lockTimeout() {
        return SqlStates.beforeCommit(new SQLException("canceling statement due to lock timeout", "55P03"));
    }

    /** A statement that no database takes. */
    public static StoreFailure broken() {
        return SqlStates.beforeCommit(new SQLException("syntax error", "42601"));
    }
}
