package io.confab.gateway;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts calls in the works, of each network and of all: none takes more than its bound, nor more than half of what the
 * others leave, so a few that take all they can leave something to the rest. Thread-safe.
 */
final class CallShares {
    private final ConcurrentHashMap<String, Integer> running = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final int most;
    private final int mostOfAll;

    /**
     * @param most of one network
     * @param mostOfAll together
     */
    CallShares(int most, int mostOfAll) {
        this.most = most;
        this.mostOfAll = mostOfAll;
    }

    /** Counts one more until its {@link #end}; false when it is too many, and then it counts no more: it is in nobody's way. */
    boolean begin(String network) {
        int ofAll = all.incrementAndGet();
        int mine = running.merge(network, 1, Integer::sum);
        int leftByOthers = mostOfAll - (ofAll - mine);
        boolean taken = mine <= most && ofAll <= mostOfAll && mine <= Math.max(1, leftByOthers / 2);
        if (!taken) {
            end(network);
        }
        return taken;
    }

    void end(String network) {
        all.decrementAndGet();
        running.computeIfPresent(network, (key, count) -> count > 1 ? count - 1 : null);
    }
}
