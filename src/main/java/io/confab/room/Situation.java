package io.confab.room;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One command's view of the room: who asks, with which rights, at what time.
 *
 * @param global the account's own role permits this act in this room, member or not (see {@link Door})
 * @param at when the events would happen
 */
record Situation(RoomState room, Facts facts, boolean global, Instant at) {
    static Situation of(RoomState room, RoomCommand command, Facts facts, Instant now) {
        return new Situation(room, facts, Door.opensByGlobalRole(room, command, facts.actor()), room.next(now));
    }

    UserId sender() {
        return facts.actor().user();
    }

    boolean banned() {
        return facts.sender().isBannedAt(at);
    }

    /** The sender's role in the room; null for who is none, and while a ban makes the membership sleep. */
    @Nullable
    RoomRole role() {
        return banned() ? null : facts.sender().role();
    }

    boolean isMember() {
        return role() != null;
    }

    boolean isStaff() {
        return facts.actor().role().moderates();
    }

    boolean isAdmin() {
        return facts.actor().role() == GlobalRole.ADMIN;
    }

    boolean is(Verdict.Exempt who) {
        return switch (who) {
            case ADMIN -> isAdmin();
            case MODERATOR -> facts.actor().role() == GlobalRole.MODERATOR;
            case ROOM_OWNER -> owns();
            case ROOM_MODERATOR -> role() == RoomRole.MODERATOR;
        };
    }

    boolean owns() {
        return role() == RoomRole.OWNER;
    }

    /** Moderator or owner here. */
    boolean moderatesHere() {
        RoomRole role = role();
        return role != null && role.moderates();
    }

    /** May act on this person: never on oneself; as room moderator only on who ranks lower here. */
    boolean outranks(Membership target) {
        if (target.user().equals(sender())) {
            return false;
        }
        RoomRole own = role();
        RoomRole theirs = target.role();
        return global || (own != null && own.moderates() && (theirs == null || own.compareTo(theirs) > 0));
    }
}
