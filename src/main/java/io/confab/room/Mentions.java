package io.confab.room;

import io.confab.kernel.UserId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds {@code @username} in texts. A mention is the longest run of name characters ({@code [A-Za-z0-9._-]}) after an
 * {@code @} that follows no name character, without dots at its end, and names an account in full, compared without
 * case. At most {@value #MAX} names are looked up and at most {@value #MAX} mentions marked in one text; the rest is
 * plain text. Linear in the text; pure; thread-safe.
 */
public final class Mentions {
    /** Names looked up, and mentions marked, in one text. */
    public static final int MAX = 50;

    private static final int MAX_NAME_CHARS = 32; // of a username; a longer run names nobody

    private Mentions() {}

    /** The lower-case names a text may mention; whether they are accounts is for the database to say. */
    public static Set<String> candidates(String text) {
        var names = new LinkedHashSet<String>();
        int at = text.indexOf('@');
        while (at >= 0 && names.size() < MAX) {
            int end = endOfName(text, at);
            if (end > at + 1) {
                names.add(nameAt(text, at, end));
            }
            at = text.indexOf('@', at + 1);
        }
        return names;
    }

    /**
     * The mentions in a text, in its order.
     *
     * @param accounts by lower-case username: those of the {@link #candidates} that exist
     */
    public static List<Mention> resolve(String text, Map<String, UserId> accounts) {
        var mentions = new ArrayList<Mention>();
        if (accounts.isEmpty()) {
            return mentions;
        }
        int counted = 0;
        int codePoints = 0;
        for (int at = text.indexOf('@'); at >= 0 && mentions.size() < MAX; at = text.indexOf('@', at + 1)) {
            int end = endOfName(text, at);
            UserId user = end > at + 1 ? accounts.get(nameAt(text, at, end)) : null;
            if (user != null) {
                codePoints += text.codePointCount(counted, at);
                counted = at;
                mentions.add(new Mention(user, codePoints, end - at));
            }
        }
        return mentions;
    }

    /** End of the name after the {@code @}; {@code at + 1} or less when none begins here. */
    private static int endOfName(String text, int at) {
        if (at > 0 && isNameCharacter(text.charAt(at - 1))) {
            return at;
        }
        int end = at + 1;
        while (end < text.length() && isNameCharacter(text.charAt(end))) {
            end++;
        }
        while (text.charAt(end - 1) == '.') {
            end--;
        }
        return end - at - 1 > MAX_NAME_CHARS ? at : end;
    }

    private static String nameAt(String text, int at, int end) {
        return text.substring(at + 1, end).toLowerCase(Locale.ROOT);
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
