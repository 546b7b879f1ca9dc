package io.confab.ops;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.Ids;
import io.confab.log.RoomRows;
import io.confab.store.Database;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalInt;

/**
 * Tells clients that the database was set back: gives all rooms a new epoch, once per name that the operator gave to it,
 * however many nodes start with that name and however often (docs/adr/0023). The audit trail remembers it, in the same
 * transaction. Waits for the database; another failure stops the start.
 */
@Singleton
public class Restore {
    private static final System.Logger LOG = System.getLogger(Restore.class.getName());
    private static final int FIRST = 50; // before whatever else begins
    /** One node at a time; by the primary key. H2 knows no weaker lock. */
    private static final String TURN = "select id from request_key where id = 1 for update";
    /** What readiness asks for ({@link Database#check}) is given beside it, so nodes that run stay ready. */
    private static final String TURN_BESIDE_READINESS = "select id from request_key where id = 1 for no key update";

    private final Database database;
    private final RestoreSettings settings;
    private final Ids ids;

    @Inject
    public Restore(Database database, RestoreSettings settings, Ids ids) {
        this.database = database;
        this.settings = settings;
        this.ids = ids;
    }

    void start(@Observes @Priority(FIRST) Startup event) {
        start();
    }

    void start() {
        settings.restore().ifPresent(this::newEpochs);
    }

    private void newEpochs(String name) {
        // again, too, when another node is at it for longer than a lock is waited for
        OptionalInt rooms =
                database.onceThere(() -> database.transactions().write((entities, jdbc) -> once(jdbc, name)));
        if (rooms.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "confab.restore: {0} is done, by this start or an earlier one; after another restore take another name",
                    name);
        } else {
            LOG.log(Level.WARNING, "confab.restore: {0}: {1} rooms have a new epoch", name, rooms.getAsInt());
        }
    }

    private OptionalInt once(Connection jdbc, String name) throws SQLException {
        try (var turn = jdbc.prepareStatement(database.isPostgres() ? TURN_BESIDE_READINESS : TURN)) {
            turn.executeQuery().close();
        }
        if (AuditTrail.holds(jdbc, AuditAct.ROOMS_NEW_EPOCHS, name)) {
            return OptionalInt.empty();
        }
        String epoch = ids.epoch();
        int rooms = RoomRows.newEpoch(jdbc, epoch);
        AuditTrail.record(
                jdbc,
                new AuditLine(null, AuditAct.ROOMS_NEW_EPOCHS, name, null, epoch + ", rooms: " + rooms, null, null));
        return OptionalInt.of(rooms);
    }
}
