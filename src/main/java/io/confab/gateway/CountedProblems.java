package io.confab.gateway;

import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.wire.ErrorCode;
import io.confab.wire.RateBucket;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/** Counts the refusals over HTTP, whoever made them ({@link Problems#REFUSAL}). */
@Provider
@Singleton
public class CountedProblems implements ContainerResponseFilter {
    /** Met where nothing is counted; all others are counted at {@link RateLimits}. */
    private static final Set<RateBucket> OF_IDENTITY = Set.of(RateBucket.LOGIN, RateBucket.REGISTRATION);

    private final DoorMetrics metrics;

    @Inject
    public CountedProblems(DoorMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getHeaders().getFirst(Problems.REFUSAL) instanceof Refusal refusal) {
            response.getHeaders().remove(Problems.REFUSAL);
            metrics.refused(ErrorCode.of(refusal));
            if (refusal instanceof Refusal.RateLimited limited) {
                OF_IDENTITY.stream()
                        .filter(bucket -> bucket.word().equals(limited.bucket()))
                        .forEach(metrics::limited);
            }
        }
    }
}
