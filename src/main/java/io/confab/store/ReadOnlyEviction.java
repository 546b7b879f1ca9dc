package io.confab.store;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Lets the pool throw away a connection that met a server which only reads (SQLSTATE 25006): after a failover it leads to
 * the old primary, and passes every liveness check there. Made by the pool, by name.
 */
public final class ReadOnlyEviction implements SQLExceptionOverride {
    @java.lang.Override // the interface has a type of that name
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
        return "25006".equals(failure.getSQLState())
                ? SQLExceptionOverride.Override.MUST_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
}
