package io.confab.badge;

import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.List;

/** A socket of one person, as badges need it. */
interface Device {
    ConnectionId id();

    UserId user();

    /** False once it was closed from either side. */
    boolean isOpen();

    /** It gets the room's events and counts by itself. */
    boolean listens(RoomId room);

    /** False when it reads too slowly just now and was not told: to be tried again. */
    boolean tell(List<String> texts);
}
