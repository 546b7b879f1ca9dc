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

/**
 * First of all filters: bounds how many calls are in the works at once ({@link CallShares}). Each holds a thread of the server
 * until its body has come and its answer has been taken, so whoever sends slowly, or reads nothing, on many connections
 * would otherwise hold them all, and sockets are read by the same threads (docs/adr/0048). 503 beyond. A socket counts for the
 * time of its handshake.
 */
public class CallsAtOnce extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Refusal TOO_MANY = new Refusal.Unavailable("too many calls at once", Duration.ofSeconds(1));

    private final transient ClientAddress addresses;
    private final transient BodyTime bodyTime;
    private final transient DoorMetrics metrics;
    private final transient CallShares shares;

    @Inject
    public CallsAtOnce(ClientAddress addresses, BodyTime bodyTime, DoorMetrics metrics, GatewaySettings settings) {
        this.addresses = addresses;
        this.bodyTime = bodyTime;
        this.metrics = metrics;
        this.shares = new CallShares(settings.callsPerAddress(), settings.calls());
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isProbe(request)) {
            chain.doFilter(request, response);
            return;
        }
        String network = ClientAddress.network(addresses.of(request));
        if (!shares.begin(network)) {
            metrics.refused(ErrorCode.UNAVAILABLE);
            Problems.write(response, TOO_MANY, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        try {
            bodyTime.within(request, () -> chain.doFilter(request, response));
        } finally {
            shares.end(network);
        }
    }

    /** Not passed on by a balancer, which must not take the node for dead because others are refused. */
    private static boolean isProbe(HttpServletRequest request) {
        String path = request.getRequestURI(); // as it came: what climbs out of it is no probe
        return request.getMethod().equals("GET")
                && !BodyTime.hasBody(request)
                && (path.equals("/health") || path.matches("/health/[a-z]+") || path.equals("/metrics"));
    }
}
