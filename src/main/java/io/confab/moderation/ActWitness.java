package io.confab.moderation;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.audit.SanctionHistory;
import io.confab.kernel.UserId;
import io.confab.log.AppendWitness;
import io.confab.room.Facts;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.RoomEvent;
import io.confab.room.RoomKind;
import io.confab.room.RoomRole;
import io.confab.room.RoomState;
import io.confab.room.SanctionKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the audit line of every moderating event, in the transaction that appends it, whether it came from the console,
 * over HTTP or over a socket, from global staff or from who moderates this room alone. What they say as members is no act,
 * nor what they do with their own: delete their message, leave, join.
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
            String before,
            String after,
            @Nullable String why) {}

    @Override
    public void appended(Connection jdbc, List<Act> acts) throws SQLException {
        for (Act act : acts) {
            Optional<Told> told = told(act);
            if (told.isPresent()) {
                AuditLine line = line(act, told.get());
                AuditTrail.record(jdbc, line);
                keep(jdbc, act, line.why());
            }
        }
    }

    /** What is laid on somebody stands in the history of sanctions too. */
    private void keep(Connection jdbc, Act act, @Nullable String why) throws SQLException {
        var by = new SanctionHistory.By(actor(act.logged()), act.logged().ts(), why);
        RoomEvent event = act.logged().event();
        if (event instanceof RoomEvent.SanctionSet set) {
            SanctionHistory.laid(jdbc, on(act, set.kind(), set.user()), by, set.until());
        } else if (event instanceof RoomEvent.SanctionLifted lifted) {
            SanctionHistory.lifted(jdbc, on(act, lifted.kind(), lifted.user()), by);
        }
    }

    /** The server acts for whoever decided. */
    private UserId actor(LoggedEvent logged) {
        String cid = logged.cid();
        return Optional.ofNullable(cid)
                .flatMap(id -> notes.of(logged.by(), id))
                .map(ActNotes.Note::onBehalf)
                .orElse(logged.by());
    }

    private static SanctionHistory.On on(Act act, SanctionKind kind, UserId user) {
        return new SanctionHistory.On(
                switch (kind) {
                    case MUTE -> SanctionHistory.Kind.MUTE;
                    case BAN -> SanctionHistory.Kind.BAN;
                },
                act.room().room(),
                user);
    }

    private AuditLine line(Act act, Told told) {
        LoggedEvent logged = act.logged();
        String rule = act.rule();
        String cid = logged.cid();
        Optional<ActNotes.Note> note = cid == null ? Optional.empty() : notes.of(logged.by(), cid);
        return new AuditLine(
                logged.by(),
                told.act(),
                told.target(),
                told.before(),
                note.map(ActNotes.Note::onBehalf)
                        .map(user -> told.after() + ", on behalf of " + user)
                        .orElse(told.after()),
                rule == null ? note.map(ActNotes.Note::why).orElse(told.why()) : "rule: " + rule,
                act.address());
    }

    private static Optional<Told> told(Act act) {
        Facts facts = act.facts();
        UserId by = act.logged().by();
        Instant at = act.logged().ts();
        return switch (act.logged().event()) {
            case RoomEvent.MessageDeleted deleted ->
                facts.message(deleted.target())
                        .filter(message -> deleted.hidden() || !message.by().equals(by))
                        .map(message -> new Told(
                                deleted.hidden() ? AuditAct.MESSAGE_HIDDEN : AuditAct.MESSAGE_DELETED,
                                act.room().room() + "/" + deleted.target(),
                                standing(message),
                                deleted.hidden() ? "hidden" : "deleted",
                                deleted.reason()));
            case RoomEvent.MessageRestored restored ->
                facts.message(restored.target())
                        .map(message -> new Told(
                                AuditAct.MESSAGE_RESTORED,
                                act.room().room() + "/" + restored.target(),
                                standing(message),
                                "standing",
                                null));
            case RoomEvent.MessagesDeleted deleted ->
                Optional.of(new Told(
                        AuditAct.MESSAGES_DELETED,
                        act.room().room().value(),
                        deleted.targets().size() + " messages",
                        "deleted: " + numbers(deleted.targets()),
                        deleted.reason()));
            case RoomEvent.SanctionSet set ->
                about(
                        act,
                        AuditAct.SANCTION_SET,
                        set.user(),
                        sanction(facts, set.kind(), at),
                        set.kind().word() + " " + until(set.until()),
                        set.reason());
            case RoomEvent.SanctionLifted lifted ->
                about(
                        act,
                        AuditAct.SANCTION_LIFTED,
                        lifted.user(),
                        sanction(facts, lifted.kind(), at),
                        "no " + lifted.kind().word(),
                        null);
            case RoomEvent.MemberLeft left
            when !left.user().equals(by) ->
                about(act, AuditAct.MEMBER_LEFT, left.user(), role(facts), "removed", left.reason());
            case RoomEvent.MemberJoined joined
            when isAct(joined, facts) ->
                about(
                        act,
                        AuditAct.MEMBER_JOINED,
                        joined.user(),
                        role(facts),
                        joined.role().word(),
                        null);
            case RoomEvent.MemberRoleChanged changed ->
                about(
                        act,
                        AuditAct.MEMBER_ROLE,
                        changed.user(),
                        role(facts),
                        changed.role().word(),
                        null);
            case RoomEvent.RoomUpdated updated -> Optional.of(updated(act.room(), updated));
            case RoomEvent.RoomArchived ignored ->
                Optional.of(
                        new Told(AuditAct.ROOM_ARCHIVED, act.room().room().value(), "not archived", "archived", null));
            case RoomEvent.MessagePinned pinned -> pin(act, AuditAct.PIN_ADDED, pinned.target());
            case RoomEvent.MessageUnpinned unpinned -> pin(act, AuditAct.PIN_REMOVED, unpinned.target());
            case RoomEvent.MemberLeft ignored -> Optional.empty();
            case RoomEvent.MemberJoined ignored -> Optional.empty();
            case RoomEvent.RoomCreated ignored -> Optional.empty();
            case RoomEvent.MessagePosted ignored -> Optional.empty();
            case RoomEvent.MessageEdited ignored -> Optional.empty();
            case RoomEvent.Opaque ignored -> Optional.empty();
        };
    }

    /** What two people hold up for each other is no act, also when one of them is staff. */
    private static Optional<Told> pin(Act act, AuditAct what, long seq) {
        boolean added = what == AuditAct.PIN_ADDED;
        return act.room().kind() == RoomKind.DIRECT
                ? Optional.empty()
                : Optional.of(new Told(
                        what,
                        act.room().room() + "/" + seq,
                        added ? "not pinned" : "pinned",
                        added ? "pinned" : "not pinned",
                        null));
    }

    private static String standing(Facts.Message message) {
        Facts.Takedown takedown = message.takedown();
        String now = takedown == null ? "" : takedown.hidden() ? ", hidden" : ", deleted";
        return "message of " + message.by() + now;
    }

    private static String numbers(List<Long> seqs) {
        return seqs.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static Optional<Told> about(
            Act act, AuditAct what, UserId user, String before, String after, @Nullable String why) {
        return Optional.of(new Told(what, act.room().room() + "/" + user, before, after, why));
    }

    /** Any member invites members: that is no act, but for global staff, who need not be members. */
    private static boolean isAct(RoomEvent.MemberJoined joined, Facts facts) {
        boolean invited = !joined.user().equals(facts.actor().user());
        return invited && (facts.actor().role().moderates() || joined.role() != RoomRole.MEMBER);
    }

    private static String role(Facts facts) {
        Membership target = facts.target();
        RoomRole role = target == null ? null : target.role();
        return role == null ? "no member" : role.word();
    }

    private static String sanction(Facts facts, SanctionKind kind, Instant at) {
        Membership target = facts.target();
        Instant until = target == null
                ? null
                : switch (kind) {
                    case MUTE -> target.mutedUntil();
                    case BAN -> target.bannedUntil();
                };
        return until == null || !at.isBefore(until)
                ? "no " + kind.word()
                : kind.word() + " " + until(until.equals(Membership.FOREVER) ? null : until);
    }

    private static String until(@Nullable Instant until) {
        return until == null ? "until lifted" : "until " + until;
    }

    private static Told updated(RoomState room, RoomEvent.RoomUpdated updated) {
        var before = new StringJoiner(", ");
        var after = new StringJoiner(", ");
        add("name", room.name(), updated.name(), before, after);
        add("topic", room.topic(), updated.topic(), before, after);
        if (updated.mode() != null) {
            before.add("mode " + room.mode().word());
            after.add("mode " + updated.mode().word());
        }
        Duration slow = updated.slowMode();
        if (slow != null) {
            before.add("slow mode " + room.slowMode().toMillis() + " ms");
            after.add("slow mode " + slow.toMillis() + " ms");
        }
        return new Told(AuditAct.ROOM_UPDATED, room.room().value(), before.toString(), after.toString(), null);
    }

    private static void add(String what, String old, @Nullable String given, StringJoiner before, StringJoiner after) {
        if (given != null) {
            before.add(what + " \"" + old + "\"");
            after.add(what + " \"" + given + "\"");
        }
    }
}
