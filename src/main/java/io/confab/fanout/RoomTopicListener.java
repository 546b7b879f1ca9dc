package io.confab.fanout;

import io.confab.badge.Badges;
import io.confab.delivery.Sequencers;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.trace.Traces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Gives the events of other nodes to the rooms' sequencers (stop 9) and to the badges. */
@Singleton
public class RoomTopicListener implements TopicListener {
    private final Sequencers sequencers;
    private final Badges badges;
    private final Traces traces;

    @Inject
    public RoomTopicListener(Sequencers sequencers, Badges badges, Traces traces) {
        this.sequencers = sequencers;
        this.badges = badges;
        this.traces = traces;
    }

    @Override
    public List<String> addresses() {
        return Topics.rooms();
    }

    @Override
    public void followed(String header) {
        traces.received(header);
    }

    @Override
    public void received(List<String> texts) {
        List<LoggedEvent> ofOneRoom = new ArrayList<>();
        for (String text : texts) {
            LoggedEvent event = EventJson.decode(text);
            if (!ofOneRoom.isEmpty() && !ofOneRoom.get(0).room().equals(event.room())) {
                happened(ofOneRoom);
                ofOneRoom = new ArrayList<>();
            }
            ofOneRoom.add(event);
        }
        if (!ofOneRoom.isEmpty()) {
            happened(ofOneRoom);
        }
    }

    private void happened(List<LoggedEvent> ofOneRoom) {
        LoggedEvent first = ofOneRoom.get(0);
        sequencers.offer(first.room(), ofOneRoom);
        badges.committed(first.room(), first.epoch(), ofOneRoom);
    }
}
