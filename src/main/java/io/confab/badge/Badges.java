package io.confab.badge;

import io.confab.delivery.Connection;
import io.confab.delivery.ConnectionListener;
import io.confab.delivery.Subscriptions;
import io.confab.kernel.Clockwork;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.CommitListener;
import io.confab.log.RoomReader.Head;
import io.confab.log.Unread;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Tells people what they have not read, beside the events of the rooms they listen to. All calls only leave word for the one
 * thread that keeps the {@link BadgeBook}; none blocks, and an event of a room that nobody follows costs one look-up.
 */
@Singleton
public class Badges implements CommitListener, ConnectionListener {
    private final Subscriptions subscriptions;
    private final BadgeSettings settings;
    private final BadgeBook book;
    private final ConcurrentLinkedQueue<Consumer<BadgeBook>> news = new ConcurrentLinkedQueue<>();
    private final AtomicInteger eventsWaiting = new AtomicInteger();
    private final AtomicBoolean missed = new AtomicBoolean();
    private final Clockwork clock = new Clockwork("confab-badges");

    @Inject
    public Badges(Unread unread, Subscriptions subscriptions, BadgeSettings settings, BadgeMetrics metrics) {
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.book = new BadgeBook(unread, subscriptions::usersIn, settings, metrics);
    }

    void start(@Observes Startup startup) {
        clock.every(settings.interval(), this::round);
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    /** It has been welcomed: from now on it may be told. */
    public void greeted(Connection connection) {
        var device = new ConnectionDevice(connection, subscriptions);
        news.add(to -> to.greeted(device));
    }

    @Override
    public void opened(Connection connection) {}

    @Override
    public void ended(Connection connection) {
        ConnectionId id = connection.id();
        news.add(to -> to.ended(id));
    }

    @Override
    public void listening(Connection connection, RoomId room) {
        if (book.watches(room)) {
            listeningChanged(connection, room);
        }
    }

    @Override
    public void silent(Connection connection, RoomId room) {
        listeningChanged(connection, room);
    }

    private void listeningChanged(Connection connection, RoomId room) {
        ConnectionId id = connection.id();
        news.add(to -> to.listeningChanged(id, room));
    }

    /** Events of this node or another; in any order, some perhaps never. */
    @Override
    public void committed(RoomId room, String epoch, List<LoggedEvent> events) {
        if (!book.watches(room) && !concernsUnwatched(events)) {
            return;
        }
        if (eventsWaiting.addAndGet(events.size()) > settings.waiting()) {
            eventsWaiting.addAndGet(-events.size());
            missed.set(true);
            return;
        }
        news.add(to -> {
            eventsWaiting.addAndGet(-events.size());
            to.happened(room, events);
        });
    }

    /** A loop, since it runs for each commit on the writer's thread. */
    private static boolean concernsUnwatched(List<LoggedEvent> events) {
        for (LoggedEvent logged : events) {
            RoomEvent event = logged.event();
            if (event instanceof RoomEvent.MessageDeleted
                    || event instanceof RoomEvent.MessagesDeleted
                    || event instanceof RoomEvent.MessageRestored
                    || event instanceof RoomEvent.Opaque
                    || event instanceof RoomEvent.MemberJoined
                    || event instanceof RoomEvent.SanctionLifted
                    || (event instanceof RoomEvent.MessageEdited edited
                            && !edited.mentions().isEmpty())) {
                return true;
            }
        }
        return false;
    }

    /** Somebody has read something, here or on another node. */
    public void marked(Mark mark) {
        news.add(to -> to.marked(mark));
    }

    /** The person's rooms may be others now. */
    public void roomsChanged(UserId user) {
        news.add(to -> to.roomsChanged(user));
    }

    /** Events may have been missed. */
    public void missed() {
        missed.set(true);
    }

    /** The next of the rooms followed here, in turn, for a comparison with the database; for one thread. */
    public List<RoomId> nextRooms(int most) {
        return book.nextRooms(most);
    }

    /** Heads just read from the database. */
    public void headsRead(Map<RoomId, Head> heads) {
        if (!heads.isEmpty()) {
            news.add(to -> heads.forEach(to::headRead));
        }
    }

    private void round() {
        for (Consumer<BadgeBook> next = news.poll(); next != null; next = news.poll()) {
            next.accept(book);
        }
        if (missed.getAndSet(false)) {
            book.missed();
        }
        book.round();
    }
}
