package io.confab.trace;

import java.time.Instant;

/**
 * A command that is followed.
 *
 * @param id 32 hexadecimal digits, as W3C Trace Context has them
 * @param span 16 hexadecimal digits: the span of the whole command, parent of all others
 * @param arrived at the door
 */
public record Trace(String id, String span, Instant arrived, Spans.Whole whole) {
    Spans.Parent parent() {
        return new Spans.Parent(id, span, whole.sampled());
    }
}
