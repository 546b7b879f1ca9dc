package io.confab.room;

import io.confab.kernel.Refusal;
import java.util.List;

/** What follows from a command. */
public sealed interface Decision {
    /** It happens: at least one event. */
    record Happens(List<RoomEvent> events) implements Decision {
        public Happens {
            events = List.copyOf(events);
            if (events.isEmpty()) {
                throw new IllegalArgumentException("use Already for a decision without events");
            }
        }
    }

    /**
     * It is so already (joined when joined, deleted when deleted, the same text): {@code ok dup:true}, no event.
     *
     * @param seq the number that made it so, when the facts hold it, else the room's head
     */
    record Already(long seq) implements Decision {}

    /** It may not happen; no trace is left. */
    record Refused(Refusal refusal) implements Decision {}

    static Decision happens(RoomEvent... events) {
        return new Happens(List.of(events));
    }

    static Decision refused(Refusal refusal) {
        return new Refused(refusal);
    }
}
