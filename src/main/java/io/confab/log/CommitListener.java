package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.room.LoggedEvent;
import java.util.List;

/**
 * Is told what this node has committed, after the commit, in the order of each room's numbers. All CDI beans of this type
 * are told. It runs on the writer's thread and must not block; what it throws is logged, and the heads check finds
 * later what it missed.
 */
public interface CommitListener {
    /** @param events at least one, with consecutive numbers */
    void committed(RoomId room, String epoch, List<LoggedEvent> events);
}
