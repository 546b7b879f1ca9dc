package io.confab.wire;

import io.confab.kernel.Configuration;

/**
 * Bounds of frames in (docs/protocol/v1.md, "Limits"), announced in {@code welcome.limits}.
 *
 * @param maxFrameBytes of a client's frame, UTF-8, and of the body of a request over HTTP
 * @param fetchEvents events in one answer of {@code fetch} or {@code GET …/events}
 */
public record WireLimits(int maxFrameBytes, int fetchEvents) {
    /** The largest number of an event that a client may name. */
    public static final long MAX_SEQ = Long.MAX_VALUE / 2;

    /** What the container's own buffer, set in web.xml, has room for; it closes with codes of its own beyond that. */
    private static final int MAX_FRAME_BYTES = 128 * 1024;

    public static WireLimits from(Configuration c) {
        return new WireLimits(
                c.integer("confab.limits.frame-bytes", MAX_FRAME_BYTES, 4 * 1024, MAX_FRAME_BYTES),
                c.integer("confab.limits.fetch-events", 200, 1, 1_000));
    }
}
