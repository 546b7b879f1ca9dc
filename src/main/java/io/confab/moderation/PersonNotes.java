package io.confab.moderation;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.identity.StaffRight;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What staff note about a person, for staff alone: written by moderators and admins, read by all staff, never changed or taken
 * back, so that what somebody decided by it stays known. The audit trail says that there is a note, not what it says. Thread-safe.
 */
@Singleton
public class PersonNotes {
    public static final int MAX_CHARS = 2_000;
    private static final int MOST = 100;
    private static final String COLUMNS = "select n.id, n.user_id, n.by_id, b.username, n.at, n.text from person_note n"
            + " left join account b on b.id = n.by_id where ";

    private final Reads reads;
    private final Transactions transactions;
    private final StaffRight right;
    private final Clock clock;

    @Inject
    public PersonNotes(Database database, StaffRight right, Clock clock) {
        this.reads = database.reads();
        this.transactions = database.transactions();
        this.right = right;
        this.clock = clock;
    }

    public record Note(String id, UserId about, UserId by, String byName, Instant at, String text) {}

    /** @param duplicate it was written by the same command before */
    public record Written(Note note, boolean duplicate) {}

    /**
     * Refused with {@code bad_request}, {@code not_found}, {@code forbidden}, or {@code cid_conflict} when the same command
     * wrote something else.
     *
     * @param id by which a repeat is known: 1 to 64 of {@code [A-Za-z0-9_-]}
     */
    public Outcome<Written> write(Actor by, UserId about, String text, String id) {
        String said =
                text.strip().lines().collect(Collectors.joining("\n")); // a form sends two characters for a line's end
        if (!Ids.isCid(id) || said.isEmpty() || said.codePointCount(0, said.length()) > MAX_CHARS) {
            return Outcome.refused(new Refusal.BadRequest("a note has 1 to " + MAX_CHARS + " characters"));
        }
        if (said.indexOf('\0') >= 0) {
            return Outcome.refused(new Refusal.BadRequest("a note has no U+0000"));
        }
        try {
            return transactions.write((em, jdbc) -> {
                Optional<Refusal> refusal = right.refusal(em, jdbc, by);
                if (refusal.isPresent()) {
                    return Outcome.refused(refusal.get());
                }
                Optional<Note> before = find(jdbc, id);
                if (before.isPresent()) {
                    return again(before.get(), by, about, said);
                }
                if (about.equals(UserId.SERVER) || !isThere(jdbc, about)) {
                    return Outcome.refused(new Refusal.NotFound("no such account"));
                }
                return Outcome.done(new Written(insert(jdbc, by, about, said, id), false));
            });
        } catch (StoreFailure.UniqueViolation e) {
            return Outcome.refused(new Refusal.Conflict("this note is being written by another request"));
        }
    }

    private static Outcome<Written> again(Note before, Actor by, UserId about, String text) {
        boolean same = before.by().equals(by.user())
                && before.about().equals(about)
                && before.text().equals(text);
        return same
                ? Outcome.done(new Written(before, true))
                : Outcome.refused(new Refusal.CidConflict("this id wrote another note"));
    }

    private static boolean isThere(Connection jdbc, UserId user) throws SQLException {
        try (var statement = jdbc.prepareStatement("select 1 from account where id = ?")) {
            statement.setString(1, user.value());
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private Note insert(Connection jdbc, Actor by, UserId about, String text, String id) throws SQLException {
        Instant now = Instant.ofEpochMilli(clock.millis());
        try (var statement = jdbc.prepareStatement(
                "insert into person_note (id, user_id, by_id, at, text) values (?, ?, ?, ?, ?)")) {
            statement.setString(1, id);
            statement.setString(2, about.value());
            statement.setString(3, by.user().value());
            statement.setLong(4, now.toEpochMilli());
            statement.setString(5, text);
            statement.executeUpdate();
        }
        AuditTrail.record(
                jdbc,
                new AuditLine(by.user(), AuditAct.PERSON_NOTED, about.value(), null, "note " + id, null, by.address()));
        return new Note(id, about, by.user(), "", now, text);
    }

    private static Optional<Note> find(Connection jdbc, String id) throws SQLException {
        try (var statement = jdbc.prepareStatement(COLUMNS + "n.id = ?")) {
            statement.setString(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(note(rows)) : Optional.empty();
            }
        }
    }

    /** Newest first, those before a moment; by person_note_user. @param limit at most 100 */
    public List<Note> before(UserId about, Instant before, int limit) {
        return reads.list(
                COLUMNS + "n.user_id = ? and n.at < ? order by n.at desc, n.id desc limit ?",
                PersonNotes::note,
                about.value(),
                before.toEpochMilli(),
                Math.clamp(limit, 1, MOST));
    }

    private static Note note(ResultSet row) throws SQLException {
        return new Note(
                row.getString("id"),
                new UserId(row.getString("user_id")),
                new UserId(row.getString("by_id")),
                Optional.ofNullable(row.getString("username")).orElse(""),
                Instant.ofEpochMilli(row.getLong("at")),
                row.getString("text"));
    }
}
