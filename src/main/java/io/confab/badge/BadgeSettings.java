package io.confab.badge;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * Bounds of badges; keys, units and effects in server-config/README.md.
 *
 * @param interval pause between two rounds in which what changed is told
 * @param counts of one person in one room that are read from the log in a round
 * @param rooms of one person that are followed
 * @param watched rooms followed at a time, once for each person
 * @param waiting events that may wait for a round; beyond, all counts are read again
 */
public record BadgeSettings(Duration interval, int counts, int rooms, int watched, int waiting) {
    /** Reads the settings; a value out of range stops the start. */
    public static BadgeSettings from(Configuration c) {
        return new BadgeSettings(
                c.duration(
                        "confab.badge.interval", Duration.ofMillis(500), Duration.ofMillis(50), Duration.ofSeconds(60)),
                c.integer("confab.badge.counts", 2_000, 10, 100_000),
                c.integer("confab.badge.rooms", 1_000, 1, 100_000),
                c.integer("confab.badge.watched", 500_000, 0, 10_000_000),
                c.integer("confab.badge.waiting", 50_000, 100, 1_000_000));
    }
}
