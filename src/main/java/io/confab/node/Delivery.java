package io.confab.node;

import io.confab.delivery.Passage.Standing;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.node.NodePassage.OpenSocket;
import io.confab.node.NodePassage.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who got a message, as far as it is known at one moment: what the database has of it, and what each node that lives says.
 *
 * @param brokerUp as the node that was asked sees its broker
 * @param nodes by name
 * @param readers null: the room has too many members to count
 * @param people a page of the members of now, by id
 * @param more there are more behind the last of them
 */
public record Delivery(
        Message message,
        boolean brokerUp,
        List<NodePassage> nodes,
        @Nullable Readers readers,
        List<Member> people,
        boolean more) {
    /** @param at when it was committed; @param deleted for good, or hidden for now */
    public record Message(RoomId room, String epoch, long seq, UserId by, Instant at, boolean deleted) {}

    /** So many of the others who have been members since before it have read up to it, or further. */
    public record Readers(int read, int of) {}

    /**
     * @param role in the room; null: no member
     * @param joinedAfter they were not in the room when it was written, and can read it as history
     * @param read their marker stands there or further, be it that they wrote something later; when it got there is not kept
     * @param sockets of a member, at the nodes of which it is known
     */
    public record Member(
            UserId id,
            String username,
            String displayName,
            @Nullable String role,
            boolean joinedAfter,
            boolean read,
            List<OpenSocket> sockets) {
        private boolean stands(Standing standing) {
            return sockets.stream().anyMatch(socket -> socket.standing() == standing);
        }
    }

    /** What is known of one person's part in it, the strongest first. */
    public enum Answer {
        WROTE,
        READ,
        /** The client says that it has it. */
        HAD,
        SENT,
        ON_ITS_WAY,
        /** There may be sockets of which nothing is known. */
        NOT_KNOWN,
        /** Connected, and what is connected does not get it. */
        NOT_SENT,
        NOT_CONNECTED
    }

    /** Whether it went through the broker: a node remembers having it from there. False: that is not known. */
    public boolean isPublished() {
        return nodes.stream().anyMatch(node -> node.way().equals("broker"));
    }

    /** Whether it is known of every node how its sockets stand to it. */
    public boolean isComplete() {
        return nodes.stream().noneMatch(node -> node.state() == State.SILENT || node.state() == State.OTHER_NUMBERS);
    }

    /** It is known to be wherever somebody listens. */
    public boolean isAtAllNodes() {
        return isComplete() && nodes.stream().noneMatch(node -> node.state() == State.MISSING);
    }

    /** No socket is known that listens to the room. */
    public boolean isNobodyListens() {
        return nodes.stream().allMatch(node -> node.listening().isEmpty());
    }

    /** Nothing of it is still to be written, to any that listens. */
    public boolean isWrittenToAll() {
        return isAtAllNodes() && !isNobodyListens() && listening(Standing.WAITING) + listening(Standing.DUE) == 0;
    }

    /** Sockets at all nodes that stand so. */
    public long listening(Standing standing) {
        return nodes.stream().mapToLong(node -> node.listening(standing)).sum();
    }

    public Answer answer(Member member) {
        if (member.id().equals(message.by())) {
            return Answer.WROTE;
        }
        if (member.read()) {
            return Answer.READ;
        }
        if (member.stands(Standing.HAD)) {
            return Answer.HAD;
        }
        if (member.stands(Standing.SENT)) {
            return Answer.SENT;
        }
        if (member.stands(Standing.WAITING) || member.stands(Standing.DUE)) {
            return Answer.ON_ITS_WAY;
        }
        if (member.role() == null || !isComplete()) {
            return Answer.NOT_KNOWN;
        }
        return member.sockets().isEmpty() ? Answer.NOT_CONNECTED : Answer.NOT_SENT;
    }
}
