package io.confab.moderation;

import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** In which zone each member of staff wants to read times; by the primary key. Thread-safe. */
@Singleton
public class StaffZones {
    private static final int MAX_CHARS = 60;

    private final Reads reads;
    private final Transactions transactions;

    @Inject
    public StaffZones(Database database) {
        this.reads = database.reads();
        this.transactions = database.transactions();
    }

    /** A zone by its name, as {@code Europe/Berlin}; empty: there is none of that name here. */
    public static Optional<ZoneId> named(String name) {
        try {
            return name.length() > MAX_CHARS ? Optional.empty() : Optional.of(ZoneId.of(name));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Empty: they chose none. */
    public Optional<ZoneId> find(UserId user) {
        return reads.first("select zone from staff_zone where account_id = ?", row -> row.getString(1), user.value())
                .flatMap(StaffZones::named);
    }

    /** @param zone null: their browser's, from now on */
    public void choose(UserId user, @Nullable ZoneId zone) {
        try {
            transactions.write((em, jdbc) -> replace(jdbc, user, zone));
        } catch (StoreFailure.UniqueViolation e) {
            transactions.write((em, jdbc) -> replace(jdbc, user, zone)); // in another window at the same moment
        }
    }

    private static boolean replace(Connection jdbc, UserId user, @Nullable ZoneId zone) throws SQLException {
        try (var delete = jdbc.prepareStatement("delete from staff_zone where account_id = ?");
                var insert = jdbc.prepareStatement("insert into staff_zone (account_id, zone) values (?, ?)")) {
            delete.setString(1, user.value());
            boolean had = delete.executeUpdate() > 0;
            if (zone != null) {
                insert.setString(1, user.value());
                insert.setString(2, zone.getId());
                insert.executeUpdate();
            }
            return had;
        }
    }
}
