package io.confab.identity;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanismHandler;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Two mechanisms in one WAR (Jakarta Security 4.0 section 2.4.2): tokens for {@code /api}, the console's own session for
 * {@code /admin}. Neither is ever asked on the other's paths, so a console cookie is useless on the API; and none is on
 * {@code /ws}, where {@code io.confab.gateway.HandshakeFilter} verifies the token (docs/adr/0033).
 */
@Alternative
@Priority(Interceptor.Priority.APPLICATION)
@ApplicationScoped
public class Mechanisms implements HttpAuthenticationMechanismHandler {
    private BearerMechanism bearer;
    private ConsoleMechanism console;

    @SuppressWarnings("NullAway.Init")
    protected Mechanisms() {} // for the CDI proxy

    @Inject
    public Mechanisms(BearerMechanism bearer, ConsoleMechanism console) {
        this.bearer = bearer;
        this.console = console;
    }

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
            throws AuthenticationException {
        String path = request.getRequestURI();
        if (path.startsWith("/api/")) {
            return bearer.validateRequest(request, response, context);
        }
        if (path.equals("/admin") || path.startsWith("/admin/")) {
            return console.validateRequest(request, response, context);
        }
        return context.doNothing(); // sockets show their token to the handshake filter
    }
}
