package io.confab.admin;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long a mute, ban or suspension lasts: the least harsh first. */
public enum Lasting {
    TEN_MINUTES("10 minutes", Duration.ofMinutes(10)),
    ONE_HOUR("1 hour", Duration.ofHours(1)),
    ONE_DAY("1 day", Duration.ofDays(1)),
    SEVEN_DAYS("7 days", Duration.ofDays(7)),
    UNTIL_LIFTED("until lifted", null);

    private final String label;
    private final @Nullable Duration time;

    Lasting(String label, @Nullable Duration time) {
        this.label = label;
        this.time = time;
    }

    public String label() {
        return label;
    }

    /** Null: until lifted. */
    @Nullable
    Instant from(Instant now) {
        return time == null ? null : now.plus(time);
    }
}
