package io.confab.admin;

import io.confab.kernel.Configuration;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.regex.Pattern;

/**
 * The console's settings.
 *
 * @param idle without a request; then the session ends
 * @param lifetime from the sign-in on, however busy
 * @param push time between two pushes of the overview
 * @param reading how long a private room stays open to the reader who gave a reason
 * @param zone in which times are shown
 * @param secureCookie off only in profile {@code dev}, which has no TLS
 */
public record ConsoleSettings(
        Duration idle, Duration lifetime, Duration push, Duration reading, ZoneId zone, boolean secureCookie) {
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_+/:-]{1,60}");

    public static ConsoleSettings from(Configuration c) {
        Duration oneMinute = Duration.ofMinutes(1);
        Duration oneDay = Duration.ofDays(1);
        return new ConsoleSettings(
                c.duration("confab.console.idle", oneMinute.multipliedBy(30), oneMinute, oneDay),
                c.duration("confab.console.lifetime", Duration.ofHours(12), oneMinute, oneDay.multipliedBy(7)),
                c.duration("confab.console.push", Duration.ofSeconds(2), Duration.ofMillis(200), oneMinute),
                c.duration("confab.console.reading", oneMinute.multipliedBy(15), oneMinute, oneDay),
                zone(c),
                !c.optional("confab.profile").orElse("").equals("dev"));
    }

    private static ZoneId zone(Configuration c) {
        String allowed = "a time zone, as UTC or Europe/Vienna";
        String name = c.text("confab.console.zone", "UTC", ZONE, allowed);
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "setting confab.console.zone has the value '" + name + "'; allowed: " + allowed, e);
        }
    }
}
