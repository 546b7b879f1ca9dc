package io.confab.wire;

import io.confab.kernel.Configuration;

/**
 * Bounds of frames in (docs/protocol/v1.md section 5), announced in {@code welcome.limits}.
 *
 * @param maxFrameBytes of a client's frame, UTF-8
 * @param fetchEvents events in one answer of {@code fetch} or {@code GET …/events}
 */
public record WireLimits(int maxFrameBytes, int fetchEvents) {
    public static WireLimits from(Configuration c) {
        return new WireLimits(
                c.integer("confab.limits.frame-bytes", 128 * 1024, 4 * 1024, 1024 * 1024),
                c.integer("confab.limits.fetch-events", 200, 1, 1_000));
    }
}
