package io.confab.room;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import java.util.Optional;

/**
 * The checks every command passes first, in this order (docs/adr/0013): account suspended, banned here, not a member,
 * room archived, room frozen. What a room is shows only to those who may know of it.
 */
final class Door {
    /** To those who may not know of a room it is as one that does not exist. */
    static final Refusal NO_SUCH_ROOM = new Refusal.NotFound("no such room");

    private Door() {}

    /**
     * Whether the account's global role permits this kind of act in rooms it is not a member of; in direct ones only to take
     * messages away and to bring them back, since they can be reported.
     */
    static boolean opensByGlobalRole(RoomState room, RoomCommand command, Facts.Actor actor) {
        if (room.kind() == RoomKind.DIRECT && !isAboutStanding(command)) {
            return false;
        }
        return switch (command) {
            case RoomCommand.DeleteMessage ignored -> actor.role().moderates();
            case RoomCommand.HideMessage ignored -> actor.role().moderates();
            case RoomCommand.RestoreMessage ignored -> actor.role().moderates();
            case RoomCommand.RemoveMessages ignored -> actor.role().moderates();
            case RoomCommand.PinMessage ignored -> actor.role().moderates();
            case RoomCommand.UnpinMessage ignored -> actor.role().moderates();
            case RoomCommand.KickMember ignored -> actor.role().moderates();
            case RoomCommand.SetSanction ignored -> actor.role().moderates();
            case RoomCommand.LiftSanction ignored -> actor.role().moderates();
            case RoomCommand.UpdateRoom ignored -> actor.role().moderates();
            case RoomCommand.InviteMember ignored -> actor.role() == GlobalRole.ADMIN;
            case RoomCommand.SetRole ignored -> actor.role() == GlobalRole.ADMIN;
            case RoomCommand.ArchiveRoom ignored -> actor.role() == GlobalRole.ADMIN;
            case RoomCommand.Announce ignored -> actor.user().equals(UserId.SERVER);
            case RoomCommand.ReturnMessage ignored -> actor.user().equals(UserId.SERVER);
            case RoomCommand.PostMessage ignored -> false;
            case RoomCommand.EditMessage ignored -> false;
            case RoomCommand.JoinRoom ignored -> false;
            case RoomCommand.LeaveRoom ignored -> false;
        };
    }

    static Optional<Refusal> refusal(Situation s, RoomCommand command) {
        if (s.facts().actor().suspended()) {
            return Optional.of(new Refusal.Forbidden("this account is suspended"));
        }
        if (!s.global()) {
            Optional<Refusal> outside = outside(s, command);
            if (outside.isPresent()) {
                return outside;
            }
        }
        if (s.room().archived() && !worksInArchive(s, command)) {
            return Optional.of(new Refusal.RoomArchived("the room is archived: nothing in it changes any more"));
        }
        if (s.room().mode() == RoomMode.FROZEN && !s.isStaff()) {
            return Optional.of(new Refusal.RoomFrozen("the room is frozen: only global moderators act in it"));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> outside(Situation s, RoomCommand command) {
        boolean isPublic = s.room().kind() == RoomKind.PUBLIC;
        boolean known = isPublic || s.facts().sender().role() != null;
        if (s.banned()) {
            return Optional.of(known ? Sanctions.banned(s.facts().sender()) : NO_SUCH_ROOM);
        }
        if (s.isMember() || (isPublic && command instanceof RoomCommand.JoinRoom)) {
            return Optional.empty();
        }
        return Optional.of(isPublic ? new Refusal.NotMember("join the room first") : NO_SUCH_ROOM);
    }

    /** One may still leave an archive, unlawful text may still go, and archiving twice is no mistake. */
    private static boolean worksInArchive(Situation s, RoomCommand command) {
        return command instanceof RoomCommand.LeaveRoom
                || command instanceof RoomCommand.ArchiveRoom
                || (isAboutStanding(command) && s.global());
    }

    /** It takes messages away or brings them back. */
    private static boolean isAboutStanding(RoomCommand command) {
        return command instanceof RoomCommand.DeleteMessage
                || command instanceof RoomCommand.HideMessage
                || command instanceof RoomCommand.RestoreMessage
                || command instanceof RoomCommand.RemoveMessages
                || command instanceof RoomCommand.ReturnMessage;
    }
}
