package io.confab.log;

import io.confab.room.Facts;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees, inside the transaction that appends them, the events of people who moderate: the room, or by their global role all of
 * them; and those of the server, by rules too. What a witness writes on that connection stands or falls with the events. So no act is without its audit line,
 * whichever door it came through. CDI: all beans of this type are asked. A failure rolls the events back.
 */
public interface AppendWitness {
    /**
     * An event beside what stood before it.
     *
     * @param room as it was
     * @param facts what the decision knew: the sender's roles, the person and the message that the command names, as they were
     * @param address where the sender's request came from; null: not known, or the server does it
     * @param rule name of the rule by which the server did it; null: none
     */
    record Act(
            LoggedEvent logged,
            RoomState room,
            Facts facts,
            @Nullable String address,
            @Nullable String rule) {}

    /** Called on a writer's thread, with at least one act; short statements only. */
    void appended(Connection jdbc, List<Act> acts) throws SQLException;
}
