package io.confab.room;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a decision needs beyond the room's own state, read by key in the transaction that will commit the decision.
 *
 * @param actor the sender's account as it stands
 * @param sender what the room knows of the sender
 * @param target what the room knows of the person the command names; null when it names none or no such account exists
 * @param targetUsername name of that account; null likewise
 * @param messages the messages the command names (target, reply_to, thread) by number, those that exist
 * @param mentioned accounts by lower-case username, of the names the text mentions, those that exist
 */
public record Facts(
        Actor actor,
        Membership sender,
        @Nullable Membership target,
        @Nullable String targetUsername,
        Map<Long, Message> messages,
        Map<String, UserId> mentioned) {

    /** The account behind a command. */
    public record Actor(UserId user, GlobalRole role, boolean suspended) {}

    /**
     * A message as it stands.
     *
     * @param body null when deleted
     */
    public record Message(
            long seq, UserId by, Instant ts, @Nullable MessageBody body) {
        public boolean deleted() {
            return body == null;
        }
    }

    /** Whether the sender moderates: this room, or by their global role every one. */
    public boolean moderating() {
        RoomRole here = sender.role();
        return actor.role().moderates() || (here != null && here.moderates());
    }

    public Optional<Message> message(long seq) {
        return Optional.ofNullable(messages.get(seq));
    }
}
