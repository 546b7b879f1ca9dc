package io.confab.kernel;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads settings by key with a default and an allowed range. Each feature has one {@code XSettings} record whose
 * {@code static XSettings from(Configuration)} names its keys; at the start all of them are read, once, before anything
 * else is done, and the beans are given the records. A test compares what they ask for with server-config/README.md.
 * Durations are ISO-8601 ({@code PT5S}) or a number with {@code ms}, {@code s}, {@code m}, {@code h}, {@code d}
 * ({@code 5s}). An empty value counts as none.
 *
 * <p>A value out of range throws {@link Setting.Invalid}, which stops the start. Thread-safe.
 */
public final class Configuration {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final Function<String, Optional<String>> lookup;
    private final Map<String, Setting> asked = new ConcurrentSkipListMap<>();

    /** @param lookup the raw value of a key, empty when unset (MicroProfile Config in the server, a map in tests) */
    public Configuration(Function<String, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    /** What has been asked for so far, by key: every setting there is, once all have been read. */
    public Collection<Setting> asked() {
        return List.copyOf(asked.values());
    }

    public int integer(String key, int defaultValue, int min, int max) {
        return Math.toIntExact(whole(key, defaultValue, min, max));
    }

    public long whole(String key, long defaultValue, long min, long max) {
        Setting setting = asked(key, k -> Setting.number(k, defaultValue, min, max));
        return within(setting, Long::valueOf, min, max).orElse(defaultValue);
    }

    public Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
        Setting setting = asked(key, k -> Setting.duration(k, defaultValue, min, max));
        return within(setting, Configuration::parse, min, max).orElse(defaultValue);
    }

    public <E extends Enum<E>> E choice(String key, E defaultValue) {
        E[] constants = defaultValue.getDeclaringClass().getEnumConstants();
        String words = Arrays.stream(constants).map(Configuration::word).collect(Collectors.joining(", "));
        Setting setting = asked(key, k -> new Setting(k, Setting.Kind.WORD, word(defaultValue), words));
        return value(setting)
                .map(raw -> Arrays.stream(constants)
                        .filter(c -> c.name().equalsIgnoreCase(raw))
                        .findFirst()
                        .orElseThrow(() -> setting.refuses(raw)))
                .orElse(defaultValue);
    }

    /** A text; {@code form} is what the whole value must fulfil and {@code allowed} says so in words. */
    public String text(String key, String defaultValue, Predicate<String> form, String allowed) {
        Setting setting = asked(key, k -> new Setting(k, Setting.Kind.TEXT, defaultValue, allowed));
        return checked(setting, form).orElse(defaultValue);
    }

    /** A text that may be left unset. */
    public Optional<String> optional(String key, Predicate<String> form, String allowed) {
        return checked(asked(key, k -> new Setting(k, Setting.Kind.TEXT, "", allowed)), form);
    }

    /** Texts separated by commas, none when unset; {@code form} is what each must fulfil. */
    public List<String> list(String key, Predicate<String> form, String allowed) {
        return optional(key, value -> split(value).stream().allMatch(form), allowed)
                .map(Configuration::split)
                .orElse(List.of());
    }

    /** The address of another server: never logged, since it may hold a password. */
    public String url(String key, String defaultValue, Predicate<String> form, String allowed) {
        Setting setting = asked(key, k -> new Setting(k, Setting.Kind.URL, defaultValue, allowed));
        return checked(setting, form).orElse(defaultValue);
    }

    /** The address of another server that may be left unset. */
    public Optional<String> url(String key, Predicate<String> form, String allowed) {
        return checked(asked(key, k -> new Setting(k, Setting.Kind.URL, "", allowed)), form);
    }

    /** A secret that may be left unset: taken as it stands, never logged, never named in an exception with its value. */
    public Optional<String> secret(String key, Predicate<String> form, String allowed) {
        Setting setting = asked(key, k -> new Setting(k, Setting.Kind.SECRET, "", allowed));
        return checked(setting, lookup.apply(key).filter(value -> !value.isEmpty()), form);
    }

    /**
     * A rule between settings.
     *
     * @param key of one of them, which was asked for before
     * @param allowed for it by what the others have
     */
    public void require(boolean fulfilled, String key, String allowed) {
        if (!fulfilled) {
            Setting setting = Objects.requireNonNull(asked.get(key));
            throw setting.refuses(value(setting).orElse(setting.unlessSet()), allowed);
        }
    }

    private Setting asked(String key, Function<String, Setting> description) {
        return asked.computeIfAbsent(key, description);
    }

    private Optional<String> value(Setting setting) {
        return lookup.apply(setting.key()).map(String::strip).filter(value -> !value.isEmpty());
    }

    private Optional<String> checked(Setting setting, Predicate<String> form) {
        return checked(setting, value(setting), form);
    }

    private static Optional<String> checked(Setting setting, Optional<String> value, Predicate<String> form) {
        if (value.isPresent() && !form.test(value.get())) {
            throw setting.refuses(value.get());
        }
        return value;
    }

    private <T extends Comparable<T>> Optional<T> within(Setting setting, Function<String, T> parser, T min, T max) {
        return value(setting).map(raw -> {
            try {
                T value = parser.apply(raw);
                if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
                    return value;
                }
            } catch (NumberFormatException | DateTimeParseException e) {
                throw setting.refuses(raw);
            }
            throw setting.refuses(raw);
        });
    }

    private static List<String> split(String commaSeparated) {
        var parts = new ArrayList<String>();
        for (String part : commaSeparated.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return List.copyOf(parts);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Duration parse(String raw) {
        var matcher = SHORT_DURATION.matcher(raw);
        if (!matcher.matches()) {
            return Duration.parse(raw);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
