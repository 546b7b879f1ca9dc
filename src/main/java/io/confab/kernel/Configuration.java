package io.confab.kernel;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads settings by key with a default and an allowed range. Each feature has one {@code XSettings} record whose
 * {@code static XSettings from(Configuration)} names its keys; a test compares all of them with the table in
 * server-config/README.md. Durations are ISO-8601 ({@code PT5S}) or a number with {@code ms}, {@code s}, {@code m},
 * {@code h}, {@code d} ({@code 5s}).
 *
 * <p>A value out of range throws {@link InvalidSetting}, which stops the start.
 */
public final class Configuration {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final Function<String, Optional<String>> lookup;

    /** @param lookup the raw value of a key, empty when unset (MicroProfile Config in the server, a map in tests) */
    public Configuration(Function<String, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    /** A setting that was given a value outside its range: the start stops with this sentence. */
    public static final class InvalidSetting extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InvalidSetting(String key, String value, String allowed) {
            super("setting " + key + " has the value '" + value + "'; allowed: " + allowed);
        }
    }

    public int integer(String key, int defaultValue, int min, int max) {
        return Math.toIntExact(whole(key, defaultValue, min, max));
    }

    public long whole(String key, long defaultValue, long min, long max) {
        String raw = lookup.apply(key).orElse(Long.toString(defaultValue));
        String allowed = "a whole number from " + min + " to " + max;
        try {
            long value = Long.parseLong(raw.strip());
            if (value < min || value > max) {
                throw new InvalidSetting(key, raw, allowed);
            }
            return value;
        } catch (NumberFormatException e) {
            throw new InvalidSetting(key, raw, allowed);
        }
    }

    public Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
        String raw = lookup.apply(key).orElse(defaultValue.toString());
        String allowed = "a duration from " + min + " to " + max + ", as PT5S, 250ms, 5s, 10m, 2h or 7d";
        Duration value = parse(key, raw.strip(), allowed);
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidSetting(key, raw, allowed);
        }
        return value;
    }

    public boolean flag(String key, boolean defaultValue) {
        String raw = lookup.apply(key).orElse(Boolean.toString(defaultValue)).strip();
        return switch (raw) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidSetting(key, raw, "true or false");
        };
    }

    public <E extends Enum<E>> E choice(String key, E defaultValue) {
        E[] constants = defaultValue.getDeclaringClass().getEnumConstants();
        String raw = lookup.apply(key).orElse(defaultValue.name()).strip();
        return Arrays.stream(constants)
                .filter(c -> c.name().equalsIgnoreCase(raw))
                .findFirst()
                .orElseThrow(() -> new InvalidSetting(
                        key, raw, "one of " + Arrays.toString(constants).toLowerCase(Locale.ROOT)));
    }

    /** A text; {@code form} is what the whole value must match and {@code allowed} says so in words. */
    public String text(String key, String defaultValue, Pattern form, String allowed) {
        String raw = lookup.apply(key).orElse(defaultValue).strip();
        if (!form.matcher(raw).matches()) {
            throw new InvalidSetting(key, raw, allowed);
        }
        return raw;
    }

    /** A text that may be left unset. */
    public Optional<String> optional(String key) {
        return lookup.apply(key).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** A secret that may be left unset: never logged, and never named in an exception with its value. */
    public Optional<String> secret(String key) {
        return lookup.apply(key).filter(value -> !value.isEmpty());
    }

    /** A secret that may be left unset, and must be hard to guess when set. */
    public Optional<String> secret(String key, int minCharacters) {
        Optional<String> secret = secret(key);
        if (secret.isPresent() && secret.get().length() < minCharacters) {
            throw new InvalidSetting(key, "(hidden)", "at least " + minCharacters + " characters");
        }
        return secret;
    }

    private static Duration parse(String key, String raw, String allowed) {
        var matcher = SHORT_DURATION.matcher(raw);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
        try {
            return Duration.parse(raw);
        } catch (DateTimeParseException e) {
            throw new InvalidSetting(key, raw, allowed);
        }
    }
}
