package io.confab.gateway;

import io.confab.identity.TokenPrincipal;
import io.confab.kernel.Refusal;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;

/**
 * A call without a good token is answered 401 before anything of its body is read, unless its method is marked
 * {@link PermitAll}. So a resource that forgets to ask who calls is closed, not open (docs/adr/0033).
 */
@Provider
public class SignInFirst implements DynamicFeature {
    static final Refusal NOBODY = new Refusal.Unauthorized("sign in first: Authorization: Bearer <access token>");

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        if (!resource.getResourceMethod().isAnnotationPresent(PermitAll.class)) {
            context.register(new Guard());
        }
    }

    private static final class Guard implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            if (!(request.getSecurityContext().getUserPrincipal() instanceof TokenPrincipal)) {
                request.abortWith(Problems.of(NOBODY));
            }
        }
    }
}
