package io.confab.badge;

import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;

/**
 * Somebody has read a room up to {@code seq}, and that is stored.
 *
 * @param head of the room when it was said; {@code seq} is not beyond it
 * @param from the connection that said it, on whichever node
 */
public record Mark(UserId user, RoomId room, String epoch, long seq, long head, ConnectionId from) {
    boolean isAtHead() {
        return seq >= head;
    }
}
