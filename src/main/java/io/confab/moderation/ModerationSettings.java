package io.confab.moderation;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * How long moderation can be undone.
 *
 * @param keep how long a text that moderators took away is kept apart
 */
public record ModerationSettings(Duration keep) {
    public static ModerationSettings from(Configuration c) {
        return new ModerationSettings(
                c.duration("confab.moderation.keep", Duration.ofDays(30), Duration.ofHours(1), Duration.ofDays(3650)));
    }
}
