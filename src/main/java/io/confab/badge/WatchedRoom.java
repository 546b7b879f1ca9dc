package io.confab.badge;

import io.confab.badge.Watch.Followed;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader.Head;
import io.confab.room.LoggedEvent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A room that somebody here follows without listening, with what happened since the last round. Not thread-safe. */
final class WatchedRoom {
    private static final int MAX_HELD = 1_000;

    private final Map<UserId, Watch> watches = new LinkedHashMap<>();
    private final TreeMap<Long, LoggedEvent> held = new TreeMap<>();
    private @Nullable Head head;
    private boolean waited;

    void add(Watch watch) {
        watches.put(watch.user(), watch);
    }

    /** False when it was not there. */
    boolean remove(Watch watch) {
        return watches.remove(watch.user(), watch);
    }

    boolean isEmpty() {
        return watches.isEmpty();
    }

    Collection<Watch> watches() {
        return watches.values();
    }

    void happened(List<LoggedEvent> events) {
        for (LoggedEvent event : events) {
            held.put(event.seq(), event);
        }
    }

    /** As just read from the database: numbers up to there exist. */
    void headRead(Head read) {
        head = read;
    }

    /**
     * Lets every watch follow what happened. A missing number is waited for until the next round; then the counts that lack
     * it are stale.
     *
     * @param followed told of each watch, with what became of it
     * @return whether something is waited for
     */
    boolean advance(BiConsumer<Watch, Followed> followed) {
        boolean tooMany = held.size() > MAX_HELD;
        boolean hole = false;
        for (Watch watch : List.copyOf(watches.values())) {
            if (watch.isStale()) {
                watch.followStale(held);
                continue;
            }
            Followed outcome = watch.follow(held, head);
            if (outcome == Followed.HOLE) {
                hole = true;
                if (waited || tooMany) {
                    watch.followStale(held);
                    watch.spoil();
                }
            }
            followed.accept(watch, outcome);
        }
        waited = hole && !waited && !tooMany;
        if (!waited) {
            held.clear();
            head = null;
        }
        return waited;
    }
}
