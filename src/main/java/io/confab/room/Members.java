package io.confab.room;

import io.confab.kernel.Refusal;

/**
 * Rules of joining, leaving, inviting and roles. A room keeps an owner: an owner leaves only when alone, and nobody
 * changes their own role, so the last owner can be taken only by global staff (docs/adr/0010). Nobody joins a direct
 * room, is invited to it, leaves it or has another role in it.
 */
final class Members {
    static final Refusal DIRECT = new Refusal.Forbidden("a direct room is of its two people, as they are");
    private static final Refusal NO_SUCH_PERSON = new Refusal.NotFound("no such account");

    private Members() {}

    static Decision join(Situation s, int maxMembers) {
        if (s.isMember()) {
            return new Decision.Already(s.room().head());
        }
        return s.room().members() >= maxMembers
                ? full(maxMembers)
                : Decision.happens(new RoomEvent.MemberJoined(s.sender(), RoomRole.MEMBER));
    }

    static Decision leave(Situation s) {
        if (s.room().kind() == RoomKind.DIRECT) {
            return Decision.refused(DIRECT);
        }
        if (s.owns() && s.room().members() > 1) {
            return Decision.refused(new Refusal.Conflict("an owner leaves last: make another member an owner, "
                    + "who takes the role from you, then leave"));
        }
        return Decision.happens(new RoomEvent.MemberLeft(s.sender(), null));
    }

    /** An invitation makes a member at once; it never lifts a ban. */
    static Decision invite(Situation s, RoomCommand.InviteMember invite, int maxMembers) {
        if (s.room().kind() == RoomKind.DIRECT) {
            return Decision.refused(DIRECT);
        }
        if (invite.role() != RoomRole.MEMBER && !s.owns() && !s.global()) {
            return Decision.refused(new Refusal.Forbidden("only owners invite as more than a member"));
        }
        Membership target = s.facts().target();
        if (target == null) {
            return Decision.refused(NO_SUCH_PERSON);
        }
        if (target.isBannedAt(s.at())) {
            return Decision.refused(new Refusal.Conflict("this person is banned here; lift the ban first"));
        }
        if (target.role() != null) {
            return new Decision.Already(s.room().head());
        }
        return s.room().members() >= maxMembers
                ? full(maxMembers)
                : Decision.happens(new RoomEvent.MemberJoined(invite.user(), invite.role()));
    }

    static Decision setRole(Situation s, RoomCommand.SetRole set) {
        if (s.room().kind() == RoomKind.DIRECT) {
            return Decision.refused(DIRECT);
        }
        if (!s.owns() && !s.global()) {
            return Decision.refused(new Refusal.Forbidden("only owners give roles"));
        }
        Membership target = s.facts().target();
        if (target == null || target.role() == null) {
            return Decision.refused(new Refusal.NotFound("no such member of this room"));
        }
        if (target.role() == set.role()) {
            return new Decision.Already(s.room().head());
        }
        if (set.user().equals(s.sender()) && !s.global()) {
            return Decision.refused(new Refusal.Forbidden("nobody changes their own role"));
        }
        return Decision.happens(new RoomEvent.MemberRoleChanged(set.user(), set.role()));
    }

    private static Decision full(int maxMembers) {
        return Decision.refused(new Refusal.Conflict("the room has all the " + maxMembers + " members it may have"));
    }
}
