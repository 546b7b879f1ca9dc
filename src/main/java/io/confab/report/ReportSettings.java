package io.confab.report;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * Bounds of reports.
 *
 * @param perDay reports of one person in 24 hours
 * @param hideScore from this score on the server hides a reported message until somebody has decided; zero: never; until an admin decides otherwise ({@link HidePolicy})
 * @param claim how long a member of staff who opened a case is shown as looking at it
 */
public record ReportSettings(int perDay, int hideScore, Duration claim) {
    public static ReportSettings from(Configuration settings) {
        return new ReportSettings(
                settings.integer("confab.report.per-day", 50, 1, 10_000),
                settings.integer("confab.report.hide-score", 0, 0, HidePolicy.MAX_SCORE),
                settings.duration(
                        "confab.report.claim", Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofHours(1)));
    }
}
