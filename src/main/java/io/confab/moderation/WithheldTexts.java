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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What moderation took out of the rooms' logs and keeps apart (docs/adr/0064), for staff: the one way to read it, with a reason
 * and an audit line on disk before the first word is shown. Thread-safe.
 */
@Singleton
public class WithheldTexts {
    // primary keys of withheld and room_event
    private static final String VERSIONS = "select w.seq, e.ts, w.body from withheld w"
            + " join room_event e on e.room_id = w.room_id and e.seq = w.seq"
            + " where w.room_id = ? and w.target_seq = ? order by w.seq limit " + WithheldTexts.MOST;
    /** Versions of one message that are shown, the first ones. */
    static final int MOST = 100;

    private final Transactions transactions;

    @Inject
    public WithheldTexts(Database database) {
        this.transactions = database.transactions();
    }

    /**
     * A text as it was said or edited.
     *
     * @param seq number of the event that carried it
     * @param body the JSON document as it is stored
     */
    public record Version(long seq, Instant at, String body) {}

    /**
     * All versions, oldest first. Refused with {@code forbidden} to who is no global staff, {@code bad_request} without a reason,
     * {@code not_found} when nothing is kept.
     */
    public Outcome<List<Version>> read(StaffMember reader, RoomId room, long seq, String why) {
        if (!reader.role().isStaff()) {
            return Outcome.refused(new Refusal.Forbidden("only staff read what was taken away"));
        }
        Optional<Refusal> problem = RoomActs.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        var line = new AuditLine(
                reader.user(), AuditAct.WITHHELD_READ, room.value() + "/" + seq, null, null, why, reader.address());
        return transactions.write((em, jdbc) -> {
            List<Version> versions = versions(jdbc, room, seq);
            if (versions.isEmpty()) {
                return Outcome.refused(new Refusal.NotFound("nothing is kept of such a message"));
            }
            AuditTrail.record(jdbc, line);
            return Outcome.done(versions);
        });
    }

    private static List<Version> versions(Connection jdbc, RoomId room, long seq) throws SQLException {
        try (var statement = jdbc.prepareStatement(VERSIONS)) {
            statement.setString(1, room.value());
            statement.setLong(2, seq);
            try (var rows = statement.executeQuery()) {
                var versions = new ArrayList<Version>();
                while (rows.next()) {
                    versions.add(new Version(
                            rows.getLong("seq"), Instant.ofEpochMilli(rows.getLong("ts")), rows.getString("body")));
                }
                return versions;
            }
        }
    }
}
