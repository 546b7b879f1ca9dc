package io.confab.gateway;

import io.confab.ops.DoorMetrics;
import io.confab.wire.ErrorCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Counts the refusals over HTTP, whoever made them ({@link Problems#CODE}). */
@Provider
@Singleton
public class CountedProblems implements ContainerResponseFilter {
    private final DoorMetrics metrics;

    @Inject
    public CountedProblems(DoorMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getHeaders().getFirst(Problems.CODE) instanceof ErrorCode code) {
            response.getHeaders().remove(Problems.CODE);
            metrics.refused(code);
        }
    }
}
