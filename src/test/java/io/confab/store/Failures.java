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

    /** A statement that no database takes. */
    public static StoreFailure broken() {
        return SqlStates.beforeCommit(new SQLException("syntax error", "42601"));
    }
}
