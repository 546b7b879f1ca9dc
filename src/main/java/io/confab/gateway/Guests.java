package io.confab.gateway;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the open sockets without a valid token, per network and in all (they are being closed, but a peer may not let go):
 * a share of their own, so that they take no place of those who have one. Thread-safe.
 */
@Singleton
public class Guests {
    private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final int limit;
    private final int limitOfAll;

    @Inject
    public Guests(GatewaySettings settings) {
        this.limit = settings.guestsPerAddress();
        this.limitOfAll = settings.guests();
    }

    boolean hasRoom(String network) {
        return all.get() < limitOfAll && open.getOrDefault(network, 0) < limit;
    }

    /** Takes a place, whether there is room or not. */
    Place opened(String network) {
        all.incrementAndGet();
        open.merge(network, 1, Integer::sum);
        return new Place(network);
    }

    /** Where one guest is, until it leaves. */
    final class Place {
        private final String network;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(String network) {
            this.network = network;
        }

        /** Idempotent. */
        void leave() {
            if (!left.getAndSet(true)) {
                all.decrementAndGet();
                open.computeIfPresent(network, (key, count) -> count > 1 ? count - 1 : null);
            }
        }
    }
}
