package io.confab.trace;

import io.confab.kernel.Configuration;

/**
 * How many commands are followed; key and effect in server-config/README.md.
 *
 * @param oneIn of so many commands one is followed; 0: none
 */
public record TraceSettings(int oneIn) {
    /** Reads the settings; a value out of range stops the start. */
    public static TraceSettings from(Configuration c) {
        return new TraceSettings(c.integer("confab.trace.one-in", 0, 0, 1_000_000_000));
    }
}
