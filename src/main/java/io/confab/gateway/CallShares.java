package io.confab.gateway;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls in the works, of each network and of all: none takes more than its bound, nor more than half of what the
 * others leave, so a few that take all they can leave something to the rest. A call that another thread answers keeps its
 * share until its client has taken the answer. Thread-safe.
 */
@Singleton
public class CallShares {
    private final ConcurrentHashMap<String, Integer> running = new ConcurrentHashMap<>();
    private final ThreadLocal<@Nullable Share> served = new ThreadLocal<>();
    private final AtomicInteger all = new AtomicInteger();
    private final int most;
    private final int mostOfAll;

    @Inject
    public CallShares(GatewaySettings settings) {
        this(settings.callsPerAddress(), settings.calls());
    }

    /**
     * @param most of one network
     * @param mostOfAll together
     */
    CallShares(int most, int mostOfAll) {
        this.most = most;
        this.mostOfAll = mostOfAll;
    }

    /** What is done with a call. */
    interface Call {
        void go() throws IOException, ServletException;
    }

    /** Lets a call go on its way with a share of its own; false, and nothing is done, when it is too many. */
    boolean serve(String network, Call call) throws IOException, ServletException {
        if (!begin(network)) {
            return false;
        }
        var share = new Share(network);
        Share outer = served.get(); // the thread that wrote an answer may read its connection's next request
        served.set(share);
        try {
            call.go();
        } finally {
            leave(outer);
            share.letGo();
        }
        return true;
    }

    private void leave(@Nullable Share outer) {
        if (outer == null) {
            served.remove();
        } else {
            served.set(outer);
        }
    }

    /** For whoever goes on, on another thread, with the call that this thread serves: keeps its share until that is run, once. */
    Runnable kept() {
        Share share = served.get();
        if (share == null) {
            return () -> {};
        }
        share.holders.incrementAndGet();
        return share::letGo;
    }

    /** Of one call. */
    private final class Share {
        private final String network;
        private final AtomicInteger holders = new AtomicInteger(1);

        Share(String network) {
            this.network = network;
        }

        void letGo() {
            if (holders.decrementAndGet() == 0) {
                end(network);
            }
        }
    }

    /** Counts one more until its {@link #end}; false when it is too many, and then it counts no more: it is in nobody's way. */
    private boolean begin(String network) {
        int ofAll = all.incrementAndGet();
        int mine = running.merge(network, 1, Integer::sum);
        int leftByOthers = mostOfAll - (ofAll - mine);
        boolean taken = mine <= most && ofAll <= mostOfAll && mine <= Math.max(1, leftByOthers / 2);
        if (!taken) {
            end(network);
        }
        return taken;
    }

    private void end(String network) {
        all.decrementAndGet();
        running.computeIfPresent(network, (key, count) -> count > 1 ? count - 1 : null);
    }
}
