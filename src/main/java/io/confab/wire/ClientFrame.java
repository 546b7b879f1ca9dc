package io.confab.wire;

import io.confab.kernel.RoomId;
import io.confab.room.RoomCommand;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client claims: one frame, its shape and bounds checked, nothing about it believed yet. The table of
 * docs/protocol/v1.md section 3 in types. {@code id} is the client's request id; it only correlates.
 */
public sealed interface ClientFrame {
    @Nullable
    String id();

    /** @param rooms cursor by room, in the client's order */
    record Hello(@Nullable String id, String client, Map<RoomId, Cursor> rooms) implements ClientFrame {
        public Hello {
            rooms = Collections.unmodifiableMap(new LinkedHashMap<>(rooms));
        }
    }

    /** A place in a room's log as a client names it. @param seq null: from the head; @param epoch null: the present one */
    record Cursor(@Nullable String epoch, @Nullable Long seq) {}

    record Ping(@Nullable String id) implements ClientFrame {}

    record Auth(@Nullable String id, String access) implements ClientFrame {
        @Override
        public String toString() {
            return "Auth[id=" + id + "]"; // a token reaches no log
        }
    }

    record Subscribe(@Nullable String id, RoomId room, Cursor from) implements ClientFrame {}

    record Unsubscribe(@Nullable String id, RoomId room) implements ClientFrame {}

    record Fetch(@Nullable String id, RoomId room, long after, int limit) implements ClientFrame {}

    record CreateRoom(@Nullable String id, String cid, RoomCommand.CreateRoom command) implements ClientFrame {}

    /** A durable command to one room. @param cid null: the server makes one */
    record Act(@Nullable String id, RoomId room, @Nullable String cid, RoomCommand command) implements ClientFrame {}

    record MarkRead(@Nullable String id, RoomId room, long seq) implements ClientFrame {}

    record Typing(@Nullable String id, RoomId room, boolean on) implements ClientFrame {}

    record SetPresence(@Nullable String id, Status status) implements ClientFrame {}

    /** What a person says of themself. */
    enum Status {
        ONLINE,
        AWAY
    }

    /** A {@code t} this version does not know. */
    record Unknown(@Nullable String id) implements ClientFrame {}
}
