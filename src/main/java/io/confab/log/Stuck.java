package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Rooms and accounts whose rows another transaction was found to hold and not to give back. For a while nobody waits for
 * them: their commands go in a transaction of their own that passes over held rows. Belongs to one thread.
 */
final class Stuck {
    private static final long WHILE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Map<RoomId, Long> roomsUntil = new HashMap<>();
    private final Map<RoomId, Long> roomsSince = new HashMap<>();
    private final Map<UserId, Long> sendersUntil = new HashMap<>();

    /** @return since when nothing could be stored in its room */
    long note(Pending command, long now) {
        roomsUntil.put(command.room, now + WHILE_NANOS);
        sendersUntil.put(command.sender, now + WHILE_NANOS);
        return roomsSince.computeIfAbsent(command.room, room -> now);
    }

    /** Something was stored there: whoever holds it next has only begun. */
    void freed(RoomId room) {
        roomsSince.remove(room);
    }

    boolean holds(Pending command) {
        return roomsUntil.containsKey(command.room) || sendersUntil.containsKey(command.sender);
    }

    void letGo() {
        long now = System.nanoTime();
        roomsUntil.values().removeIf(until -> now - until >= 0);
        roomsSince.keySet().retainAll(roomsUntil.keySet());
        sendersUntil.values().removeIf(until -> now - until >= 0);
    }
}
