package io.confab.identity;

import io.confab.kernel.Refusal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Usernames: {@code [a-z0-9._-]{2,32}}, compared without case and kept in lower case. None ends with a dot, because a
 * mention in a text loses the dots at its end ({@code "ask @ann."}).
 */
final class Usernames {
    private static final Pattern FORM = Pattern.compile("[a-z0-9._-]{1,31}[a-z0-9_-]");

    private Usernames() {}

    /** The form in which names are kept and compared. */
    static String key(String username) {
        return username.toLowerCase(Locale.ROOT);
    }

    static Optional<Refusal> problem(String username) {
        return FORM.matcher(key(username)).matches()
                ? Optional.empty()
                : Optional.of(
                        new Refusal.BadRequest("username must be 2 to 32 of a-z 0-9 . _ - and not end with a dot"));
    }
}
