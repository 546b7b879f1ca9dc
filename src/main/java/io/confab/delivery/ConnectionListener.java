package io.confab.delivery;

import io.confab.kernel.RoomId;

/**
 * Is told of connections that come and go. All CDI beans of this type are told; they must not block. What one throws is
 * logged, and is no other's.
 */
public interface ConnectionListener {
    void opened(Connection connection);

    /** Perhaps told twice, or while {@link #opened} is. */
    void ended(Connection connection);

    /** The connection has begun to listen to a room. */
    void listening(Connection connection, RoomId room);

    /** The connection no longer listens to a room though it goes on; perhaps told under the room's lock. */
    void silent(Connection connection, RoomId room);
}
