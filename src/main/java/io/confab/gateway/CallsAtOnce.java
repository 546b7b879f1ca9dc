package io.confab.gateway;

import io.confab.identity.ClientAddress;
import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.wire.ErrorCode;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * First of all filters: bounds how many calls of one address are in the works at once. Each holds a thread of the server until
 * its answer has been taken, so an address that asks on many connections and reads nothing would otherwise hold them all
 * (docs/adr/0048). 503 beyond. A socket counts for the time of its handshake.
 */
public class CallsAtOnce extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Refusal TOO_MANY =
            new Refusal.Unavailable("too many calls of this address at once", Duration.ofSeconds(1));

    private final transient ConcurrentHashMap<String, Integer> running = new ConcurrentHashMap<>();
    private final transient ClientAddress addresses;
    private final transient DoorMetrics metrics;
    private final int limit;

    @Inject
    public CallsAtOnce(ClientAddress addresses, DoorMetrics metrics, GatewaySettings settings) {
        this.addresses = addresses;
        this.metrics = metrics;
        this.limit = settings.callsPerAddress();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String network = ClientAddress.network(addresses.of(request));
        try {
            if (running.merge(network, 1, Integer::sum) > limit) {
                metrics.refused(ErrorCode.UNAVAILABLE);
                Problems.write(response, TOO_MANY, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                return;
            }
            chain.doFilter(request, response);
        } finally {
            running.computeIfPresent(network, (key, count) -> count > 1 ? count - 1 : null);
        }
    }
}
