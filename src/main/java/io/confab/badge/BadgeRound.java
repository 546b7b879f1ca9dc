package io.confab.badge;

import io.confab.badge.Watch.Followed;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Unread;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Does what is due: follows the events, reads what must be read and tells. Belongs to the book's thread. */
final class BadgeRound {
    private static final int LISTS_A_ROUND = 500;
    private static final int ROOMS_A_ROUND = 64; // told to one device

    private final Unread log;
    private final Function<RoomId, Set<UserId>> listeners;
    private final BadgeSettings settings;
    private final BadgeMetrics metrics;
    private final Watches watches;
    private final Due due;

    BadgeRound(
            Unread log,
            Function<RoomId, Set<UserId>> listeners,
            BadgeSettings settings,
            BadgeMetrics metrics,
            Watches watches) {
        this.log = log;
        this.listeners = listeners;
        this.settings = settings;
        this.metrics = metrics;
        this.watches = watches;
        this.due = watches.due();
    }

    /** Throws {@code io.confab.store.StoreFailure}; what is due stays due. */
    void run() {
        touch();
        follow();
        try {
            readLists();
            count();
        } finally {
            tell();
            metrics.watched(watches.count());
        }
    }

    /** Those who listen to a room where a message was deleted count it no more, if it counted for them. */
    private void touch() {
        due.touched.forEach((room, seq) -> listeners.apply(room).forEach(user -> touch(user, room, seq)));
        due.touched.clear();
    }

    /** A message changed in a way that a device that listens cannot count by itself. */
    void touch(UserId user, RoomId room, long seq) {
        Person person = watches.person(user);
        if (person == null || !person.listens(room)) {
            return;
        }
        Watch watch = watches.watch(user, room);
        if (watch != null) {
            watch.touchedAt(seq);
            due.recount(watch);
        }
    }

    private void follow() {
        for (RoomId id : Due.take(due.moved, Integer.MAX_VALUE)) {
            WatchedRoom room = watches.room(id);
            if (room != null && room.advance(this::followed)) {
                due.moved.add(id);
            }
        }
    }

    private void followed(Watch watch, Followed outcome) {
        if (outcome == Followed.GONE) {
            watches.forget(watch);
        } else if (watch.isStale()) {
            due.stale.add(watch);
        } else {
            changed(watch);
        }
    }

    private void readLists() {
        var users = Due.take(due.lists, LISTS_A_ROUND);
        if (users.isEmpty()) {
            return;
        }
        Map<UserId, Set<RoomId>> lists;
        try {
            lists = log.rooms(users, settings.rooms());
        } catch (RuntimeException e) {
            due.lists.addAll(users);
            throw e;
        }
        for (UserId user : users) {
            Person person = watches.person(user);
            if (person != null) {
                compare(user, person, lists.getOrDefault(user, Set.of()));
            }
        }
    }

    private void compare(UserId user, Person person, Set<RoomId> list) {
        if (list.size() < settings.rooms()) {
            List.copyOf(person.watches.values()).stream()
                    .filter(watch -> !list.contains(watch.room()))
                    .forEach(watches::forget);
        }
        for (RoomId room : list) {
            if (!person.listensEverywhere(room)) {
                watches.watch(user, room);
            }
        }
    }

    private void count() {
        var asking = Due.take(due.stale, settings.counts());
        if (asking.isEmpty()) {
            return;
        }
        var asked = new HashMap<Watch, Unread.Asked>();
        asking.forEach(watch -> asked.put(watch, watch.asked()));
        Map<Unread.Asked, Unread.Counts> found;
        try {
            found = log.of(asked.values());
        } catch (RuntimeException e) {
            due.stale.addAll(asking);
            throw e;
        }
        metrics.counted(asking.size());
        asked.forEach((watch, question) -> {
            Unread.Counts counts = found.get(question);
            if (counts == null) {
                watches.forget(watch); // no member any more
            } else if (watch.counted(counts)) {
                changed(watch);
            } else {
                due.stale.add(watch);
            }
        });
    }

    private void changed(Watch watch) {
        Person person = watches.person(watch.user());
        if (person == null) {
            return;
        }
        boolean everybody = watch.takeTouched();
        boolean news = watch.takeNews();
        for (Reader reader : person.devices.values()) {
            if (everybody || (news && !reader.device.listens(watch.room()))) {
                due.tell(reader, watch, false);
            }
        }
        due.toCheck.add(watch);
    }

    private void tell() {
        for (Reader reader : Due.take(due.toTell, Integer.MAX_VALUE)) {
            tell(reader);
            if (!reader.due.isEmpty()) {
                due.toTell.add(reader);
            }
        }
        for (Watch watch : Due.take(due.toCheck, Integer.MAX_VALUE)) {
            Person person = watches.person(watch.user());
            if (watch.isStale()) {
                due.toCheck.add(watch);
            } else if (person == null || person.needsNo(watch)) {
                watches.forget(watch);
            }
        }
    }

    private void tell(Reader reader) {
        int told = 0;
        for (var rooms = reader.due.entrySet().iterator(); rooms.hasNext() && told < ROOMS_A_ROUND; ) {
            var entry = rooms.next();
            Watch watch = watches.find(reader.device.user(), entry.getKey());
            if (watch == null) {
                rooms.remove();
            } else if (!watch.isStale()) {
                if (!reader.device.tell(BadgeTexts.of(watch, entry.getValue()))) {
                    return; // it reads too slowly just now
                }
                metrics.told();
                told++;
                rooms.remove();
                due.toCheck.add(watch);
            }
        }
    }
}
