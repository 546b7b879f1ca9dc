package io.confab.admin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a clock on the wall of somebody's zone means as a moment. Where a clock goes forward, a time that does not exist is
 * moved on by as much as is left out (02:30 is 03:30); where it goes back, a time that comes twice is the first of the two
 * (docs/adr/0081).
 */
final class Moments {
    private static final LocalTime MORNING = LocalTime.of(9, 0);
    private static final DateTimeFormatter FIELD = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm", Locale.ROOT);

    private Moments() {}

    static Instant of(LocalDateTime wall, ZoneId zone) {
        return wall.atZone(zone).toInstant(); // java.time keeps this very rule
    }

    /** 09:00 of the day after this one, there. */
    static Instant tomorrowMorning(Instant now, ZoneId zone) {
        return of(LocalDate.ofInstant(now, zone).plusDays(1).atTime(MORNING), zone);
    }

    /** When the day of this moment begins there; in some zones a day begins at 01:00. */
    static Instant today(Instant now, ZoneId zone) {
        return LocalDate.ofInstant(now, zone).atStartOfDay(zone).toInstant();
    }

    /**
     * What somebody typed or what an address says: {@code 2026-11-27T09:00} or {@code 2026-11-27} there, or an instant with its
     * Z, which means the same to everybody. Empty: it is none of these.
     */
    static Optional<Instant> read(String text, ZoneId zone) {
        try {
            String given = text.strip();
            if (given.endsWith("Z")) {
                return Optional.of(Instant.parse(given));
            }
            return Optional.of(
                    given.contains("T")
                            ? of(LocalDateTime.parse(given), zone)
                            : LocalDate.parse(given).atStartOfDay(zone).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** As a field for date and time takes it; empty for none. */
    static String field(@Nullable Instant moment, ZoneId zone) {
        return moment == null ? "" : FIELD.format(moment.atZone(zone));
    }
}
