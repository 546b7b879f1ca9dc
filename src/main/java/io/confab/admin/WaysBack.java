package io.confab.admin;

import io.confab.admin.WayBack.What;
import io.confab.directory.History;
import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.moderation.RoomList;
import io.confab.moderation.RoomMembers;
import io.confab.moderation.StaffMember;
import io.confab.report.Warnings;
import io.confab.room.RoomMode;
import io.confab.room.SanctionKind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes single acts back: each by its inverse, through the same entry points and with a line of its own, and only while things
 * stand as the act left them. A sanction goes back to the one that ran before, as with decisions. Thread-safe.
 */
@ApplicationScoped
public class WaysBack {
    /** For the audit trail; what it takes back is the line before. */
    static final String WHY = "taken back right after";

    static final String NONE = "";
    static final String STANDING = "standing";
    static final String HIDDEN = "hidden";
    static final String DELETED = "deleted";

    private static final Outcome<Boolean> CHANGED =
            Outcome.refused(new Refusal.Conflict("somebody has changed it since; nothing was done"));

    @Inject
    private Console console;

    @Inject
    private Door door;

    /** What an act is about to change, as it stands; empty: it has no inverse. Left open how the act leaves it. */
    Optional<WayBack> before(ActAddress on) {
        return what(on.act()).map(what -> {
            Long seq = on.seq();
            var way = new WayBack(what, on.room(), on.user(), seq == null ? 0 : seq, NONE, NONE);
            return new WayBack(what, way.room(), way.user(), way.seq(), stands(way), NONE);
        });
    }

    Optional<WayBack> before(RoomAct act, String room) {
        if (act != RoomAct.MODE) {
            return Optional.empty(); // who was removed joins again or is invited, and nothing opens an archived room
        }
        var way = new WayBack(What.MODE, room, "", 0, NONE, NONE);
        return Optional.of(new WayBack(What.MODE, room, "", 0, stands(way), NONE));
    }

    private static Optional<What> what(StaffAct act) {
        return Optional.ofNullable(
                switch (act) {
                    case DELETE_MESSAGE, HIDE_MESSAGE, RESTORE_MESSAGE -> What.MESSAGE;
                    case MUTE, UNMUTE -> What.MUTE;
                    case BAN, UNBAN -> What.BAN;
                    case SUSPEND, UNSUSPEND -> What.SUSPENSION;
                    case SET_ROLE -> What.ROLE;
                    case WARN -> What.WARNING;
                    case SIGN_OUT, SIGN_OUT_ALL, REMOVE_FACTOR, SET_FACTOR_RULE, MAKE_INVITE, REVOKE_INVITE -> null;
                });
    }

    /** How an act that was just done by this form left it. */
    static String left(StaffAct act, Acts.Form form, String warning) {
        return switch (act) {
            case DELETE_MESSAGE -> DELETED;
            case HIDE_MESSAGE -> HIDDEN;
            case RESTORE_MESSAGE -> STANDING;
            case MUTE, BAN, SUSPEND -> end(form.until());
            case SET_ROLE -> form.role().word();
            case WARN -> warning;
            case UNMUTE,
                    UNBAN,
                    UNSUSPEND,
                    SIGN_OUT,
                    SIGN_OUT_ALL,
                    REMOVE_FACTOR,
                    SET_FACTOR_RULE,
                    MAKE_INVITE,
                    REVOKE_INVITE -> NONE;
        };
    }

    /** @param change what the form of a mode sent */
    static String left(WayBack before, ModeChange change) {
        String[] stood = before.before().split("/", 2);
        String mode = change.mode() == null ? stood[0] : change.mode().word();
        Duration slow = change.slowMode();
        return mode + "/" + (slow == null ? stood[1] : String.valueOf(slow.toMillis()));
    }

    /** As it is now, in a word that is the same as long as nobody changes it. */
    private String stands(WayBack way) {
        return switch (way.what()) {
            case MUTE ->
                member(way)
                        .filter(at -> at.isMutedAt(door.now()))
                        .map(at -> end(at.mutedUntil()))
                        .orElse(NONE);
            case BAN ->
                member(way)
                        .filter(at -> at.isBannedAt(door.now()))
                        .map(at -> end(at.bannedUntil()))
                        .orElse(NONE);
            case SUSPENSION ->
                account(way)
                        .filter(who -> who.suspendedAt(door.now()))
                        .map(who -> end(who.suspendedUntil()))
                        .orElse(NONE);
            case ROLE -> account(way).map(who -> who.role().word()).orElse(NONE);
            case MESSAGE -> message(way).map(WaysBack::standing).orElse(NONE);
            case MODE ->
                room(way).map(room -> room.mode() + "/" + room.slowMillis()).orElse(NONE);
            case WARNING -> way.left(); // whether it was seen is asked when it is taken back
        };
    }

    private Optional<RoomMembers.Row> member(WayBack way) {
        return console.members().find(new RoomId(way.room()), new UserId(way.user()));
    }

    private Optional<Account> account(WayBack way) {
        return console.accounts().find(new UserId(way.user()));
    }

    private Optional<RoomList.Row> room(WayBack way) {
        return console.rooms().find(new RoomId(way.room()));
    }

    private Optional<History.Message> message(WayBack way) {
        return console.history().after(new RoomId(way.room()), way.seq() - 1, way.seq(), 1).rows().stream()
                .findFirst();
    }

    private static String standing(History.Message message) {
        if (message.body() != null) {
            return STANDING;
        }
        return message.hidden() ? HIDDEN : DELETED;
    }

    /** Times far ahead are all one: until lifted. */
    private static String end(@Nullable Instant until) {
        return until == null || !until.isBefore(Account.UNTIL_LIFTED)
                ? "forever"
                : String.valueOf(until.toEpochMilli());
    }

    private static @Nullable Instant instant(String end) {
        return end.equals("forever") ? null : Instant.ofEpochMilli(Long.parseLong(end));
    }

    /** True: it was so already. Refused with {@code conflict} when somebody has changed it since, and as the inverse is refused. */
    Outcome<Boolean> take(StaffMember by, WayBack way, String commandId) {
        if (!stands(way).equals(way.left())) {
            return CHANGED;
        }
        UserId user = new UserId(way.user().isEmpty() ? "none" : way.user());
        return switch (way.what()) {
            case MUTE, BAN, MESSAGE, MODE -> inRoom(by, way, commandId);
            case SUSPENSION ->
                Acts.settled(
                                Acts.UNKNOWN,
                                () -> runs(way.before())
                                        ? console.accountActs().suspend(by.actor(), user, instant(way.before()), WHY)
                                        : console.accountActs().lift(by.actor(), user, WHY))
                        .map(done -> !done.changed());
            case ROLE ->
                Acts.settled(
                                Acts.UNKNOWN,
                                () -> console.accountActs().setRole(by.actor(), user, role(way.before()), WHY))
                        .map(done -> !done.changed());
            case WARNING ->
                Acts.settled(Acts.UNKNOWN, () -> console.warnings().takeBack(by.actor(), user, way.left(), WHY))
                        .map(Warnings.Told::duplicate);
        };
    }

    private Outcome<Boolean> inRoom(StaffMember by, WayBack way, String commandId) {
        var act = new RoomActs.Act(by, new RoomId(way.room()), WHY, null, commandId);
        Outcome<Answer.Accepted> outcome = switch (way.what()) {
            case MUTE -> sanction(act, way, SanctionKind.MUTE);
            case BAN -> sanction(act, way, SanctionKind.BAN);
            case MESSAGE -> message(act, way);
            case MODE -> mode(act, way);
            case SUSPENSION, ROLE, WARNING -> throw new IllegalStateException(way.what() + " is not of a room");
        };
        return outcome.map(Answer.Accepted::duplicate);
    }

    private Outcome<Answer.Accepted> sanction(RoomActs.Act act, WayBack way, SanctionKind kind) {
        UserId user = new UserId(way.user());
        return runs(way.before())
                ? console.roomActs().sanction(act, user, kind, instant(way.before()))
                : console.roomActs().lift(act, user, kind);
    }

    /** Whether the one that ran before would still run. */
    private boolean runs(String before) {
        Instant end = before.isEmpty() ? Instant.MIN : instant(before);
        return end == null || door.now().isBefore(end);
    }

    private Outcome<Answer.Accepted> message(RoomActs.Act act, WayBack way) {
        RoomActs acts = console.roomActs();
        return switch (way.before()) {
            case STANDING -> acts.restore(act, way.seq());
            case HIDDEN -> way.left().equals(DELETED) ? acts.hideInstead(act, way.seq()) : acts.hide(act, way.seq());
            case DELETED -> acts.delete(act, way.seq());
            default -> throw new IllegalStateException("a message does not stand as " + way.before());
        };
    }

    private Outcome<Answer.Accepted> mode(RoomActs.Act act, WayBack way) {
        String[] before = way.before().split("/", 2);
        String[] left = way.left().split("/", 2);
        RoomMode mode = null;
        for (RoomMode each : RoomMode.values()) {
            mode = each.word().equals(before[0]) && !before[0].equals(left[0]) ? each : mode;
        }
        return console.roomActs()
                .setMode(act, mode, before[1].equals(left[1]) ? null : Duration.ofMillis(Long.parseLong(before[1])));
    }

    private static GlobalRole role(String word) {
        for (GlobalRole role : GlobalRole.values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new IllegalStateException("no role " + word);
    }
}
