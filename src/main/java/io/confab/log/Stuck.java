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
    private final Map<UserId, Long> sendersUntil = new HashMap<>();

    void note(Pending command) {
        long until = System.nanoTime() + WHILE_NANOS;
        roomsUntil.put(command.room, until);
        sendersUntil.put(command.sender, until);
    }

    boolean holds(Pending command) {
        return roomsUntil.containsKey(command.room) || sendersUntil.containsKey(command.sender);
    }

    void letGo() {
        long now = System.nanoTime();
        roomsUntil.values().removeIf(until -> now - until >= 0);
        sendersUntil.values().removeIf(until -> now - until >= 0);
    }
}
