package io.confab.report;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How what a case is about stands just now: what decides which remedies are possible, and what taking them back restores.
 *
 * @param direct the room is a direct conversation
 * @param deleted the message is gone: by its author, or taken away
 * @param hidden it is, and only for now
 * @param kept its text is kept apart, so that it can be brought back
 * @param taker who took it away; null: it stands
 * @param takerModerates by their role they do so everywhere
 * @param takenBy command id of the event that took it away; null: it stands, or none was given
 * @param sentAt null: no message was reported
 * @param member the author is in the room
 * @param mutedUntil null: never muted there; may lie in the past, as the next two
 */
record Scene(
        boolean message,
        boolean direct,
        boolean deleted,
        boolean hidden,
        boolean kept,
        @Nullable UserId taker,
        boolean takerModerates,
        @Nullable String takenBy,
        @Nullable Instant sentAt,
        boolean member,
        UserId author,
        GlobalRole authorRole,
        @Nullable Instant mutedUntil,
        @Nullable Instant bannedUntil,
        @Nullable Instant suspendedUntil) {
    private static final String NO_MESSAGE = "no message was reported";
    private static final String NO_ROOM = "no room was reported";
    private static final String DELETED = "it is deleted already";

    // primary keys of account, room, room_event, withheld and room_member
    private static final String READ = "select a.role, a.suspended_until, r.kind, e.seq, e.deleted_seq, d.detail,"
            + " d.by_id as taker, t.role as taker_role, d.cid as taken_by, e.ts as sent_at,"
            + " (select count(*) from withheld w where w.room_id = e.room_id and w.target_seq = e.seq and w.seq = e.seq)"
            + " as kept, m.role as room_role, m.muted_until, m.banned_until from account a left join room r on r.id = ?"
            + " left join room_event e on e.room_id = r.id and e.seq = ?"
            + " left join room_event d on d.room_id = e.room_id and d.seq = e.deleted_seq"
            + " left join account t on t.id = d.by_id"
            + " left join room_member m on m.room_id = r.id and m.user_id = a.id where a.id = ?";

    static Scene read(Connection jdbc, CaseRow about) throws SQLException {
        Target.Message message = about.target() instanceof Target.Message m ? m : null;
        return Sql.first(
                        jdbc,
                        READ,
                        row -> of(row, about.author()),
                        message == null ? "" : message.room().value(),
                        message == null ? 0L : message.seq(),
                        about.author().value())
                .orElseThrow(() -> new IllegalStateException("account " + about.author() + " is gone"));
    }

    private static Scene of(ResultSet row, UserId author) throws SQLException {
        String kind = row.getString("kind");
        String taker = row.getString("taker");
        String takerRole = row.getString("taker_role");
        return new Scene(
                Sql.number(row, "seq") != null,
                "direct".equals(kind),
                Sql.number(row, "deleted_seq") != null,
                isHiding(row.getString("detail")),
                row.getInt("kept") > 0,
                taker == null ? null : new UserId(taker),
                takerRole != null && role(takerRole).moderates(),
                row.getString("taken_by"),
                Sql.instant(row, "sent_at"),
                row.getString("room_role") != null,
                author,
                role(row.getString("role")),
                Sql.instant(row, "muted_until"),
                Sql.instant(row, "banned_until"),
                Sql.instant(row, "suspended_until"));
    }

    private static GlobalRole role(String word) {
        return GlobalRole.valueOf(word.toUpperCase(Locale.ROOT));
    }

    Decision.Stood stood() {
        return !deleted ? Decision.Stood.SHOWN : hidden ? Decision.Stood.HIDDEN : Decision.Stood.DELETED;
    }

    /** How the message stands that goes when what they said since then is deleted; null: it does not go. */
    Decision.@Nullable Stood goesSince(Instant since) {
        boolean there = stood() == Decision.Stood.SHOWN || (hidden && kept);
        return sentAt != null && !sentAt.isBefore(since) && there ? stood() : null;
    }

    /** Hidden by the server until somebody has decided: because of many reports, or while the admins look. */
    boolean forReview() {
        return hidden && kept && UserId.SERVER.equals(taker);
    }

    /** Deleted by a moderator of the room, whose it is to bring back until staff have decided it. */
    private boolean deletedInRoom() {
        return deleted && !hidden && kept && !takerModerates && !UserId.SERVER.equals(taker);
    }

    /** It is theirs to bring back. */
    boolean takenByHandOfStaff() {
        return deleted && takerModerates && !author.equals(taker);
    }

    /** Why this cannot be done by somebody of this role; empty: as far as is known it can. */
    Optional<String> obstacle(Remedy remedy, UserId by, GlobalRole role) {
        if (!remedy.onMessage() && author.equals(by)) {
            return Optional.of("nobody does this to themselves");
        }
        return Optional.ofNullable(
                switch (remedy) {
                    case HIDE ->
                        !message
                                ? NO_MESSAGE
                                : forReview() || !deleted ? null : hidden ? "it is hidden already" : DELETED;
                    case DELETE -> !message ? NO_MESSAGE : deleted && !hidden && !deletedInRoom() ? DELETED : null;
                    case MUTE, BAN -> !message ? NO_ROOM : inDirect();
                    case KICK -> !message ? NO_ROOM : direct ? inDirect() : member ? null : "they are not in the room";
                    case SUSPEND, DELETE_RECENT ->
                        role != GlobalRole.ADMIN && authorRole.isStaff() ? "only an admin acts on staff" : null;
                    case WARN, RESTORE, UNMUTE, UNBAN, UNSUSPEND, UNWARN, RESTORE_RECENT -> null;
                });
    }

    /** Whether the message stands as such an act left it. */
    boolean standsAsLeftBy(Remedy remedy) {
        return switch (remedy) {
            case HIDE -> deleted && hidden;
            case DELETE -> deleted && !hidden;
            case RESTORE -> !deleted;
            case MUTE, BAN, SUSPEND, WARN, KICK, UNMUTE, UNBAN, UNSUSPEND, UNWARN, DELETE_RECENT, RESTORE_RECENT ->
                throw new IllegalArgumentException(remedy + " is nothing that is done to a message");
        };
    }

    private static boolean isHiding(@Nullable String detail) {
        return detail != null && Json.read(detail).path("hidden").asBoolean();
    }

    private @Nullable String inDirect() {
        return direct ? "in a direct conversation nobody but the two can do this" : null;
    }

    /** The end of the sanction that a remedy sets or lifts, if one runs. */
    Optional<Instant> running(Remedy remedy, Instant now) {
        Instant until = switch (remedy) {
            case MUTE, UNMUTE -> mutedUntil;
            case BAN, UNBAN -> bannedUntil;
            case SUSPEND, UNSUSPEND -> suspendedUntil;
            case HIDE, DELETE, RESTORE, WARN, KICK, UNWARN, DELETE_RECENT, RESTORE_RECENT -> null;
        };
        return Optional.ofNullable(until).filter(now::isBefore);
    }
}
