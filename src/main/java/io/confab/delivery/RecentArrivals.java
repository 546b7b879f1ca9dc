package io.confab.delivery;

import io.confab.delivery.Passage.Arrival;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When and how the last events of a room came to this node: a ring of one {@code long} for each, at most 2 KiB a room, and 64
 * bytes for a room in which little is said. To note one writes one number. Not thread-safe: guarded by its sequencer.
 */
final class RecentArrivals {
    static final int MOST = 256;
    private static final int FIRST_LENGTH = 8; // a power of two, as MOST is
    private static final int WAY_BITS = 2;
    private static final List<Way> WAYS = List.of(Way.values()); // kept in memory alone: their order may change

    private long[] noted =
            new long[FIRST_LENGTH]; // by number modulo length: milliseconds, and the way in the last bits
    private long first; // numbers from here to before next are known
    private long next;

    /** Events come in the order of their numbers; behind one that was passed over nothing before is known any more. */
    void add(long seq, long atMillis, Way way) {
        if (seq != next) {
            first = seq;
        } else if (next - first == noted.length) {
            if (noted.length < MOST) {
                grow();
            } else {
                first++;
            }
        }
        noted[slot(seq)] = atMillis << WAY_BITS | WAYS.indexOf(way);
        next = seq + 1;
    }

    Optional<Arrival> find(long seq) {
        if (seq < first || seq >= next) {
            return Optional.empty();
        }
        long value = noted[slot(seq)];
        return Optional.of(
                new Arrival(Instant.ofEpochMilli(value >> WAY_BITS), WAYS.get((int) (value & ((1 << WAY_BITS) - 1)))));
    }

    /** The numbers begin anew. */
    void clear() {
        first = 0;
        next = 0;
    }

    private void grow() {
        var longer = new long[noted.length * 2];
        for (long seq = first; seq < next; seq++) {
            longer[(int) (seq & (longer.length - 1))] = noted[slot(seq)];
        }
        noted = longer;
    }

    private int slot(long seq) {
        return (int) (seq & (noted.length - 1));
    }
}
