package io.confab.search;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * How the index of messages follows the log.
 *
 * @param interval pause between two rounds
 */
public record SearchSettings(Duration interval) {
    public static SearchSettings from(Configuration c) {
        return new SearchSettings(c.duration(
                "confab.search.interval", Duration.ofMillis(500), Duration.ofMillis(50), Duration.ofMinutes(1)));
    }
}
