package io.confab.kernel;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every setting as this node has it, by key: read once, at the start, and fit to be shown to staff. Immutable. */
public record ShownSettings(List<Shown> all) {
    private static final String HIDDEN = "set, not shown";
    /** What may follow is options and passwords. */
    private static final Pattern OPTIONS = Pattern.compile("[?;&#].*", Pattern.DOTALL);
    /** Greedy: a password may have any character, so all between the first "//" and the last "@" goes. */
    private static final Pattern WHO = Pattern.compile("//.*@", Pattern.DOTALL);

    public ShownSettings {
        all = List.copyOf(all);
    }

    /**
     * One of them.
     *
     * @param value what holds, without anything that may be a password; empty: nothing
     * @param source what it was set by; null: it was not, the default holds
     */
    public record Shown(
            Setting setting, String value, @Nullable String source) {
        /** @param raw as it was set; null or blank: it was not */
        public static Shown of(Setting setting, @Nullable String raw, @Nullable String source) {
            return raw == null || raw.isBlank()
                    ? new Shown(setting, setting.unlessSet(), null)
                    : new Shown(setting, fit(setting.kind(), raw.strip()), source == null ? "" : source);
        }

        public boolean isSet() {
            return source != null;
        }
    }

    private static String fit(Setting.Kind kind, String value) {
        String shown = switch (kind) {
            case SECRET -> HIDDEN;
            case URL -> withoutPassword(value);
            case NUMBER, DURATION, WORD, TEXT -> value;
        };
        return shown.contains("@") ? HIDDEN : shown;
    }

    private static String withoutPassword(String url) {
        return OPTIONS.matcher(WHO.matcher(url).replaceAll("//\u2026")).replaceAll(" \u2026");
    }
}
