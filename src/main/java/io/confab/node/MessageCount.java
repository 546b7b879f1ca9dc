package io.confab.node;

import io.confab.kernel.RoomId;
import io.confab.log.CommitListener;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Counts the messages that this node has committed. Thread-safe. */
@Singleton
public class MessageCount implements CommitListener {
    private final LongAdder messages = new LongAdder();

    @Inject
    public MessageCount() {}

    @Override
    public void committed(RoomId room, String epoch, List<LoggedEvent> events) {
        for (LoggedEvent logged : events) {
            if (logged.event() instanceof RoomEvent.MessagePosted) {
                messages.increment();
            }
        }
    }

    long total() {
        return messages.sum();
    }
}
