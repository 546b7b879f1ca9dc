package io.confab.log;

import io.confab.room.LoggedEvent;
import io.confab.room.RoomState;
import java.util.List;

/** What a transaction added to one room, and how it left it. */
record RoomCommit(RoomState state, List<LoggedEvent> events) {
    RoomCommit {
        events = List.copyOf(events);
    }
}
