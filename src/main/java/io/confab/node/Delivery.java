package io.confab.node;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.node.NodePassage.OpenSocket;
import io.confab.node.NodePassage.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    /** So many of the other members have read up to it, or further. */
    public record Readers(int read, int of) {}

    /**
     * @param role in the room; null: no member
     * @param joinedAfter they were not in the room when it was written, and can read it as history
     * @param read their marker stands there or further; when it got there is not kept
     * @param sockets at all nodes that answered
     */
    public record Member(
            UserId id,
            String username,
            String displayName,
            @Nullable String role,
            boolean joinedAfter,
            boolean read,
            List<OpenSocket> sockets) {}

    /** The node that committed it, when one still remembers. */
    public Optional<String> committedBy() {
        return nodes.stream()
                .filter(node -> node.way().equals("committed"))
                .map(NodePassage::node)
                .findFirst();
    }

    /** Whether it went through the broker: a node remembers having it from there. False: that is not known. */
    public boolean isPublished() {
        return nodes.stream().anyMatch(node -> node.way().equals("broker"));
    }

    /** Whether every node answered. */
    public boolean isComplete() {
        return nodes.stream().noneMatch(node -> node.state() == State.SILENT);
    }

    /** Sockets at all nodes that stand so. */
    public long listening(String standing) {
        return nodes.stream().mapToLong(node -> node.listening(standing)).sum();
    }
}
