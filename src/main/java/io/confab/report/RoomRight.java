package io.confab.report;

import io.confab.job.Deletions;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomRows;
import io.confab.room.Decision.Refused;
import io.confab.room.EventJson;
import io.confab.room.Facts;
import io.confab.room.Membership;
import io.confab.room.RoomCommand;
import io.confab.room.RoomDecisions;
import io.confab.room.RoomRole;
import io.confab.room.RoomRules;
import io.confab.room.RoomState;
import io.confab.room.SanctionKind;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a moderator of a room may have the server do about a case there: what the room's rules would let them do themselves, and
 * nothing to global staff. The server, which does it, may do everything (docs/adr/0084).
 */
final class RoomRight {
    private static final Refusal NOT_OF_ROOM =
            new Refusal.Forbidden("a moderator of the room agrees and takes the message away, or leaves it to staff");
    private static final Refusal BY_STAFF = new Refusal.Forbidden("what staff decided only staff take back");
    private static final Refusal DELETED_SINCE = new Refusal.Conflict(
            "many of their messages were deleted since it was decided: only staff take it back now");
    private static final Refusal NOTED = new Refusal.Conflict("the room has noted enough of it for now");
    /** Of all who moderate the room, in a round of a case. */
    static final int MOST_NOTES = 20;

    private static final String STAFF_ONLY = "only staff do this";
    private static final String ON_STAFF = "only an admin acts on staff";

    /** None of what is asked here depends on a setting. */
    private static final RoomDecisions RULES =
            new RoomDecisions(RoomRules.from(new Configuration(key -> Optional.empty())));

    private static final Facts.Text ANY_TEXT =
            new Facts.Text(EventJson.body(Json.object().put("type", "text").put("text", "x")), List.of(), null);

    // by room_event_target
    private static final String BY_HAND_OF_STAFF = "select 1 from room_event d join account a on a.id = d.by_id"
            + " where d.room_id = ? and d.target_seq = ? and d.type = 'msg.deleted' and d.ts >= ? and d.by_id <> ?"
            + " and a.role in ('moderator', 'admin') and d.by_id <> '" + UserId.SERVER + "' limit 1";
    // primary keys
    private static final String LOCK = "select id from room where id = ? for update";
    private static final String ROOM = "select " + RoomRows.COLUMNS + " from room r where r.id = ?";
    private static final String MEMBER =
            "select role, muted_until, banned_until from room_member where room_id = ? and user_id = ?";

    private final RoomState room;
    private final long seq;
    private final Membership sender;
    private final Membership author;
    private final boolean authorIsStaff;
    private final Instant now;

    private RoomRight(
            RoomState room, long seq, Membership sender, Membership author, boolean authorIsStaff, Instant now) {
        this.room = room;
        this.seq = seq;
        this.sender = sender;
        this.author = author;
        this.authorIsStaff = authorIsStaff;
        this.now = now;
    }

    /**
     * Waits until nobody writes in the room of this case, and keeps it so until the transaction ends: nothing of a room, roles
     * and bans too, is written but by who moves its head. After accounts, as everywhere.
     */
    static void lock(Connection jdbc, CaseRow about) throws SQLException {
        if (about.target() instanceof Target.Message message) {
            Sql.first(jdbc, LOCK, row -> row.getString(1), message.room().value());
        }
    }

    /** @throws IllegalArgumentException when it is about a person */
    static RoomRight read(Connection jdbc, CaseRow about, Scene scene, UserId by, Instant now) throws SQLException {
        if (!(about.target() instanceof Target.Message message)) {
            throw new IllegalArgumentException("case " + about.id() + " is of no room");
        }
        return new RoomRight(
                Sql.first(jdbc, ROOM, RoomRows::state, message.room().value()).orElseThrow(),
                message.seq(),
                member(jdbc, message.room(), by),
                member(jdbc, message.room(), about.author()),
                scene.authorRole().isStaff(),
                now);
    }

    private static Membership member(Connection jdbc, RoomId room, UserId user) throws SQLException {
        return Sql.first(jdbc, MEMBER, row -> member(row, user), room.value(), user.value())
                .orElse(Membership.none(user));
    }

    private static Membership member(ResultSet row, UserId user) throws SQLException {
        String role = row.getString("role");
        return new Membership(
                user,
                role == null ? null : RoomRole.valueOf(role.toUpperCase(Locale.ROOT)),
                Sql.instant(row, "muted_until"),
                Sql.instant(row, "banned_until"),
                null);
    }

    /** Whoever owns a room must not bury a report by that: with what they agree, the message goes. */
    Optional<Refusal> refusal(Wish wish, Scene scene) {
        if (wish.verdict() == Verdict.PASS) {
            return Optional.empty();
        }
        boolean goes = scene.takenByHandOfStaff()
                || wish.remedies().stream().anyMatch(asked -> asked.remedy().takesMessageAway());
        return wish.verdict() == Verdict.AGREE && goes
                ? first(wish.remedies().stream().map(Wish.Asked::remedy), remedy -> obstacle(remedy, scene))
                : Optional.of(NOT_OF_ROOM);
    }

    /** Why they do not take this decision back. What the room deleted a later deletion of many passed over: it would stand again. */
    static Optional<Refusal> undoRefusal(Connection jdbc, CaseRow about, Decision former) throws SQLException {
        if (!former.byRoom()) {
            return Optional.of(BY_STAFF);
        }
        return about.target() instanceof Target.Message message
                        && (Deletions.underWaySince(jdbc, former.at(), about.author(), message.room())
                                || isTakenByHandOfStaffSince(jdbc, message, about.author(), former.at()))
                ? Optional.of(DELETED_SINCE)
                : Optional.empty();
    }

    /** What the server did by decision took it over from them. */
    private static boolean isTakenByHandOfStaffSince(
            Connection jdbc, Target.Message message, UserId author, Instant since) throws SQLException {
        return Sql.first(
                        jdbc,
                        BY_HAND_OF_STAFF,
                        row -> true,
                        message.room().value(),
                        message.seq(),
                        since.toEpochMilli(),
                        author.value())
                .isPresent();
    }

    static Optional<Refusal> noteRefusal(Connection jdbc, CaseRow about) throws SQLException {
        return DecisionRows.notedInRoom(jdbc, about.id(), about.round()) < MOST_NOTES
                ? Optional.empty()
                : Optional.of(NOTED);
    }

    /** What takes a decision back lifts nothing from whom they could not lift it themselves. */
    Optional<Refusal> refusal(List<Decision.Act> acts) {
        return first(acts.stream().map(Decision.Act::remedy), this::obstacle);
    }

    private static Optional<Refusal> first(Stream<Remedy> remedies, Function<Remedy, Optional<String>> obstacle) {
        return remedies.flatMap(remedy -> obstacle.apply(remedy).map(remedy::cannot).stream())
                .findFirst();
    }

    /** Likewise, and for how things stand. */
    Optional<String> obstacle(Remedy remedy, Scene scene) {
        return remedy.takesMessageAway() && scene.takenByHandOfStaff()
                ? Optional.of("staff have taken it away") // what the room takes over, the room brings back
                : obstacle(remedy).or(() -> scene.obstacle(remedy, sender.user(), GlobalRole.USER));
    }

    /** Why this cannot be asked for; empty: it can, as far as the right goes. */
    private Optional<String> obstacle(Remedy remedy) {
        Optional<RoomCommand> own = asTheirOwn(remedy);
        if (own.isEmpty()) {
            return Optional.of(STAFF_ONLY);
        }
        if (authorIsStaff && !remedy.onMessage()) {
            return Optional.of(ON_STAFF);
        }
        var actor = new Facts.Actor(sender.user(), GlobalRole.USER, false);
        var standing = new Facts.Message(seq, author.user(), room.lastTs(), ANY_TEXT, null);
        var facts = new Facts(actor, sender, author, null, Map.of(seq, standing), Map.of());
        return RULES.decide(room, own.get(), facts, now) instanceof Refused(var refusal)
                ? Optional.of(refusal.message())
                : Optional.empty();
    }

    /**
     * What they would send to the room for it; who may take a message away may bring back what their room took by decision.
     * Empty: nothing that a room's moderators do.
     */
    private Optional<RoomCommand> asTheirOwn(Remedy remedy) {
        UserId user = author.user();
        return switch (remedy) {
            case HIDE, RESTORE -> Optional.of(new RoomCommand.HideMessage(seq, null));
            case DELETE -> Optional.of(new RoomCommand.DeleteMessage(seq, null));
            case MUTE -> Optional.of(new RoomCommand.SetSanction(user, SanctionKind.MUTE, null, null));
            case BAN -> Optional.of(new RoomCommand.SetSanction(user, SanctionKind.BAN, null, null));
            case UNMUTE -> Optional.of(new RoomCommand.LiftSanction(user, SanctionKind.MUTE));
            case UNBAN -> Optional.of(new RoomCommand.LiftSanction(user, SanctionKind.BAN));
            case KICK -> Optional.of(new RoomCommand.KickMember(user, null));
            case SUSPEND, UNSUSPEND, WARN, UNWARN, DELETE_RECENT, RESTORE_RECENT -> Optional.empty();
        };
    }
}
