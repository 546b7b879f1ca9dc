package io.confab.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pool that, once nobody could get a connection in time, lets one caller at a time wait for one and refuses all others at
 * once, until that one gets it: while the database is away, callers must not all stand and wait for it, and whoever waits
 * is served the moment it is back. Thread-safe.
 */
final class Pool extends HikariDataSource {
    private static final System.Logger LOG = System.getLogger(Pool.class.getName());
    private static final String OUT_OF_REACH = "08001";

    private final AtomicBoolean someoneWaits = new AtomicBoolean();
    private volatile boolean away;

    Pool(HikariConfig configuration) {
        super(configuration);
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!away) {
            return connect();
        }
        if (!someoneWaits.compareAndSet(false, true)) {
            throw new SQLTransientConnectionException("the database was out of reach a moment ago", OUT_OF_REACH);
        }
        try {
            return connect();
        } finally {
            someoneWaits.set(false);
        }
    }

    /** For the few who must not be refused because somebody waits already: waits as well, in line. */
    Connection connectionInLine() throws SQLException {
        return connect();
    }

    private Connection connect() throws SQLException {
        try {
            Connection connection = super.getConnection();
            if (away) {
                away = false;
                LOG.log(Level.INFO, "database: pool {0} has connections again", getPoolName());
            }
            return connection;
        } catch (SQLTransientConnectionException e) {
            if (!away) {
                away = true;
                LOG.log(Level.WARNING, "database: pool {0} has no connection to give", getPoolName());
            }
            throw e;
        }
    }

    /** Whether callers have all connections that there may be, and the next one has to wait. */
    boolean isUsedUp() {
        return getHikariPoolMXBean().getActiveConnections() >= getMaximumPoolSize();
    }

    /** All connections are made anew, those in use once they come back: they lead to a server that only reads. */
    void renew() {
        getHikariPoolMXBean().softEvictConnections();
    }
}
