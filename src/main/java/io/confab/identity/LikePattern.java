package io.confab.identity;

/** Patterns of SQL's {@code like … escape '!'}. */
final class LikePattern {
    private LikePattern() {}

    /** Matches what begins with {@code text}, taken as it is. */
    static String startingWith(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
    }
}
