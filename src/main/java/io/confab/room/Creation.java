package io.confab.room;

import io.confab.kernel.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from the wish for a new room. */
public sealed interface Creation {
    /**
     * The room's first events, numbers 1 to n.
     *
     * @param directKey of a direct room: both people's ids, sorted, joined by a colon; unique among rooms, so that two
     *     people have one. Null for other rooms
     */
    record Created(List<RoomEvent> events, @Nullable String directKey) implements Creation {
        public Created {
            events = List.copyOf(events);
        }
    }

    record Refused(Refusal refusal) implements Creation {}
}
