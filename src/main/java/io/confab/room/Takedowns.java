package io.confab.room;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Rules of taking messages away and of bringing them back. An author's own deletion is for ever; neither mute nor read-only
 * stands in its way, since it adds nothing. What moderators take away is
 * kept apart for a while: hidden while somebody looks at it, or deleted; either can be brought back as long as the text is
 * kept, by global staff, or by the room's moderator who took it (docs/adr/0064).
 */
final class Takedowns {
    private static final Refusal NO_SUCH_MESSAGE = new Refusal.NotFound("no such message in this room");

    private static final Refusal NOT_KEPT = new Refusal.Conflict("the text of this message is not kept any more");

    private Takedowns() {}

    static Decision delete(Situation s, RoomCommand.DeleteMessage delete) {
        Facts.Message message = s.facts().messages().get(delete.seq());
        if (message == null) {
            return Decision.refused(NO_SUCH_MESSAGE);
        }
        boolean own = message.by().equals(s.sender()) && s.isMember();
        if (!own && !moderates(s)) {
            return Decision.refused(new Refusal.Forbidden("only its author or a moderator may delete a message"));
        }
        if (message.deleted() && !addsToDeletion(s, message, own)) {
            return new Decision.Already(s.room().head());
        }
        return Sanctions.reason(delete.reason())
                .map(Decision::refused)
                .orElseGet(() -> Decision.happens(new RoomEvent.MessageDeleted(delete.seq(), delete.reason())));
    }

    /**
     * The author wants a text gone that is still kept; a moderator decides that what was hidden stays away. Not a room's
     * moderator of what somebody else hid: it would be theirs then, and theirs to bring back. What was decided over all rooms
     * the server does: from then on it is no longer whoever deleted the message that may bring it back.
     */
    private static boolean addsToDeletion(Situation s, Facts.Message message, boolean own) {
        Facts.Takedown takedown = message.takedown();
        if (takedown == null) {
            return false;
        }
        boolean kept = takedown.kept() != null;
        if (own) {
            return kept;
        }
        boolean theirs = s.global() || takedown.by().equals(s.sender());
        return takedown.hidden() ? theirs : isTakenOver(s, takedown);
    }

    /** By the server, what somebody else took away and could bring back. */
    private static boolean isTakenOver(Situation s, Facts.Takedown takedown) {
        return isServer(s) && !takedown.by().equals(UserId.SERVER) && takedown.kept() != null;
    }

    /** Else whoever was faster than a decision would bring back what it hid. */
    private static boolean isHiddenInstead(Situation s, RoomCommand.HideMessage hide, Facts.Message message) {
        Facts.Takedown takedown = message.takedown();
        return switch (hide.over()) {
            case NOTHING -> false;
            case OTHERS -> takedown != null && isTakenOver(s, takedown);
            case DELETED -> (takedown != null && isTakenOver(s, takedown)) || (s.global() && isDeletedOnly(message));
        };
    }

    static Decision hide(Situation s, RoomCommand.HideMessage hide) {
        Facts.Message message = s.facts().messages().get(hide.seq());
        if (message == null) {
            return Decision.refused(NO_SUCH_MESSAGE);
        }
        if (!moderates(s)) {
            return Decision.refused(new Refusal.Forbidden("only a moderator may hide a message"));
        }
        if (message.deleted() && !isHiddenInstead(s, hide, message)) {
            return new Decision.Already(s.room().head());
        }
        return Sanctions.reason(hide.reason())
                .map(Decision::refused)
                .orElseGet(() -> Decision.happens(new RoomEvent.MessageDeleted(hide.seq(), hide.reason(), true)));
    }

    /** By moderators, and its text is kept. */
    private static boolean isDeletedOnly(Facts.Message message) {
        Facts.Takedown takedown = message.takedown();
        return takedown != null && !takedown.hidden() && takedown.kept() != null;
    }

    static Decision restore(Situation s, RoomCommand.RestoreMessage restore) {
        Facts.Message message = s.facts().messages().get(restore.seq());
        if (message == null) {
            return Decision.refused(NO_SUCH_MESSAGE);
        }
        if (!moderates(s)) {
            return Decision.refused(new Refusal.Forbidden("only a moderator may bring a message back"));
        }
        if (!message.deleted()) {
            return new Decision.Already(s.room().head());
        }
        Facts.Takedown takedown = message.takedown();
        Facts.Text kept = takedown == null ? null : takedown.kept();
        if (takedown == null || kept == null) {
            return Decision.refused(NOT_KEPT);
        }
        if (!s.global() && !takedown.by().equals(s.sender())) {
            return Decision.refused(
                    new Refusal.Forbidden("what somebody else took away only global moderators bring back"));
        }
        return Decision.happens(restored(message, kept));
    }

    private static RoomEvent restored(Facts.Message message, Facts.Text kept) {
        return new RoomEvent.MessageRestored(
                message.seq(), message.by(), kept.body(), kept.mentions(), kept.editedAt());
    }

    /** To how it stood before one event, and only when it still stands as that left it. */
    static Decision giveBack(Situation s, RoomCommand.ReturnMessage back) {
        Facts.Message message = s.facts().messages().get(back.seq());
        if (!isServer(s)) {
            return Decision.refused(new Refusal.Forbidden("only the server takes a deletion of many messages back"));
        }
        if (message == null) {
            return Decision.refused(NO_SUCH_MESSAGE);
        }
        Facts.Takedown takedown = message.takedown();
        if (takedown == null || takedown.seq() != back.takenBy()) {
            return new Decision.Already(s.room().head());
        }
        Facts.Text kept = takedown.kept();
        if (kept == null) {
            return Decision.refused(NOT_KEPT);
        }
        return Decision.happens(
                back.hidden()
                        ? new RoomEvent.MessageDeleted(back.seq(), back.reason(), true)
                        : restored(message, kept));
    }

    /** Those that are gone already are passed over, as {@link #delete} does: what is only hidden is not gone. */
    static Decision remove(Situation s, RoomCommand.RemoveMessages remove) {
        if (!moderates(s)) {
            return Decision.refused(new Refusal.Forbidden("only a moderator may delete several messages at once"));
        }
        var standing = new ArrayList<Long>();
        for (long seq : remove.seqs()) {
            Facts.Message message = s.facts().messages().get(seq);
            if (message == null) {
                return Decision.refused(new Refusal.NotFound("there is no message " + seq + " in this room"));
            }
            boolean own = message.by().equals(s.sender()) && s.isMember();
            if (!message.deleted() || addsToDeletion(s, message, own)) {
                standing.add(seq);
            }
        }
        Optional<Refusal> problem = Sanctions.reason(remove.reason());
        if (problem.isPresent()) {
            return Decision.refused(problem.get());
        }
        return standing.isEmpty()
                ? new Decision.Already(s.room().head())
                : Decision.happens(new RoomEvent.MessagesDeleted(standing, remove.reason()));
    }

    private static boolean isServer(Situation s) {
        return s.sender().equals(UserId.SERVER);
    }

    private static boolean moderates(Situation s) {
        return s.moderatesHere() || s.global();
    }
}
