package io.confab.moderation;

import java.util.Locale;

/** Patterns for {@code like … escape '!'}. */
final class PrefixPattern {
    private PrefixPattern() {}

    /** Without case: the column holds lower case. */
    static String of(String prefix) {
        return prefix.strip()
                        .toLowerCase(Locale.ROOT)
                        .replace("!", "!!")
                        .replace("%", "!%")
                        .replace("_", "!_")
                + "%";
    }
}
