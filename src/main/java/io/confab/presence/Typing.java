package io.confab.presence;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Who is typing where. One frame of a person and room is taken per interval; who does not stop is taken to have stopped
 * after a while. Bounded in rooms and people; what does not fit is dropped. Thread-safe; never blocks but for the question
 * whether the person may write there, which is asked of a frame that is taken and outside every lock.
 */
@Singleton
public class Typing {
    private static final int PEOPLE = 50;

    private final PresenceSettings settings;
    private final LongSupplier nanos;
    private final Map<RoomId, Map<UserId, Long>> rooms = new HashMap<>(); // both guarded by this
    private final Map<Key, Long> taken = new LinkedHashMap<>();
    private final List<Heard> toTell = new ArrayList<>();
    private final Map<RoomId, Boolean> changed = new LinkedHashMap<>();

    @Inject
    public Typing(PresenceSettings settings) {
        this(settings, System::nanoTime);
    }

    Typing(PresenceSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    private record Key(RoomId room, UserId user) {}

    /** One change to tell the other nodes. */
    public record Heard(RoomId room, UserId user, boolean on) {}

    /**
     * A client's frame; false when it was dropped: too soon after the last one, or of one who may not write.
     *
     * @param mayWrite whether this person may write in this room just now; asked once per interval at most, whatever it
     *     answers
     */
    public boolean typed(UserId user, RoomId room, boolean on, BooleanSupplier mayWrite) {
        if (!on) {
            stopped(user, room);
            return true;
        }
        if (!takes(new Key(room, user)) || !mayWrite.getAsBoolean()) {
            return false;
        }
        tell(user, room, true);
        return true;
    }

    private synchronized boolean takes(Key key) {
        long now = nanos.getAsLong();
        Long last = taken.get(key);
        boolean tooSoon = last != null && now - last < settings.typingEvery().toNanos();
        if (tooSoon || (last == null && taken.size() >= settings.typingRooms())) {
            return false;
        }
        taken.put(key, now);
        return true;
    }

    private synchronized void stopped(UserId user, RoomId room) {
        if (rooms.getOrDefault(room, Map.of()).containsKey(user)) {
            tell(user, room, false);
        }
    }

    private synchronized void tell(UserId user, RoomId room, boolean on) {
        if (heard(user, room, on)) {
            toTell.add(new Heard(room, user, on));
        }
    }

    /** What another node took, which has asked there whether the person may write; false when it did not fit. */
    public synchronized boolean heard(UserId user, RoomId room, boolean on) {
        Map<UserId, Long> people = rooms.get(room);
        if (!on) {
            if (people != null && people.remove(user) != null) {
                changed.put(room, true);
            }
            return true;
        }
        if (people == null) {
            if (rooms.size() >= settings.typingRooms()) {
                return false;
            }
            people = new LinkedHashMap<>();
            rooms.put(room, people);
        }
        if (people.size() >= PEOPLE && !people.containsKey(user)) {
            return false;
        }
        people.put(user, nanos.getAsLong()); // one who goes on typing is told again, since clients expire it too
        changed.put(room, true);
        return true;
    }

    /** Ends what has expired, then gives the rooms that changed since the last time. */
    public synchronized List<RoomId> changedRooms() {
        long now = nanos.getAsLong();
        taken.values().removeIf(at -> now - at >= settings.typingEvery().toNanos());
        for (Iterator<Map.Entry<RoomId, Map<UserId, Long>>> i = rooms.entrySet().iterator(); i.hasNext(); ) {
            var entry = i.next();
            if (entry.getValue()
                    .values()
                    .removeIf(at -> now - at >= settings.typingLives().toNanos())) {
                changed.put(entry.getKey(), true);
            }
            if (entry.getValue().isEmpty()) {
                i.remove();
            }
        }
        var all = List.copyOf(changed.keySet());
        changed.clear();
        return all;
    }

    /** Who types in a room, in the order in which they began. */
    public synchronized List<UserId> in(RoomId room) {
        return List.copyOf(rooms.getOrDefault(room, Map.of()).keySet());
    }

    /** What to tell the other nodes since the last time. */
    public synchronized List<Heard> toTell() {
        var all = List.copyOf(toTell);
        toTell.clear();
        return all;
    }
}
