package io.confab.room;

import io.confab.kernel.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from a command. */
public sealed interface Decision {
    /**
     * It happens: at least one event.
     *
     * @param byServer what the server does to it at once, by a rule; texts that these take away are given to nobody
     * @param rule the rule's name; null: none
     */
    record Happens(
            List<RoomEvent> events,
            List<RoomEvent> byServer,
            @Nullable String rule) implements Decision {
        public Happens {
            events = List.copyOf(events);
            byServer = List.copyOf(byServer);
            if (events.isEmpty()) {
                throw new IllegalArgumentException("use Already for a decision without events");
            }
        }

        Happens then(String byRule, RoomEvent event) {
            return new Happens(events, List.of(event), byRule);
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
        return new Happens(List.of(events), List.of(), null);
    }

    static Decision refused(Refusal refusal) {
        return new Refused(refusal);
    }
}
