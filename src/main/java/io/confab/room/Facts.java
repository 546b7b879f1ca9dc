package io.confab.room;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.List;
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
 * @param pins number of each pinned message and of the event that pinned it; empty unless the command needs them
 */
public record Facts(
        Actor actor,
        Membership sender,
        @Nullable Membership target,
        @Nullable String targetUsername,
        Map<Long, Message> messages,
        Map<String, UserId> mentioned,
        Map<Long, Long> pins) {
    /** For a command that asks for no pins. */
    public Facts(
            Actor actor,
            Membership sender,
            @Nullable Membership target,
            @Nullable String targetUsername,
            Map<Long, Message> messages,
            Map<String, UserId> mentioned) {
        this(actor, sender, target, targetUsername, messages, mentioned, Map.of());
    }

    /** The account behind a command. */
    public record Actor(UserId user, GlobalRole role, boolean suspended, Instant createdAt) {
        /** Whose account has been there for ever. */
        public Actor(UserId user, GlobalRole role, boolean suspended) {
            this(user, role, suspended, Instant.EPOCH);
        }
    }

    /**
     * A message as it stands.
     *
     * @param text null when deleted
     * @param takedown what took it away; null while it stands
     */
    public record Message(
            long seq,
            UserId by,
            Instant ts,
            @Nullable Text text,
            @Nullable Takedown takedown) {
        public boolean deleted() {
            return text == null;
        }

        public @Nullable MessageBody body() {
            return text == null ? null : text.body();
        }

        /** With another text, or the former one again. */
        public Message saying(Text newText) {
            return new Message(seq, by, ts, newText, null);
        }

        /** Taken away. @param event its number, @param hidden for now only */
        public Message takenAway(long event, UserId who, boolean hidden) {
            Text kept = text != null || takedown == null ? text : takedown.kept();
            return new Message(
                    seq, by, ts, null, new Takedown(event, who, hidden, keepsText(who, hidden) ? kept : null));
        }

        /** Whether the text is kept apart when this person takes the message away: not when its author wants it gone. */
        public boolean keepsText(UserId who, boolean hidden) {
            return hidden || !who.equals(by);
        }
    }

    /** Whether the sender moderates: this room, or by their global role every one. */
    public boolean moderating() {
        RoomRole here = sender.role();
        return actor.role().moderates() || (here != null && here.moderates());
    }

    /** What a message says. @param editedAt null: never edited */
    public record Text(
            MessageBody body,
            List<Mention> mentions,
            @Nullable Instant editedAt) {
        public Text {
            mentions = List.copyOf(mentions);
        }
    }

    /**
     * Why a message stands no more.
     *
     * @param seq number of the event that took it away last
     * @param by who did
     * @param hidden for now only
     * @param kept its last text, as long as it can be brought back; null: it is gone
     */
    public record Takedown(
            long seq, UserId by, boolean hidden, @Nullable Text kept) {}

    public Optional<Message> message(long seq) {
        return Optional.ofNullable(messages.get(seq));
    }
}
