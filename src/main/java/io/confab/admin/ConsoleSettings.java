package io.confab.admin;

import io.confab.kernel.Configuration;
import io.confab.kernel.Profile;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;

/**
 * The console's settings.
 *
 * @param idle without a request; then the session ends
 * @param lifetime from the sign-in on, however busy
 * @param proveAgain without a request; then an act asks for the password again
 * @param push time between two pushes of the overview
 * @param reading how long a private room stays open to the reader who gave a reason
 * @param zone in which times are shown
 * @param secureCookie off only in profile {@code dev}, which has no TLS
 */
public record ConsoleSettings(
        Duration idle,
        Duration lifetime,
        Duration proveAgain,
        Duration push,
        Duration reading,
        ZoneId zone,
        boolean secureCookie) {
    public static ConsoleSettings from(Configuration c) {
        Duration oneMinute = Duration.ofMinutes(1);
        Duration oneDay = Duration.ofDays(1);
        return new ConsoleSettings(
                c.duration("confab.console.idle", oneMinute.multipliedBy(30), oneMinute, oneDay),
                c.duration("confab.console.lifetime", Duration.ofHours(12), oneMinute, oneDay.multipliedBy(7)),
                c.duration("confab.console.prove-again", oneMinute.multipliedBy(15), Duration.ofSeconds(1), oneDay),
                c.duration("confab.console.push", Duration.ofSeconds(2), Duration.ofMillis(200), oneMinute),
                c.duration("confab.console.reading", oneMinute.multipliedBy(15), oneMinute, oneDay),
                ZoneId.of(c.text("confab.console.zone", "UTC", ConsoleSettings::isZone, "a zone id, as Europe/Berlin")),
                Profile.from(c) == Profile.PRODUCTION);
    }

    private static boolean isZone(String name) {
        try {
            ZoneId.of(name);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
