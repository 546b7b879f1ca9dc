package io.confab.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;

/**
 * Spans through MicroProfile Telemetry, exported as {@code otel.…} says. The one class that knows OpenTelemetry; beans.xml
 * leaves it out on a server that brings none.
 */
@Singleton
class OtelSpans implements Spans {
    private final Tracer tracer;

    /** Made at the start: the server says whose telemetry it is only to a thread that runs the application. */
    @Inject
    OtelSpans(Instance<OpenTelemetry> telemetry) {
        this(telemetry.isResolvable() ? telemetry.get() : OpenTelemetry.noop());
    }

    OtelSpans(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("io.confab");
    }

    private record Command(Span open) implements Whole {
        @Override
        public String trace() {
            return open.getSpanContext().getTraceId();
        }

        @Override
        public String span() {
            return open.getSpanContext().getSpanId();
        }

        @Override
        public boolean sampled() {
            return open.getSpanContext().isSampled();
        }

        @Override
        public void end(Instant at, Map<String, String> attributes) {
            attributes.forEach(open::setAttribute);
            open.end(at);
        }
    }

    @Override
    public Whole begin(Instant at) {
        Span span = tracer.spanBuilder("confab.command")
                .setNoParent()
                .setStartTimestamp(at)
                .startSpan();
        return span.getSpanContext().isValid() ? new Command(span) : new NoSpans().begin(at);
    }

    @Override
    public void add(Parent parent, String name, Instant from, Instant to, Map<String, String> attributes) {
        var context = SpanContext.createFromRemoteParent(
                parent.trace(),
                parent.span(),
                parent.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                TraceState.getDefault());
        Span span = tracer.spanBuilder(name)
                .setParent(Context.root().with(Span.wrap(context)))
                .setStartTimestamp(from)
                .startSpan();
        attributes.forEach(span::setAttribute);
        span.end(to);
    }
}
