package io.confab.badge;

import io.confab.badge.Watch.Followed;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader.Head;
import io.confab.log.Unread;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is to be told which counts. A watch exists for a person's room that some device of the person does not listen to, and
 * in passing for one whose listeners must be told of something they cannot count. Belongs to one thread, which calls
 * {@link #round} again and again; {@link #watches} and {@link #nextRooms} may be asked by others.
 */
final class BadgeBook {
    private static final int LISTS_A_ROUND = 500;
    private static final int ROOMS_A_ROUND = 64; // told to one device

    private final Unread log;
    private final Function<RoomId, Set<UserId>> listeners;
    private final BadgeSettings settings;
    private final BadgeMetrics metrics;
    private final Map<RoomId, WatchedRoom> rooms = new ConcurrentHashMap<>(); // changed by the one thread
    private final Map<UserId, Person> people = new HashMap<>();
    private final Map<ConnectionId, Reader> readers = new HashMap<>();
    private final Set<UserId> listDue = new LinkedHashSet<>();
    private final Set<Watch> stale = new LinkedHashSet<>();
    private final Set<RoomId> moved = new LinkedHashSet<>();
    private final Map<RoomId, Long> touched = new HashMap<>();
    private final Set<Reader> toTell = new LinkedHashSet<>();
    private final Set<Watch> toCheck = new LinkedHashSet<>();
    private int watchCount;
    private Iterator<RoomId> walk = rooms.keySet().iterator(); // of the thread that compares heads

    /** @param listeners people of this node who listen to a room */
    BadgeBook(Unread log, Function<RoomId, Set<UserId>> listeners, BadgeSettings settings, BadgeMetrics metrics) {
        this.log = log;
        this.listeners = listeners;
        this.settings = settings;
        this.metrics = metrics;
    }

    private static final class Person {
        final Map<ConnectionId, Reader> devices = new LinkedHashMap<>();
        final Map<RoomId, Watch> watches = new LinkedHashMap<>();
    }

    /** A device, with the rooms it is to be told of; true: with the marker. */
    private static final class Reader {
        final Device device;
        final Map<RoomId, Boolean> due = new LinkedHashMap<>();

        Reader(Device device) {
            this.device = device;
        }
    }

    // --- what happens

    void greeted(Device device) {
        if (!device.isOpen()) {
            return; // its end may have been told before
        }
        var reader = new Reader(device);
        readers.put(device.id(), reader);
        Person person = people.computeIfAbsent(device.user(), user -> new Person());
        person.devices.put(device.id(), reader);
        for (Watch watch : person.watches.values()) {
            if (!device.listens(watch.room())) {
                due(reader, watch, false);
            }
        }
        listDue.add(device.user());
    }

    void ended(ConnectionId id) {
        Reader reader = readers.remove(id);
        if (reader == null) {
            return;
        }
        toTell.remove(reader);
        UserId user = reader.device.user();
        Person person = people.get(user);
        if (person == null) {
            return;
        }
        person.devices.remove(id);
        if (person.devices.isEmpty()) {
            people.remove(user);
            listDue.remove(user);
            List.copyOf(person.watches.values()).forEach(this::forget);
        }
        toCheck.addAll(person.watches.values());
    }

    /** The connection has begun to listen to a room, or has ended it: what it knows may be a little behind. */
    void listeningChanged(ConnectionId id, RoomId room) {
        Reader reader = readers.get(id);
        if (reader == null) {
            return;
        }
        Watch watch = find(reader.device.user(), room);
        if (watch != null) {
            due(reader, watch, false);
        } else if (!reader.device.listens(room)) {
            listDue.add(reader.device.user());
        }
    }

    /** The person's rooms are others now. */
    void roomsChanged(UserId user) {
        if (people.containsKey(user)) {
            listDue.add(user);
        }
    }

    /** Anything may have been missed: everything is read again. */
    void missed() {
        rooms.values().forEach(room -> room.watches().forEach(this::spoil));
        listDue.addAll(people.keySet());
    }

    void happened(RoomId id, List<LoggedEvent> events) {
        WatchedRoom room = rooms.get(id);
        if (room != null) {
            room.happened(events);
            moved.add(id);
        }
        for (LoggedEvent logged : events) {
            if (logged.event() instanceof RoomEvent.MessageDeleted deleted) {
                touched.merge(id, deleted.target(), Math::max);
            } else if (logged.event() instanceof RoomEvent.MessageEdited edited) {
                edited.mentions().forEach(mention -> touch(mention.user(), id, edited.target()));
            } else if (logged.event() instanceof RoomEvent.MemberJoined joined) {
                roomsChanged(joined.user());
            } else if (logged.event() instanceof RoomEvent.SanctionLifted lifted) {
                roomsChanged(lifted.user());
            }
        }
    }

    void headRead(RoomId id, Head head) {
        WatchedRoom room = rooms.get(id);
        if (room != null) {
            room.headRead(head);
            moved.add(id);
        }
    }

    /** The person's other devices are told; the one that said it only when something is left unread. */
    void marked(Mark mark) {
        Person person = people.get(mark.user());
        if (person == null) {
            return;
        }
        boolean all = mark.seq() >= mark.head();
        boolean others = person.devices.keySet().stream().anyMatch(id -> !id.equals(mark.from()));
        Watch watch = person.watches.get(mark.room());
        if (watch == null) {
            watch = all && !others ? null : watch(mark.user(), person, mark.room());
            if (watch == null) {
                return;
            }
            if (all) {
                stale.remove(watch);
                watch.readAll(mark.epoch(), mark.head());
            } else {
                watch.markerAt(mark.seq());
            }
        } else if (!watch.markerAt(mark.seq())) {
            return;
        }
        if (watch.isStale()) {
            stale.add(watch);
        } else {
            watch.takeNews(); // told below
        }
        for (Reader reader : person.devices.values()) {
            boolean itself = reader.device.id().equals(mark.from());
            if (!itself) {
                due(reader, watch, true);
            } else if (!all || !reader.device.listens(mark.room())) {
                due(reader, watch, false);
            }
        }
    }

    // --- what others may ask

    boolean watches(RoomId room) {
        return rooms.containsKey(room);
    }

    /** The next of the rooms watched, in turn; one thread only. */
    List<RoomId> nextRooms(int most) {
        var next = new ArrayList<RoomId>();
        if (!walk.hasNext()) {
            walk = rooms.keySet().iterator();
        }
        while (walk.hasNext() && next.size() < most) {
            next.add(walk.next());
        }
        return next;
    }

    // --- rounds

    /** Follows, reads what must be read and tells. Throws {@code io.confab.store.StoreFailure}; what is due stays due. */
    void round() {
        touch();
        follow();
        try {
            readLists();
            count();
        } finally {
            tell();
            metrics.watched(watchCount);
        }
    }

    /** Those who listen to a room where a message was deleted count it no more, if it counted for them. */
    private void touch() {
        touched.forEach((room, seq) -> listeners.apply(room).forEach(user -> touch(user, room, seq)));
        touched.clear();
    }

    private void touch(UserId user, RoomId room, long seq) {
        Person person = people.get(user);
        if (person == null || person.devices.values().stream().noneMatch(reader -> reader.device.listens(room))) {
            return;
        }
        Watch watch = watch(user, person, room);
        if (watch != null) {
            watch.touchedAt(seq);
            spoil(watch);
        }
    }

    private void follow() {
        for (RoomId id : take(moved, Integer.MAX_VALUE)) {
            WatchedRoom room = rooms.get(id);
            if (room != null && room.advance(this::followed)) {
                moved.add(id);
            }
        }
    }

    private void followed(Watch watch, Followed outcome) {
        if (outcome == Followed.GONE) {
            forget(watch);
        } else if (watch.isStale()) {
            stale.add(watch);
        } else {
            changed(watch);
        }
    }

    private void readLists() {
        var users = take(listDue, LISTS_A_ROUND);
        if (users.isEmpty()) {
            return;
        }
        Map<UserId, Set<RoomId>> lists;
        try {
            lists = log.rooms(users, settings.rooms());
        } catch (RuntimeException e) {
            listDue.addAll(users);
            throw e;
        }
        for (UserId user : users) {
            Person person = people.get(user);
            if (person != null) {
                compare(user, person, lists.getOrDefault(user, Set.of()));
            }
        }
    }

    private void compare(UserId user, Person person, Set<RoomId> list) {
        if (list.size() < settings.rooms()) {
            List.copyOf(person.watches.values()).stream()
                    .filter(watch -> !list.contains(watch.room()))
                    .forEach(this::forget);
        }
        for (RoomId room : list) {
            boolean unheard = person.devices.values().stream().anyMatch(reader -> !reader.device.listens(room));
            if (unheard) {
                watch(user, person, room);
            }
        }
    }

    private void count() {
        var watches = take(stale, settings.counts());
        if (watches.isEmpty()) {
            return;
        }
        var asked = new HashMap<Watch, Unread.Asked>();
        watches.forEach(watch -> asked.put(watch, watch.asked()));
        Map<Unread.Asked, Unread.Counts> found;
        try {
            found = log.of(asked.values());
        } catch (RuntimeException e) {
            stale.addAll(watches);
            throw e;
        }
        metrics.counted(watches.size());
        asked.forEach((watch, question) -> {
            Unread.Counts counts = found.get(question);
            if (counts == null) {
                forget(watch); // no member any more
            } else {
                watch.counted(counts);
                changed(watch);
            }
        });
    }

    private void changed(Watch watch) {
        Person person = people.get(watch.user());
        if (person == null) {
            return;
        }
        boolean everybody = watch.takeTouched();
        boolean news = watch.takeNews();
        for (Reader reader : person.devices.values()) {
            if (everybody || (news && !reader.device.listens(watch.room()))) {
                due(reader, watch, false);
            }
        }
        toCheck.add(watch);
    }

    private void due(Reader reader, Watch watch, boolean withMarker) {
        reader.due.merge(watch.room(), withMarker, Boolean::logicalOr);
        toTell.add(reader);
        toCheck.add(watch);
    }

    private void tell() {
        for (Reader reader : take(toTell, Integer.MAX_VALUE)) {
            tell(reader);
            if (!reader.due.isEmpty()) {
                toTell.add(reader);
            }
        }
        for (Watch watch : take(toCheck, Integer.MAX_VALUE)) {
            if (watch.isStale()) {
                toCheck.add(watch);
            } else if (isNeedless(watch)) {
                forget(watch);
            }
        }
    }

    private void tell(Reader reader) {
        int told = 0;
        for (var due = reader.due.entrySet().iterator(); due.hasNext() && told < ROOMS_A_ROUND; ) {
            var entry = due.next();
            Watch watch = find(reader.device.user(), entry.getKey());
            if (watch == null) {
                due.remove();
            } else if (!watch.isStale()) {
                if (!reader.device.tell(BadgeTexts.of(watch, entry.getValue()))) {
                    return; // it reads too slowly just now
                }
                metrics.told();
                told++;
                due.remove();
                toCheck.add(watch);
            }
        }
    }

    /** Everybody listens, and nobody is to be told. */
    private boolean isNeedless(Watch watch) {
        Person person = people.get(watch.user());
        return person == null
                || person.devices.values().stream()
                        .allMatch(
                                reader -> reader.device.listens(watch.room()) && !reader.due.containsKey(watch.room()));
    }

    // --- watches

    private @Nullable Watch find(UserId user, RoomId room) {
        Person person = people.get(user);
        return person == null ? null : person.watches.get(room);
    }

    /** The watch, made now if there is none; null when too many are kept. */
    private @Nullable Watch watch(UserId user, Person person, RoomId room) {
        Watch known = person.watches.get(room);
        if (known != null) {
            return known;
        }
        if (watchCount >= settings.watched()) {
            metrics.leftOut();
            return null;
        }
        var watch = new Watch(user, room);
        person.watches.put(room, watch);
        rooms.computeIfAbsent(room, id -> new WatchedRoom()).add(watch);
        watchCount++;
        stale.add(watch);
        toCheck.add(watch);
        return watch;
    }

    private void spoil(Watch watch) {
        watch.spoil();
        stale.add(watch);
    }

    private void forget(Watch watch) {
        Person person = people.get(watch.user());
        if (person != null) {
            person.watches.remove(watch.room(), watch);
        }
        WatchedRoom room = rooms.get(watch.room());
        if (room != null && room.remove(watch)) {
            watchCount--;
            if (room.isEmpty()) {
                rooms.remove(watch.room());
            }
        }
        stale.remove(watch);
        toCheck.remove(watch);
    }

    /** Takes out up to {@code most}, those that came first. */
    private static <T> List<T> take(Set<T> from, int most) {
        var taken = new ArrayList<T>(Math.min(most, from.size()));
        for (Iterator<T> i = from.iterator(); i.hasNext() && taken.size() < most; ) {
            taken.add(i.next());
            i.remove();
        }
        return taken;
    }
}
