package io.confab.gateway;

import io.confab.identity.ClientAddress;
import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * First of all filters: bounds how many calls are in the works at once ({@link CallShares}). Each holds a thread
 * until its body has come and its answer has been taken, so whoever sends slowly, or reads nothing, on many connections
 * would otherwise hold them all, and sockets are read by the same threads (docs/adr/0048). 503 beyond, and the end of the
 * connection: who sends many requests and reads nothing has one refusal written. A socket counts for the time of its
 * handshake.
 */
public class CallsAtOnce extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Refusal TOO_MANY = new Refusal.Unavailable("too many calls at once", Duration.ofSeconds(1));

    /** Probes come one by one from a few machines inside; a thread each for more than that is nobody's need. */
    private static final int PROBES = 16;

    private final transient ClientAddress addresses;
    private final transient BodyTime bodyTime;
    private final transient DoorMetrics metrics;
    private final transient CallShares shares;
    private final transient CallShares probes = new CallShares(PROBES, PROBES);

    @Inject
    public CallsAtOnce(ClientAddress addresses, BodyTime bodyTime, DoorMetrics metrics, CallShares shares) {
        this.addresses = addresses;
        this.bodyTime = bodyTime;
        this.metrics = metrics;
        this.shares = shares;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String network = ClientAddress.network(addresses.of(request));
        boolean taken = isProbe(request)
                ? probes.serve(network, () -> chain.doFilter(request, response))
                : shares.serve(network, () -> bodyTime.within(request, () -> chain.doFilter(request, response)));
        if (!taken) {
            response.setHeader("Connection", "close");
            Problems.write(response, TOO_MANY, HttpServletResponse.SC_SERVICE_UNAVAILABLE, metrics);
        }
    }

    /** They have a share of their own: a balancer must not take the node for dead because others are refused. */
    private static boolean isProbe(HttpServletRequest request) {
        String path = request.getRequestURI(); // as it came: what climbs out of it is no probe
        return request.getMethod().equals("GET")
                && !BodyTime.hasBody(request)
                && (path.equals("/health") || path.matches("/health/[a-z]+") || path.equals("/metrics"));
    }
}
