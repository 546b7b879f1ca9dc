package io.confab.gateway;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the open sockets without a valid token, per network (they are being closed, but a peer may not let go). Thread-safe. */
@Singleton
public class Guests {
    private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>();
    private final int limit;

    @Inject
    public Guests(GatewaySettings settings) {
        this.limit = settings.guestsPerAddress();
    }

    boolean hasRoom(String network) {
        return open.getOrDefault(network, 0) < limit;
    }

    void opened(String network) {
        open.merge(network, 1, Integer::sum);
    }

    void closed(String network) {
        open.computeIfPresent(network, (key, count) -> count > 1 ? count - 1 : null);
    }
}
