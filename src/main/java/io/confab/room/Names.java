package io.confab.room;

/**
 * The rules of names that people see: display names, room names, and (with fewer) topics and reasons. A name is kept as
 * given or refused, never changed. Pure; thread-safe. CASES: what shows nothing cannot be found in a list or banned; a
 * direction override reorders the page around it.
 */
public final class Names {
    private Names() {}

    /**
     * A name: 1 to {@code maxChars} code points, something visible in it, no control characters, line breaks or
     * direction overrides (U+202A–U+202E, U+2066–U+2069).
     *
     * @param field what to call it in the refusal
     */
    public static Checked<String> name(String field, String name, int maxChars) {
        if (!Visible.hasVisible(name)) {
            return Checked.badRequest("'" + field + "' must hold at least one visible character");
        }
        return line(field, name, maxChars);
    }

    /** A line that may be empty: as a name otherwise. */
    public static Checked<String> line(String field, String line, int maxChars) {
        if (line.codePointCount(0, line.length()) > maxChars) {
            return Checked.badRequest("'" + field + "' must have at most " + maxChars + " characters");
        }
        if (line.codePoints().anyMatch(Names::breaksTheLine)) {
            return Checked.badRequest(
                    "'" + field + "' must hold no control characters, line breaks or direction overrides");
        }
        return new Checked.Valid<>(line);
    }

    private static boolean breaksTheLine(int c) {
        return Character.isISOControl(c)
                || c == 0x2028
                || c == 0x2029
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069)
                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
