package io.confab.trace;

import io.confab.kernel.NodeId;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** For tests of others: nothing is followed, or nothing of what is can be written down. */
public final class NoTraces {
    private NoTraces() {}

    public static Traces none() {
        return new Traces(new TraceSettings(0), new NodeId("none"), Clock.systemUTC(), new NoSpans());
    }

    /** Every command is followed, and no span of it is taken. */
    public static Traces failing() {
        var spans = new Spans() {
            @Override
            public Whole begin(Instant at) {
                return new NoSpans().begin(at);
            }

            @Override
            public void add(Parent parent, String name, Instant from, Instant to, Map<String, String> attributes) {
                throw new IllegalStateException("no span is taken");
            }
        };
        return new Traces(new TraceSettings(1), new NodeId("none"), Clock.systemUTC(), spans);
    }
}
