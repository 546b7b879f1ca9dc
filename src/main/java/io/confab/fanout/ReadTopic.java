package io.confab.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.badge.Badges;
import io.confab.badge.Mark;
import io.confab.kernel.Clockwork;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Json;
import io.confab.kernel.Load;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/**
 * Says on all nodes how far somebody has read, so that the person's other devices show it. The text:
 * {@code {"user":…,"room":…,"ep":…,"seq":n,"head":n,"from":connection}}. A message of one's own needs none: its event says it.
 * What is lost here shows with the next change of the room, or when the device asks for its rooms. What is given up under load
 * is told when that is over.
 */
@Singleton
public class ReadTopic implements TopicListener, Broker.BrokerWatcher {
    private static final int TEXT_CHARS = 160; // about, of one mark
    private static final int MOST_FOR_LATER = 20_000; // some MB
    private static final int AT_ONCE = 500;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Broker broker;
    private final Badges badges;
    private final Load load;
    private final MarksForLater later = new MarksForLater(MOST_FOR_LATER);
    private final Clockwork clock = new Clockwork("confab-reads-later");

    @Inject
    public ReadTopic(Broker broker, Badges badges, Load load) {
        this.broker = broker;
        this.badges = badges;
        this.load = load;
    }

    void start(@Observes Startup startup) {
        clock.every(PAUSE, this::tellLater);
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    /** After the marker was stored. Never blocks. */
    public void marked(Mark mark) {
        if (load.sheds(Load.Kind.READS)) {
            later.add(mark);
        } else {
            later.forget(mark);
            tell(mark);
        }
    }

    private void tellLater() {
        if (!load.givesUp(Load.Kind.READS)) {
            later.take(AT_ONCE).forEach(this::tell);
        }
    }

    private void tell(Mark mark) {
        badges.marked(mark);
        broker.publish(Topics.READS, 1, TEXT_CHARS, () -> List.of(text(mark)));
    }

    void changed(@Observes AccountSeen account) {
        badges.roomsChanged(account.user());
    }

    @Override
    public void listeningAgain() {
        badges.missed();
    }

    @Override
    public List<String> addresses() {
        return List.of(Topics.READS);
    }

    @Override
    public void received(List<String> texts) {
        for (String text : texts) {
            badges.marked(mark(Json.read(text)));
        }
    }

    static String text(Mark mark) {
        return Json.write(Json.object()
                .put("user", mark.user().value())
                .put("room", mark.room().value())
                .put("ep", mark.epoch())
                .put("seq", mark.seq())
                .put("head", mark.head())
                .put("from", mark.from().value()));
    }

    static Mark mark(JsonNode said) {
        return new Mark(
                new UserId(said.path("user").asText()),
                new RoomId(said.path("room").asText()),
                said.path("ep").asText(),
                said.path("seq").asLong(),
                said.path("head").asLong(),
                new ConnectionId(said.path("from").asText()));
    }
}
