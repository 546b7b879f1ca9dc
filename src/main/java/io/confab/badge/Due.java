package io.confab.badge;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the next round has to do. Belongs to the book's thread. */
final class Due {
    /** People whose list of rooms must be read. */
    final Set<UserId> lists = new LinkedHashSet<>();
    /** Watches whose counts must be read. */
    final Set<Watch> stale = new LinkedHashSet<>();
    /** Rooms in which something happened. */
    final Set<RoomId> moved = new LinkedHashSet<>();
    /** Rooms in which a message was deleted or brought back, with its number; the highest of several. */
    final Map<RoomId, Long> touched = new HashMap<>();

    final Set<Reader> toTell = new LinkedHashSet<>();
    /** Watches that may be needed no more. */
    final Set<Watch> toCheck = new LinkedHashSet<>();

    void tell(Reader reader, Watch watch, boolean withMarker) {
        reader.due.merge(watch.room(), withMarker, Boolean::logicalOr);
        toTell.add(reader);
        toCheck.add(watch);
    }

    void recount(Watch watch) {
        watch.spoil();
        stale.add(watch);
    }

    void forget(Watch watch) {
        stale.remove(watch);
        toCheck.remove(watch);
    }

    void forget(Reader reader) {
        toTell.remove(reader);
    }

    /** Takes out up to {@code most}, those that came first. */
    static <T> List<T> take(Set<T> from, int most) {
        var taken = new ArrayList<T>(Math.min(most, from.size()));
        for (Iterator<T> i = from.iterator(); i.hasNext() && taken.size() < most; ) {
            taken.add(i.next());
            i.remove();
        }
        return taken;
    }
}
