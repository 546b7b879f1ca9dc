package io.confab.log;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.RoomState;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the rooms' logs and heads from the database, past every cache. Callers have checked the right to read
 * ({@link #access}). Thread-safe; blocks for a database read and throws {@code io.confab.store.StoreFailure}.
 */
public interface RoomReader {
    /** @param head number of the last event */
    record Head(String epoch, long head) {}

    /**
     * One person before one room, from one statement.
     *
     * @param role the person's global role
     * @param suspended whether the account is suspended just now
     */
    record Access(RoomState state, Membership membership, GlobalRole role, boolean suspended) {}

    Optional<Head> head(RoomId room);

    /** Heads of those of the rooms that exist; for the one thread that compares them, which waits for a connection in line. */
    Map<RoomId, Head> heads(Collection<RoomId> rooms);

    /**
     * The next events, redacted as they stand now, in order without holes: fewer than {@code limit} when {@code maxBytes}
     * of stored JSON are reached (at least one event when there is one) or the log ends.
     *
     * @param after number of the last event already known; 0: from the first
     */
    List<LoggedEvent> events(RoomId room, long after, int limit, int maxBytes);

    /** Empty when the room or the account does not exist. */
    Optional<Access> access(RoomId room, UserId user);

    /** As {@link #access}, of one person before several rooms at once: those that exist. */
    default Map<RoomId, Access> accesses(Collection<RoomId> rooms, UserId user) {
        var accesses = new HashMap<RoomId, Access>();
        rooms.forEach(room -> access(room, user).ifPresent(access -> accesses.put(room, access)));
        return accesses;
    }
}
