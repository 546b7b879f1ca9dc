package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.room.RoomState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Room states that one writer has seen committed, least recently used out first. A stale one does no harm: the
 * compare-and-set of the head misses. Belongs to one thread.
 */
final class StateCache {
    private final Map<RoomId, RoomState> states;

    StateCache(int max) {
        this.states = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<RoomId, RoomState> eldest) {
                return size() > max;
            }
        };
    }

    Optional<RoomState> get(RoomId room) {
        return Optional.ofNullable(states.get(room));
    }

    void keep(Collection<RoomState> committed) {
        committed.forEach(state -> states.put(state.room(), state));
    }

    void forget(Collection<RoomId> rooms) {
        rooms.forEach(states::remove);
    }
}
