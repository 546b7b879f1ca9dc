package io.confab.badge;

import io.confab.delivery.Connection;
import io.confab.delivery.Subscriptions;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.List;

/** A connection of this node as a {@link Device}. */
record ConnectionDevice(Connection connection, Subscriptions subscriptions) implements Device {
    @Override
    public ConnectionId id() {
        return connection.id();
    }

    @Override
    public UserId user() {
        return connection.caller().user();
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public boolean listens(RoomId room) {
        return subscriptions.listens(connection, room);
    }

    @Override
    public boolean tell(List<String> texts) {
        boolean taken = true;
        for (String text : texts) {
            taken &= connection.sendEphemeral(text);
        }
        return taken;
    }
}
