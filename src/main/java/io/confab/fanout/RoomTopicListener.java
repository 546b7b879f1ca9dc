package io.confab.fanout;

import io.confab.delivery.Sequencers;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Gives the events of other nodes to the rooms' sequencers (stop 9). */
@Singleton
public class RoomTopicListener implements TopicListener {
    private final Sequencers sequencers;

    @Inject
    public RoomTopicListener(Sequencers sequencers) {
        this.sequencers = sequencers;
    }

    @Override
    public List<String> addresses() {
        return Topics.rooms();
    }

    @Override
    public void received(List<String> texts) {
        List<LoggedEvent> ofOneRoom = new ArrayList<>();
        for (String text : texts) {
            LoggedEvent event = EventJson.decode(text);
            if (!ofOneRoom.isEmpty() && !ofOneRoom.get(0).room().equals(event.room())) {
                sequencers.offer(ofOneRoom.get(0).room(), ofOneRoom);
                ofOneRoom = new ArrayList<>();
            }
            ofOneRoom.add(event);
        }
        if (!ofOneRoom.isEmpty()) {
            sequencers.offer(ofOneRoom.get(0).room(), ofOneRoom);
        }
    }
}
