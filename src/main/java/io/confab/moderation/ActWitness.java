package io.confab.moderation;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.UserId;
import io.confab.log.AppendWitness;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the audit line of every moderating event of a global moderator or admin, in the transaction that appends it,
 * whether it came from the console, over HTTP or over a socket. What staff say as members of a room is no act.
 */
@Singleton
public class ActWitness implements AppendWitness {
    private final ActNotes notes;

    @Inject
    ActWitness(ActNotes notes) {
        this.notes = notes;
    }

    private record Told(
            AuditAct act,
            String target,
            @Nullable String after,
            @Nullable String why) {}

    @Override
    public void appended(Connection jdbc, List<Act> acts) throws SQLException {
        for (Act act : acts) {
            Optional<Told> told = told(act.logged());
            if (told.isPresent()) {
                AuditTrail.record(jdbc, line(act.logged(), told.get()));
            }
        }
    }

    private AuditLine line(LoggedEvent logged, Told told) {
        String cid = logged.cid();
        Optional<ActNotes.Note> note = cid == null ? Optional.empty() : notes.of(logged.by(), cid);
        return new AuditLine(
                logged.by(),
                told.act(),
                told.target(),
                null,
                told.after(),
                note.map(ActNotes.Note::why).orElse(told.why()),
                note.map(ActNotes.Note::address).orElse(null));
    }

    private static Optional<Told> told(LoggedEvent logged) {
        String room = logged.room().value();
        return switch (logged.event()) {
            case RoomEvent.MessageDeleted deleted ->
                Optional.of(
                        new Told(AuditAct.MESSAGE_DELETED, room + "/" + deleted.target(), "deleted", deleted.reason()));
            case RoomEvent.SanctionSet set ->
                Optional.of(new Told(
                        AuditAct.SANCTION_SET,
                        room + "/" + set.user(),
                        set.kind().word() + " " + until(set.until()),
                        set.reason()));
            case RoomEvent.SanctionLifted lifted ->
                Optional.of(new Told(
                        AuditAct.SANCTION_LIFTED,
                        room + "/" + lifted.user(),
                        "no " + lifted.kind().word(),
                        null));
            case RoomEvent.MemberLeft left ->
                byAnother(
                        logged,
                        left.user(),
                        new Told(AuditAct.MEMBER_LEFT, room + "/" + left.user(), "removed", left.reason()));
            case RoomEvent.MemberJoined joined ->
                byAnother(
                        logged,
                        joined.user(),
                        new Told(AuditAct.MEMBER_JOINED, room + "/" + joined.user(), word(joined.role()), null));
            case RoomEvent.MemberRoleChanged changed ->
                Optional.of(new Told(AuditAct.MEMBER_ROLE, room + "/" + changed.user(), word(changed.role()), null));
            case RoomEvent.RoomUpdated updated ->
                Optional.of(new Told(AuditAct.ROOM_UPDATED, room, changes(updated), null));
            case RoomEvent.RoomArchived ignored ->
                Optional.of(new Told(AuditAct.ROOM_ARCHIVED, room, "archived", null));
            case RoomEvent.RoomCreated ignored -> Optional.empty();
            case RoomEvent.MessagePosted ignored -> Optional.empty();
            case RoomEvent.MessageEdited ignored -> Optional.empty();
        };
    }

    private static Optional<Told> byAnother(LoggedEvent logged, UserId user, Told told) {
        return logged.by().equals(user) ? Optional.empty() : Optional.of(told);
    }

    private static String word(Enum<?> role) {
        return role.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String until(@Nullable Instant until) {
        return until == null ? "until lifted" : "until " + until;
    }

    private static String changes(RoomEvent.RoomUpdated updated) {
        var all = new java.util.StringJoiner(", ");
        if (updated.name() != null) {
            all.add("name");
        }
        if (updated.topic() != null) {
            all.add("topic");
        }
        if (updated.mode() != null) {
            all.add("mode " + word(updated.mode()));
        }
        if (updated.slowMode() != null) {
            all.add("slow mode " + updated.slowMode());
        }
        return all.toString();
    }
}
