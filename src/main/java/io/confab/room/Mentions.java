package io.confab.room;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds {@code @username} in texts. A mention is the longest run of name characters after an {@code @} that follows no
 * name character, without dots at its end, and names an account in full.
 */
public final class Mentions {
    private static final Pattern MENTION = Pattern.compile("(?<![A-Za-z0-9._-])@([A-Za-z0-9._-]+)");

    private Mentions() {}

    /** The lower-case names a text may mention; whether they are accounts is for the database to say. */
    public static Set<String> candidates(String text) {
        var names = new LinkedHashSet<String>();
        if (text.indexOf('@') < 0) {
            return names;
        }
        var matcher = MENTION.matcher(text);
        while (matcher.find()) {
            String name = matcher.group(1).replaceFirst("\\.+$", "");
            if (!name.isEmpty()) {
                names.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
