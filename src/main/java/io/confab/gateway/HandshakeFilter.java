package io.confab.gateway;

import io.confab.gateway.Admission.Newcomer;
import io.confab.identity.AccessTokens;
import io.confab.identity.AccessTokens.Verified;
import io.confab.identity.BearerMechanism;
import io.confab.identity.ClientAddress;
import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.wire.ErrorCode;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * In front of every door that a page could open with the user's browser and that stays open ({@code /ws/*}, {@code
 * /api/v1/stream}, {@code /omnifaces.push/*}): a foreign {@code Origin}, on the console's door also none, gets 403 before the
 * upgrade. On the chat's doors handshakes are bounded, per person or, without a valid token, per network, and on the whole
 * node ({@link Admission}): 503 beyond, before the upgrade; a stream gets what any call gets. For the chat's doors it also
 * verifies the token, once, and hands the result to the endpoint as the request's principal. Mapped in web.xml, so that it
 * stands before the container's own WebSocket filter.
 */
public class HandshakeFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final String BEARER_PROTOCOL = "bearer.";
    private static final Refusal FOREIGN = new Refusal.Forbidden("pages of this origin may not connect here");
    private static final Refusal NO_ROOM =
            new Refusal.Unavailable("too many open sockets without a valid token", Duration.ofSeconds(10));

    private final transient AccessTokens tokens;
    private final transient Guests guests;
    private final transient ClientAddress addresses;
    private final transient RateLimits limits;
    private final transient Intakes intakes;
    private final transient Admission admission;
    private final transient DoorMetrics metrics;
    private final transient Origins origins;

    @Inject
    public HandshakeFilter(
            AccessTokens tokens,
            Guests guests,
            ClientAddress addresses,
            RateLimits limits,
            Intakes intakes,
            Admission admission,
            DoorMetrics metrics,
            GatewaySettings settings) {
        this.tokens = tokens;
        this.guests = guests;
        this.addresses = addresses;
        this.limits = limits;
        this.intakes = intakes;
        this.admission = admission;
        this.metrics = metrics;
        this.origins = new Origins(settings);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean chat = isChat(request);
        if (!origins.allows(request) || (!chat && request.getHeader("Origin") == null)) {
            Problems.write(response, FOREIGN, HttpServletResponse.SC_FORBIDDEN, metrics);
            return;
        }
        if (!chat) {
            chain.doFilter(request, response);
            return;
        }
        String address = addresses.of(request);
        Verified verified = token(request)
                .map(tokens::verify)
                .map(shown -> from(shown, address))
                .orElse(null);
        var visitor = new Visitor(verified, countedAs(verified, ClientAddress.network(address)), intakes.fresh());
        Optional<Refusal> refusal = limited(visitor).or(() -> admission.refusal(newcomer(visitor, request)));
        if (refusal.isPresent()) {
            Problems.write(response, refusal.get(), statusOf(refusal.get(), request), metrics);
            return;
        }
        chain.doFilter(new WithPrincipal(request, visitor), response);
    }

    /** Before an upgrade it is always 503 (docs/protocol/v1.md, O9); the stream is a call like any other. */
    private static int statusOf(Refusal refusal, HttpServletRequest request) {
        return isStream(request) ? ErrorCode.of(refusal).status() : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
    }

    private static boolean isStream(HttpServletRequest request) {
        return request.getServletPath().equals(StreamServlet.PATH);
    }

    /** All else here is the console's push, which a cookie opens: only browsers have one, and they say where they are. */
    private static boolean isChat(HttpServletRequest request) {
        return request.getServletPath().startsWith("/ws/")
                || request.getRequestURI().startsWith("/ws/")
                || isStream(request);
    }

    /**
     * What somebody who has signed in says of themselves, by {@code ?resume=1}, or a stream by where it stood. It only decides
     * who waits for whom.
     */
    private static Newcomer newcomer(Visitor visitor, HttpServletRequest request) {
        if (visitor.caller().isEmpty()) {
            return Newcomer.GUEST;
        }
        return "1".equals(request.getParameter("resume")) || request.getHeader("Last-Event-ID") != null
                ? Newcomer.RESUMING
                : Newcomer.NEW;
    }

    private Optional<Refusal> limited(Visitor visitor) {
        if (visitor.caller().isPresent()) {
            return limits.takeHandshake(visitor.caller().get().user());
        }
        return guests.hasRoom(visitor.guest()) ? limits.takeHandshake(visitor.guest()) : Optional.of(NO_ROOM);
    }

    private static Verified from(Verified shown, String address) {
        return shown instanceof Verified.Valid(Caller caller) ? new Verified.Valid(caller.from(address)) : shown;
    }

    /** Whoever was somebody a moment ago is not a stranger: an office that wakes up counts by person, not as one address. */
    private static String countedAs(@Nullable Verified verified, String network) {
        return verified instanceof Verified.Expired expired ? expired.user().value() : network;
    }

    static Optional<String> token(HttpServletRequest request) {
        Optional<String> header = BearerMechanism.token(request);
        if (header.isPresent() || isStream(request)) { // only a socket opened by a page cannot send the header
            return header;
        }
        return Collections.list(request.getHeaders("Sec-WebSocket-Protocol"))
                .stream() // RFC 6455 11.3.4: may be repeated
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .filter(protocol -> protocol.startsWith(BEARER_PROTOCOL))
                .map(protocol -> protocol.substring(BEARER_PROTOCOL.length()))
                .findFirst();
    }

    private static final class WithPrincipal extends HttpServletRequestWrapper {
        private final Visitor visitor;

        WithPrincipal(HttpServletRequest request, Visitor visitor) {
            super(request);
            this.visitor = visitor;
        }

        @Override
        public Principal getUserPrincipal() {
            return visitor;
        }

        @Override
        public <T extends HttpUpgradeHandler> T upgrade(Class<T> type) throws IOException, ServletException {
            return MeteredUpgrade.upgrade((HttpServletRequest) getRequest(), type, visitor.intake());
        }
    }
}
