package io.confab.store;

import java.util.Locale;

/** Patterns of SQL's {@code like … escape '!'} from texts that are taken as they are. */
public final class LikePattern {
    private LikePattern() {}

    /** What begins with {@code text}. */
    public static String startingWith(String text) {
        return escaped(text) + "%";
    }

    /** What begins with what somebody typed, in a column of lower-case keys. */
    public static String keyStartingWith(String typed) {
        return startingWith(typed.strip().toLowerCase(Locale.ROOT));
    }

    /** What has {@code text} somewhere. */
    public static String holding(String text) {
        return "%" + escaped(text) + "%";
    }

    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }
}
