package io.confab.gateway;

import io.confab.identity.TokenPrincipal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/**
 * Counts the reads of each person: they share the readers' pool of database connections with the heads check, which no
 * storm of them may hold up. Writes are counted where they go in, at {@link Commands} and
 * {@link CountedCalls}.
 */
@Provider
@Singleton
public class ReadLimit implements ContainerRequestFilter {
    private final RateLimits limits;

    private static final Set<String> READS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD); // Jakarta REST answers HEAD by GET

    @Inject
    public ReadLimit(RateLimits limits) {
        this.limits = limits;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (READS.contains(request.getMethod())
                && request.getSecurityContext().getUserPrincipal() instanceof TokenPrincipal reader) {
            limits.takeRead(reader.caller().user()).ifPresent(refusal -> request.abortWith(Problems.of(refusal)));
        }
    }
}
