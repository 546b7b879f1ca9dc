package io.confab.identity;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * How long a device stays signed in.
 *
 * @param lifetime from the login on, however often it is used
 * @param idle without a refresh
 * @param grace how long a refresh token that was already used gives the same successor again, while that is unused
 * @param maxPerAccount devices of one person; a further login ends the one used longest ago
 * @param keepEnded how long a sign-in is kept after it ended or ran out
 */
public record SignInSettings(Duration lifetime, Duration idle, Duration grace, int maxPerAccount, Duration keepEnded) {
    public static SignInSettings from(Configuration c) {
        Duration oneMinute = Duration.ofMinutes(1);
        return new SignInSettings(
                c.duration("confab.sign-in.lifetime", Duration.ofDays(90), oneMinute, Duration.ofDays(3650)),
                c.duration("confab.sign-in.idle", Duration.ofDays(30), oneMinute, Duration.ofDays(3650)),
                c.duration(
                        "confab.sign-in.refresh-grace",
                        Duration.ofSeconds(30),
                        Duration.ZERO,
                        oneMinute.multipliedBy(5)),
                c.integer("confab.sign-in.max-per-account", 50, 1, 10_000),
                // longer than any access token lives
                c.duration(
                        "confab.sign-in.keep-ended", Duration.ofDays(90), Duration.ofDays(1), Duration.ofDays(3650)));
    }
}
