package io.confab.moderation;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Opens a private or direct room for a member of staff to read: only with a reason, and with an audit line on disk before
 * the first word is shown, which every other member of staff can see. Thread-safe.
 */
@Singleton
public class ConfidentialReading {
    private final Transactions transactions;

    @Inject
    public ConfidentialReading(Database database) {
        this.transactions = database.transactions();
    }

    /** Refused with {@code bad_request} without a reason. */
    public Outcome<RoomId> open(StaffMember reader, RoomId room, String why) {
        Optional<Refusal> problem = RoomActs.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        var line = new AuditLine(reader.user(), AuditAct.ROOM_READ, room.value(), null, null, why, reader.address());
        return transactions.write((em, jdbc) -> {
            AuditTrail.record(jdbc, line);
            return Outcome.done(room);
        });
    }
}
