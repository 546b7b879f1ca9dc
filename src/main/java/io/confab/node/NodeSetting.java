package io.confab.node;

import org.jspecify.annotations.Nullable;

/**
 * A setting as a node that lives read it at its start.
 *
 * @param shown without anything that may be a password
 * @param source what it was set by; null: the default holds
 */
public record NodeSetting(
        String nodeId,
        String node,
        String key,
        String shown,
        @Nullable String source) {
    /** Longer ones are cut. */
    public static final int MAX_SHOWN = 1_000;
}
