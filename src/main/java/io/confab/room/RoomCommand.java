package io.confab.room;

import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to happen in one room, in the server's own words: parsed, within bounds, but not yet permitted.
 * A new command does not compile until {@link RoomDecisions} decides it.
 */
public sealed interface RoomCommand {
    /** Numbers of the messages whose standing the decision needs. */
    default Set<Long> messagesNeeded() {
        return Set.of();
    }

    /** The person it acts on, if any. */
    default @Nullable UserId targetUser() {
        return null;
    }

    /** Whether the decision needs what is pinned in the room. */
    default boolean pinsNeeded() {
        return false;
    }

    /** Lower-case usernames that the text mentions (candidates: they may name nobody). */
    default Set<String> namesNeeded() {
        return Set.of();
    }

    /** @param replyTo number of the message answered; @param thread number of the thread's first message */
    record PostMessage(
            MessageBody body,
            @Nullable Long replyTo,
            @Nullable Long thread) implements RoomCommand {
        @Override
        public Set<Long> messagesNeeded() {
            return Messages.numbers(replyTo, thread);
        }

        @Override
        public Set<String> namesNeeded() {
            return Mentions.candidates(body.text());
        }
    }

    /** Something that everybody in the room is to read, mentioning nobody. By the server itself, which is in no room. */
    record Announce(MessageBody body) implements RoomCommand {}

    record EditMessage(long seq, MessageBody body) implements RoomCommand {
        @Override
        public Set<Long> messagesNeeded() {
            return Set.of(seq);
        }

        @Override
        public Set<String> namesNeeded() {
            return Mentions.candidates(body.text());
        }
    }

    record DeleteMessage(long seq, @Nullable String reason) implements RoomCommand {
        @Override
        public Set<Long> messagesNeeded() {
            return Set.of(seq);
        }
    }

    /**
     * Takes a message away for now: its text is kept apart. By moderators.
     *
     * @param over what it hides besides what stands
     */
    record HideMessage(long seq, @Nullable String reason, Over over) implements RoomCommand {
        public HideMessage(long seq, @Nullable String reason) {
            this(seq, reason, Over.NOTHING);
        }

        /** What was taken away already, and whose text is kept, is hidden by this command from then on, without having stood in between. */
        public enum Over {
            NOTHING,
            /** Of the server: what somebody else took away, who could bring it back. */
            OTHERS,
            /** Likewise, and by global moderators what moderators have deleted. */
            DELETED
        }

        @Override
        public Set<Long> messagesNeeded() {
            return Set.of(seq);
        }
    }

    /** Brings back what moderators took away. */
    record RestoreMessage(long seq) implements RoomCommand {
        @Override
        public Set<Long> messagesNeeded() {
            return Set.of(seq);
        }
    }

    /**
     * Brings back what one event took away, to how it stood before; what has changed since stays as it is. By the server.
     *
     * @param takenBy number of that event
     * @param hidden it was hidden before, so it is hidden again, without having stood in between
     * @param reason of hiding it
     */
    record ReturnMessage(
            long seq,
            long takenBy,
            boolean hidden,
            @Nullable String reason) implements RoomCommand {
        @Override
        public Set<Long> messagesNeeded() {
            return Set.of(seq);
        }
    }

    /** Deletes several messages by one event. By moderators. @param seqs 1 to {@link #MOST}, put in order, without doubles */
    record RemoveMessages(List<Long> seqs, @Nullable String reason) implements RoomCommand {
        public static final int MOST = 200;

        public RemoveMessages {
            seqs = seqs.stream().sorted().distinct().toList();
            if (seqs.isEmpty() || seqs.size() > MOST) {
                throw new IllegalArgumentException("1 to " + MOST + " messages at once, not " + seqs.size());
            }
        }

        @Override
        public Set<Long> messagesNeeded() {
            return Set.copyOf(seqs);
        }
    }

    /** Holds a message up for all who come to the room. */
    record PinMessage(long seq) implements RoomCommand {
        @Override
        public Set<Long> messagesNeeded() {
            return Set.of(seq);
        }

        @Override
        public boolean pinsNeeded() {
            return true;
        }
    }

    record UnpinMessage(long seq) implements RoomCommand {
        @Override
        public Set<Long> messagesNeeded() {
            return Set.of(seq);
        }

        @Override
        public boolean pinsNeeded() {
            return true;
        }
    }

    record JoinRoom() implements RoomCommand {}

    record LeaveRoom() implements RoomCommand {}

    record InviteMember(UserId user, RoomRole role) implements RoomCommand {
        @Override
        public UserId targetUser() {
            return user;
        }
    }

    record KickMember(UserId user, @Nullable String reason) implements RoomCommand {
        @Override
        public UserId targetUser() {
            return user;
        }
    }

    record SetRole(UserId user, RoomRole role) implements RoomCommand {
        @Override
        public UserId targetUser() {
            return user;
        }
    }

    /**
     * @param until null: until lifted
     * @param atLeast one that runs as long, or all but a few moments, stays as it is
     */
    record SetSanction(
            UserId user,
            SanctionKind kind,
            @Nullable Instant until,
            @Nullable String reason,
            boolean atLeast) implements RoomCommand {
        public SetSanction(UserId user, SanctionKind kind, @Nullable Instant until, @Nullable String reason) {
            this(user, kind, until, reason, false);
        }

        @Override
        public UserId targetUser() {
            return user;
        }
    }

    /** @param ending only one that ends then, another stays as it is; null: whichever runs */
    record LiftSanction(
            UserId user, SanctionKind kind, @Nullable Instant ending) implements RoomCommand {
        public LiftSanction(UserId user, SanctionKind kind) {
            this(user, kind, null);
        }

        @Override
        public UserId targetUser() {
            return user;
        }
    }

    /** A null component stays as it is. */
    record UpdateRoom(
            @Nullable String name,
            @Nullable String topic,
            @Nullable RoomMode mode,
            @Nullable Duration slowMode) implements RoomCommand {}

    record ArchiveRoom() implements RoomCommand {}

    /**
     * Creation is not a command to a room that exists: see {@link RoomDecisions#create}.
     *
     * @param members beside the creator, without doubles
     */
    record CreateRoom(RoomKind kind, String name, List<UserId> members) {
        public CreateRoom {
            members = List.copyOf(members);
        }
    }
}
