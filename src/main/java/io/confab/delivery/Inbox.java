package io.confab.delivery;

import io.confab.kernel.Position;
import io.confab.log.RoomReader.Head;
import io.confab.room.LoggedEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has come for one room and waits for its lane: events from commits, the broker and the log, and heads read from the
 * database. Bounded: when it is full, events are dropped and the log is read instead. Thread-safe; never blocks.
 */
final class Inbox {
    private static final int MAX_EVENTS = 2_048;

    private final Object lock = new Object();
    private Arrivals arrivals = new Arrivals();

    /** Everything that had come by one turn of the lane. */
    static final class Arrivals {
        final List<Arrived> events = new ArrayList<>(); // of whichever node, as they came
        final List<LoggedEvent> read = new ArrayList<>();
        final List<SeenHead> heads = new ArrayList<>(1);
        boolean overflow;
        ReadEnd readEnd = ReadEnd.NONE;
        boolean missingIsDue;
    }

    record Arrived(LoggedEvent event, Way way) {
        boolean own() {
            return way == Way.COMMITTED;
        }
    }

    /** How the one read that a sequencer has out at a time came back, if it did. */
    enum ReadEnd {
        NONE,
        EVENTS,
        NOTHING,
        HEAD,
        FAILED
    }

    /** @param before what the sequencer had seen when the read of the head began; null: nothing */
    record SeenHead(Head head, @Nullable Position before) {}

    /** @param own this node committed them */
    void events(List<LoggedEvent> events, boolean own) {
        synchronized (lock) {
            if (arrivals.events.size() + events.size() > MAX_EVENTS) {
                arrivals.overflow = true;
            } else {
                Way way = own ? Way.COMMITTED : Way.BROKER;
                events.forEach(event -> arrivals.events.add(new Arrived(event, way)));
            }
        }
    }

    /** The one read that ran has ended; {@code events}: at most one chunk. */
    void readEnded(ReadEnd end, List<LoggedEvent> events) {
        synchronized (lock) {
            arrivals.read.addAll(events);
            arrivals.readEnd = end;
        }
    }

    void head(SeenHead head) {
        synchronized (lock) {
            if (arrivals.heads.size() == 8) {
                arrivals.heads.remove(0); // later reads know better
            }
            arrivals.heads.add(head);
        }
    }

    /** A missing number was waited for long enough. */
    void missingIsDue() {
        synchronized (lock) {
            arrivals.missingIsDue = true;
        }
    }

    Arrivals take() {
        synchronized (lock) {
            Arrivals taken = arrivals;
            arrivals = new Arrivals();
            return taken;
        }
    }
}
