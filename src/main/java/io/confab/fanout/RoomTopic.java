package io.confab.fanout;

import io.confab.kernel.RoomId;
import io.confab.log.CommitListener;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.trace.Traces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Carries committed events to the other nodes at once (stop 8). The log is the outbox: what does not get through is found
 * there by its number.
 */
@Singleton
public class RoomTopic implements CommitListener {
    private final Broker broker;
    private final Traces traces;

    @Inject
    public RoomTopic(Broker broker, Traces traces) {
        this.broker = broker;
        this.traces = traces;
    }

    @Override
    public void committed(RoomId room, String epoch, List<LoggedEvent> events) {
        broker.publish(
                Topics.of(room),
                events.size(),
                events.stream().mapToLong(EventJson::usualChars).sum(),
                () -> events.stream().map(EventJson::encode).toList(),
                traces.of(room, events.getFirst().seq(), events.getLast().seq()));
    }
}
