package io.confab.kernel;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * One setting as the code reads it: a row of the table in server-config/README.md.
 *
 * @param unlessSet what holds when it is not set, as an operator would write it; empty: nothing
 * @param allowed of numbers and durations {@code least to most}, else in words; empty: anything
 */
public record Setting(String key, Kind kind, String unlessSet, String allowed) {
    /** What its value is. */
    public enum Kind {
        NUMBER("a whole number from "),
        DURATION("a duration (250ms, 5s, 10m, 2h, 7d or PT5S) from "),
        WORD("one of "),
        TEXT(""),
        /** The address of another server. It may hold a password, so it is never shown. */
        URL(""),
        /** Never shown. */
        SECRET("");

        private final String lead;

        Kind(String lead) {
            this.lead = lead;
        }

        /** As the table has it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A setting was given a value outside its range: the start stops with this one sentence. */
    public static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Invalid(Setting setting, String value, String allowed) {
            super("setting " + setting.key + " has " + setting.shown(value) + "; allowed: " + allowed);
        }
    }

    /** The environment variable that sets it. */
    public String variable() {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static Setting number(String key, long unlessSet, long min, long max) {
        return new Setting(key, Kind.NUMBER, Long.toString(unlessSet), min + " to " + max);
    }

    static Setting duration(String key, Duration unlessSet, Duration min, Duration max) {
        return new Setting(key, Kind.DURATION, written(unlessSet), written(min) + " to " + written(max));
    }

    Invalid refuses(String value) {
        return new Invalid(this, value, kind.lead + allowed);
    }

    /** @param allowedHere by what other settings have */
    Invalid refuses(String value, String allowedHere) {
        return new Invalid(this, value, allowedHere);
    }

    private String shown(String value) {
        boolean mayHoldPassword = kind == Kind.SECRET || kind == Kind.URL || value.contains("@");
        return mayHoldPassword ? "a value that is not shown here" : "the value '" + value + "'";
    }

    /** In the largest unit that leaves no rest: {@code 90s}, {@code 2h}. */
    private static String written(Duration duration) {
        var units = Map.of(86_400_000L, "d", 3_600_000L, "h", 60_000L, "m", 1_000L, "s", 1L, "ms");
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        long unit = units.keySet().stream()
                .filter(each -> millis % each == 0)
                .max(Long::compare)
                .orElseThrow();
        return millis / unit + units.get(unit);
    }
}
