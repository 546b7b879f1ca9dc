package io.confab.badge;

import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader.Head;
import io.confab.log.Unread;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is to be told which counts. A watch exists for a person's room that some device of the person does not listen to, and
 * in passing for one whose listeners must be told of something they cannot count. Belongs to one thread, which says here
 * what happened and calls {@link #round} again and again; {@link #watches} and {@link #nextRooms} may be asked by others.
 */
final class BadgeBook {
    private final Watches watches;
    private final Due due;
    private final BadgeRound round;

    /** @param listeners people of this node who listen to a room */
    BadgeBook(Unread log, Function<RoomId, Set<UserId>> listeners, BadgeSettings settings, BadgeMetrics metrics) {
        this.watches = new Watches(settings.watched(), metrics);
        this.due = watches.due();
        this.round = new BadgeRound(log, listeners, settings, metrics, watches);
    }

    void greeted(Device device) {
        if (!device.isOpen()) {
            return; // its end may have been told before
        }
        Reader reader = watches.add(device);
        Person person = Objects.requireNonNull(watches.person(device.user()));
        for (Watch watch : person.watches.values()) {
            if (!device.listens(watch.room())) {
                due.tell(reader, watch, false);
            }
        }
        due.lists.add(device.user());
    }

    void ended(ConnectionId id) {
        watches.remove(id);
    }

    /** The connection has begun to listen to a room, or has ended it: what it knows may be a little behind. */
    void listeningChanged(ConnectionId id, RoomId room) {
        Reader reader = watches.reader(id);
        if (reader == null) {
            return;
        }
        Watch watch = watches.find(reader.device.user(), room);
        if (watch != null) {
            due.tell(reader, watch, false);
        } else if (!reader.device.listens(room)) {
            due.lists.add(reader.device.user());
        }
    }

    /** The person's rooms are others now. */
    void roomsChanged(UserId user) {
        if (watches.person(user) != null) {
            due.lists.add(user);
        }
    }

    /** Anything may have been missed: everything is read again. */
    void missed() {
        watches.rooms().forEach(room -> room.watches().forEach(due::recount));
        due.lists.addAll(watches.users());
    }

    void happened(RoomId id, List<LoggedEvent> events) {
        WatchedRoom room = watches.room(id);
        if (room != null) {
            room.happened(events);
            due.moved.add(id);
        }
        for (LoggedEvent logged : events) {
            if (logged.event() instanceof RoomEvent.MessageDeleted deleted) {
                due.touched.merge(id, deleted.target(), Math::max);
            } else if (logged.event() instanceof RoomEvent.MessagesDeleted deleted) {
                due.touched.merge(id, Collections.max(deleted.targets()), Math::max);
            } else if (logged.event() instanceof RoomEvent.MessageRestored restored) {
                due.touched.merge(id, restored.target(), Math::max);
            } else if (logged.event() instanceof RoomEvent.Opaque) {
                due.touched.merge(id, logged.seq(), Math::max); // it may have taken messages away
            } else if (logged.event() instanceof RoomEvent.MessageEdited edited) {
                edited.mentions().forEach(mention -> round.touch(mention.user(), id, edited.target()));
            } else if (logged.event() instanceof RoomEvent.MemberJoined joined) {
                roomsChanged(joined.user());
            } else if (logged.event() instanceof RoomEvent.SanctionLifted lifted) {
                roomsChanged(lifted.user());
            }
        }
    }

    void headRead(RoomId id, Head head) {
        WatchedRoom room = watches.room(id);
        if (room != null) {
            room.headRead(head);
            due.moved.add(id);
        }
    }

    /** The person's other devices are told; the one that said it only when something is left unread. */
    void marked(Mark mark) {
        Person person = watches.person(mark.user());
        Watch watch = person == null ? null : told(mark, person);
        if (person == null || watch == null) {
            return;
        }
        if (watch.isStale()) {
            due.stale.add(watch);
        } else {
            watch.takeNews(); // told below
        }
        for (Reader reader : person.devices.values()) {
            boolean itself = reader.device.id().equals(mark.from());
            if (!itself) {
                due.tell(reader, watch, true);
            } else if (!mark.isAtHead() || !reader.device.listens(mark.room())) {
                due.tell(reader, watch, false);
            }
        }
    }

    /** The watch, which now knows of it; null: nobody needs to be told. */
    private @Nullable Watch told(Mark mark, Person person) {
        Watch known = person.watches.get(mark.room());
        if (known != null && !known.knows(mark.epoch())) {
            due.recount(known); // the log knows which of the two is the present one, and has the marker
            return null;
        }
        if (known != null) {
            return known.readTo(mark.seq()) ? known : null;
        }
        boolean alone = person.devices.keySet().stream().allMatch(id -> id.equals(mark.from()));
        Watch made = mark.isAtHead() && alone ? null : watches.watch(mark.user(), mark.room());
        if (made == null) {
            return null;
        }
        if (mark.isAtHead()) {
            due.stale.remove(made);
            made.readAll(mark.epoch(), mark.head());
        }
        made.readTo(mark.seq());
        return made;
    }

    /** Follows, reads what must be read and tells. Throws {@code io.confab.store.StoreFailure}; what is due stays due. */
    void round() {
        round.run();
    }

    boolean watches(RoomId room) {
        return watches.has(room);
    }

    /** The next of the rooms watched, in turn; one thread only. */
    List<RoomId> nextRooms(int most) {
        return watches.nextRooms(most);
    }
}
