package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.delivery.Inbox.Arrived;
import io.confab.room.LoggedEvent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Inbox inbox = new Inbox();
    private final FakeLog log = new FakeLog();

    private List<LoggedEvent> events(int count) {
        return Stream.generate(() -> log.post(Node.ROOM, Node.ALICE, "m"))
                .limit(count)
                .toList();
    }

    @Test
    void eventsStayInTheOrderOfTheirComingWhoeverCommittedThem() {
        List<LoggedEvent> three = events(3);

        inbox.events(three.subList(0, 1), false);
        inbox.events(three.subList(1, 2), true);
        inbox.events(three.subList(2, 3), false);

        assertThat(inbox.take().events)
                .containsExactly(
                        new Arrived(three.get(0), Way.BROKER),
                        new Arrived(three.get(1), Way.COMMITTED),
                        new Arrived(three.get(2), Way.BROKER));
        assertThat(inbox.take().events).isEmpty();
    }

    @Test
    void oneBoundHoldsForOwnEventsAndThoseOfOthersTogether() {
        inbox.events(events(1_500), true);
        inbox.events(events(600), false);
        inbox.events(events(500), false);

        Inbox.Arrivals arrivals = inbox.take();
        assertThat(arrivals.overflow).isTrue();
        assertThat(arrivals.events).hasSize(2_000);
    }
}
