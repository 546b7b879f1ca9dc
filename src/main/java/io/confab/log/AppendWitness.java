package io.confab.log;

import io.confab.kernel.GlobalRole;
import io.confab.room.LoggedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Sees, inside the transaction that appends them, the events of people whose global role moderates: what a witness writes
 * on that connection stands or falls with the events. So no act of staff is without its audit line, whichever door it
 * came through. CDI: all beans of this type are asked. A failure rolls the events back.
 */
public interface AppendWitness {
    /** @param role the sender's global role as it is at the commit */
    record Act(LoggedEvent logged, GlobalRole role) {}

    /** Called on a writer's thread, with at least one act; short statements only. */
    void appended(Connection jdbc, List<Act> acts) throws SQLException;
}
