package io.confab.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code Authorization: Bearer} (RFC 6750) for the HTTP API. Cookies mean nothing here. A request without a good token goes
 * on as nobody, since some calls need none; those that need a caller answer 401 themselves.
 */
@ApplicationScoped
public class BearerMechanism implements HttpAuthenticationMechanism {
    private static final String SCHEME = "bearer ";
    private static final Set<String> GROUPS = Set.of("user");

    private AccessTokens tokens;
    private ClientAddress addresses;

    @SuppressWarnings("NullAway.Init")
    protected BearerMechanism() {} // for the CDI proxy

    @Inject
    public BearerMechanism(AccessTokens tokens, ClientAddress addresses) {
        this.tokens = tokens;
        this.addresses = addresses;
    }

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        return token(request).map(tokens::verify).orElse(null) instanceof AccessTokens.Verified.Valid(var caller)
                ? context.notifyContainerAboutLogin(new TokenPrincipal(caller.from(addresses.of(request))), GROUPS)
                : context.doNothing();
    }

    /** The token of the {@code Authorization} header, if it has one. */
    public static Optional<String> token(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        return header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? Optional.of(header.substring(SCHEME.length()).strip())
                : Optional.empty();
    }
}
