package io.confab.delivery;

import io.confab.delivery.Inbox.Arrived;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the events of a run came to be, by this node's clock that only goes forward, in nanoseconds: worked out once for all
 * sockets, which have read that clock anyway when they write.
 *
 * @param own so many were committed by this node
 * @param ownNanos the first of them
 * @param others so many were not
 * @param othersNanos the first of those
 */
record Births(int own, long ownNanos, int others, long othersNanos) {
    /** Of what is not timed. */
    static final Births NONE = new Births(0, 0, 0, 0);

    /** @param epochNanos what that clock would have shown at the epoch of the events' times */
    static Births of(List<Arrived> run, long epochNanos) {
        Arrived firstOwn = null;
        Arrived firstOther = null;
        int own = 0;
        for (Arrived arrived : run) {
            if (arrived.own()) {
                own++;
                firstOwn = firstOwn == null ? arrived : firstOwn;
            } else {
                firstOther = firstOther == null ? arrived : firstOther;
            }
        }
        return new Births(own, nanos(firstOwn, epochNanos), run.size() - own, nanos(firstOther, epochNanos));
    }

    private static long nanos(@Nullable Arrived first, long epochNanos) {
        return first == null
                ? 0
                : epochNanos + TimeUnit.MILLISECONDS.toNanos(first.event().ts().toEpochMilli());
    }
}
