package io.confab.trace;

import java.time.Instant;
import java.util.Map;

/** Where the spans of followed commands go; there may be no such place. Thread-safe. */
interface Spans {
    /** Begins the span of a whole command, of a new trace. */
    Whole begin(Instant at);

    /** A span that has ended, under that of its whole command, which may be another node's. */
    void add(Parent parent, String name, Instant from, Instant to, Map<String, String> attributes);

    /** @param trace 32 hexadecimal digits; @param span 16; @param sampled that one is recorded, its children too then */
    record Parent(String trace, String span, boolean sampled) {}

    /** The span of a whole command. */
    interface Whole {
        String trace();

        String span();

        /** It is recorded; else a sampler chose otherwise, or nobody listens. */
        boolean sampled();

        void end(Instant at, Map<String, String> attributes);
    }
}
