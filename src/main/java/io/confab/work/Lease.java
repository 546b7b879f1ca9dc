package io.confab.work;

import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The right to do one job, for a while: a row that nodes take by compare-and-set, by the database's clock, so that nodes whose
 * clocks differ agree and it passes on however its holder came to an end. Its holder knows by itself when it has run out,
 * also after the process stood still.
 *
 * <p>It saves work and proves nothing: a node can stand still between {@link #keep} and its commit, while another has taken
 * over. What the job writes must bear that, as a compare-and-set does. Thread-safe.
 */
public final class Lease {
    private static final int TIMES_RENEWED = 3;
    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
    // by the primary key
    private static final String TAKE = "update lease set holder = ?, until_at = " + NOW
            + " + ? where name = ? and (holder = ? or until_at <= " + NOW + ")";
    private static final String BEGIN = "insert into lease (name, holder, until_at) select cast(? as varchar),"
            + " cast(? as varchar), " + NOW + " + ? where not exists (select 1 from lease where name = ?)";

    private final Transactions transactions;
    private final String name;
    private final String holder;
    private final Duration length;
    private final LongSupplier nanos;
    private boolean held;
    private long end;
    private long ask;

    Lease(Transactions transactions, String name, String holder, Duration length, LongSupplier nanos) {
        this.transactions = transactions;
        this.name = name;
        this.holder = holder;
        this.length = length;
        this.nanos = nanos;
        this.ask = nanos.getAsLong();
    }

    /**
     * Whether this node holds it now. Takes it when it is free and renews it in time; the database is asked three times in its
     * length. To be called about as often.
     *
     * @throws StoreFailure when the database cannot be asked; what was held stays held until its end
     */
    public synchronized boolean keep() {
        long now = nanos.getAsLong();
        if (now - ask >= 0) {
            ask = now + length.dividedBy(TIMES_RENEWED).toNanos();
            held = take();
            end = now + length.toNanos(); // the database counted from a later moment
        }
        return held && nanos.getAsLong() - end < 0;
    }

    private boolean take() {
        try {
            return transactions.write((em, jdbc) -> take(jdbc) || begin(jdbc));
        } catch (StoreFailure.UniqueViolation e) {
            return false; // two made the row at once, and the other was first
        }
    }

    private boolean take(Connection jdbc) throws SQLException {
        try (var statement = jdbc.prepareStatement(TAKE)) {
            statement.setString(1, holder);
            statement.setLong(2, length.toMillis());
            statement.setString(3, name);
            statement.setString(4, holder);
            return statement.executeUpdate() == 1;
        }
    }

    private boolean begin(Connection jdbc) throws SQLException {
        try (var statement = jdbc.prepareStatement(BEGIN)) {
            statement.setString(1, name);
            statement.setString(2, holder);
            statement.setLong(3, length.toMillis());
            statement.setString(4, name);
            return statement.executeUpdate() == 1;
        }
    }
}
