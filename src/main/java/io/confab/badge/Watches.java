package io.confab.badge;

import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The people with a device here, and which of their rooms are watched; bounded. Belongs to the book's thread, but for
 * {@link #has} and {@link #nextRooms}.
 */
final class Watches {
    private final int most;
    private final BadgeMetrics metrics;
    private final Due due = new Due();
    private final Map<RoomId, WatchedRoom> rooms = new ConcurrentHashMap<>(); // changed by the one thread
    private final Map<UserId, Person> people = new HashMap<>();
    private final Map<ConnectionId, Reader> readers = new HashMap<>();
    private int count;
    private Iterator<RoomId> walk = rooms.keySet().iterator(); // of the thread that compares heads

    /** @param most watches at once */
    Watches(int most, BadgeMetrics metrics) {
        this.most = most;
        this.metrics = metrics;
    }

    /** What the next round has to do with them. */
    Due due() {
        return due;
    }

    // --- what others may ask

    boolean has(RoomId room) {
        return rooms.containsKey(room);
    }

    /** The next of the rooms watched, in turn; one thread only. */
    List<RoomId> nextRooms(int atMost) {
        var next = new ArrayList<RoomId>();
        if (!walk.hasNext()) {
            walk = rooms.keySet().iterator();
        }
        while (walk.hasNext() && next.size() < atMost) {
            next.add(walk.next());
        }
        return next;
    }

    // --- people and their devices

    Collection<UserId> users() {
        return people.keySet();
    }

    @Nullable
    Person person(UserId user) {
        return people.get(user);
    }

    @Nullable
    Reader reader(ConnectionId id) {
        return readers.get(id);
    }

    Reader add(Device device) {
        var reader = new Reader(device);
        readers.put(device.id(), reader);
        people.computeIfAbsent(device.user(), user -> new Person()).devices.put(device.id(), reader);
        return reader;
    }

    /** The device has ended; with a person's last one their watches end. */
    void remove(ConnectionId id) {
        Reader reader = readers.remove(id);
        if (reader == null) {
            return;
        }
        due.forget(reader);
        UserId user = reader.device.user();
        Person person = people.get(user);
        if (person == null) {
            return;
        }
        person.devices.remove(id);
        if (person.devices.isEmpty()) {
            people.remove(user);
            due.lists.remove(user);
            person.watches.values().forEach(this::removed);
        } else {
            due.toCheck.addAll(person.watches.values());
        }
    }

    // --- watches

    int count() {
        return count;
    }

    @Nullable
    WatchedRoom room(RoomId room) {
        return rooms.get(room);
    }

    Collection<WatchedRoom> rooms() {
        return rooms.values();
    }

    @Nullable
    Watch find(UserId user, RoomId room) {
        Person person = people.get(user);
        return person == null ? null : person.watches.get(room);
    }

    /** The watch, made now if there is none; null when too many are kept, or nobody is here. */
    @Nullable
    Watch watch(UserId user, RoomId room) {
        Person person = people.get(user);
        if (person == null) {
            return null;
        }
        Watch known = person.watches.get(room);
        if (known != null) {
            return known;
        }
        if (count >= most) {
            metrics.leftOut();
            return null;
        }
        var watch = new Watch(user, room);
        person.watches.put(room, watch);
        rooms.computeIfAbsent(room, id -> new WatchedRoom()).add(watch);
        count++;
        due.stale.add(watch);
        due.toCheck.add(watch);
        return watch;
    }

    void forget(Watch watch) {
        Person person = people.get(watch.user());
        if (person != null) {
            person.watches.remove(watch.room(), watch);
        }
        removed(watch);
    }

    private void removed(Watch watch) {
        WatchedRoom room = rooms.get(watch.room());
        if (room != null && room.remove(watch)) {
            count--;
            if (room.isEmpty()) {
                rooms.remove(watch.room());
            }
        }
        due.forget(watch);
    }
}
