package io.confab.store;

/** Patterns of SQL's {@code like … escape '!'} from texts that are taken as they are. */
public final class LikePattern {
    private LikePattern() {}

    /** What begins with {@code text}. */
    public static String startingWith(String text) {
        return escaped(text) + "%";
    }

    /** What has {@code text} somewhere. */
    public static String holding(String text) {
        return "%" + escaped(text) + "%";
    }

    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }
}
