package io.confab.fanout;

import io.confab.badge.Mark;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Read marks that nobody was told of yet: of each person and room the last, and only so many. Thread-safe. */
final class MarksForLater {
    private final int most;
    private final Map<Place, Mark> marks = new LinkedHashMap<>(); // guarded by this

    private record Place(UserId user, RoomId room) {
        static Place of(Mark mark) {
            return new Place(mark.user(), mark.room());
        }
    }

    /** @param most marks; beyond it a further one is dropped */
    MarksForLater(int most) {
        this.most = most;
    }

    synchronized void add(Mark mark) {
        Place place = Place.of(mark);
        if (marks.size() < most || marks.containsKey(place)) {
            marks.merge(place, mark, MarksForLater::later);
        }
    }

    private static Mark later(Mark one, Mark other) {
        return one.epoch().equals(other.epoch()) && one.seq() > other.seq() ? one : other;
    }

    /** What is told now makes an earlier one of its place needless. */
    synchronized void forget(Mark told) {
        marks.remove(Place.of(told));
    }

    /** Takes out those that have waited longest. */
    synchronized List<Mark> take(int count) {
        List<Mark> first = new ArrayList<>(marks.values().stream().limit(count).toList());
        first.forEach(mark -> marks.remove(Place.of(mark)));
        return first;
    }
}
