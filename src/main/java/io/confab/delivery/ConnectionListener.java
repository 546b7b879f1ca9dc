package io.confab.delivery;

import io.confab.kernel.RoomId;

/** Is told of connections that come and go. All CDI beans of this type are told; they must not block. */
public interface ConnectionListener {
    void opened(Connection connection);

    void ended(Connection connection);

    /** The connection has begun to listen to a room. */
    void listening(Connection connection, RoomId room);

    /** The connection no longer listens to a room though it goes on; perhaps told under the room's lock. */
    void silent(Connection connection, RoomId room);
}
