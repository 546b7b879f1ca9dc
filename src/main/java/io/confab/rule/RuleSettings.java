package io.confab.rule;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * Bounds of rules.
 *
 * @param most rules that there may be
 * @param words of one rule
 * @param expressionSize steps of one compiled expression: as many may be tried at each character of a text
 * @param budget processor time that one rule may take of one message
 * @param refresh pause after which a node asks whether rules have changed
 * @param keepHits how long hits are kept
 * @param dryRun what a dry run looks back over
 * @param dryRunTime how long it may take
 * @param warnPercent of the messages: a rule that would meet so many is switched on only by who says that they are sure
 */
public record RuleSettings(
        int most,
        int words,
        int expressionSize,
        Duration budget,
        Duration refresh,
        Duration keepHits,
        Duration dryRun,
        Duration dryRunTime,
        int warnPercent) {
    public static RuleSettings from(Configuration settings) {
        return new RuleSettings(
                settings.integer("confab.rules.most", 50, 1, 500),
                settings.integer("confab.rules.words", 1_000, 1, 10_000),
                settings.integer("confab.rules.expression-size", 100, 10, 1_000),
                settings.duration(
                        "confab.rules.budget", Duration.ofMillis(10), Duration.ofMillis(1), Duration.ofSeconds(1)),
                settings.duration(
                        "confab.rules.refresh", Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofMinutes(1)),
                settings.duration(
                        "confab.rules.keep-hits", Duration.ofDays(30), Duration.ofHours(1), Duration.ofDays(3_650)),
                settings.duration(
                        "confab.rules.dry-run", Duration.ofDays(7), Duration.ofMinutes(1), Duration.ofDays(90)),
                settings.duration(
                        "confab.rules.dry-run-time",
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(1),
                        Duration.ofHours(6)),
                settings.integer("confab.rules.warn-percent", 10, 1, 100));
    }
}
