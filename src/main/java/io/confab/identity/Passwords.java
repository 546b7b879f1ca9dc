package io.confab.identity;

import io.confab.kernel.Refusal;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which passwords are taken: 8 to 256 characters (code points), no rules of composition (NIST SP 800-63B, 5.1.1.2), but
 * not the account's own name and none of those that every guesser tries first.
 */
final class Passwords {
    static final int MIN_CHARACTERS = 8;
    static final int MAX_CHARACTERS = 256;
    private static final Set<String> GUESSED_FIRST = Set.of(
            "password",
            "password1",
            "password12",
            "password123",
            "passw0rd",
            "p@ssw0rd",
            "p@ssword",
            "12345678",
            "123456789",
            "1234567890",
            "87654321",
            "11111111",
            "00000000",
            "88888888",
            "12341234",
            "qwertyui",
            "qwertyuiop",
            "qwerty123",
            "1q2w3e4r",
            "1qaz2wsx",
            "asdfghjkl",
            "zxcvbnm1",
            "abcd1234",
            "abc12345",
            "iloveyou",
            "sunshine",
            "princess",
            "football",
            "baseball",
            "superman",
            "trustno1",
            "letmein1",
            "welcome1",
            "changeme",
            "changeit",
            "administrator",
            "admin123",
            "admin1234",
            "computer",
            "internet");

    private Passwords() {}

    static Optional<Refusal> problem(String username, String password) {
        int characters = password.codePointCount(0, password.length());
        if (characters < MIN_CHARACTERS || characters > MAX_CHARACTERS) {
            return problem("password must have " + MIN_CHARACTERS + " to " + MAX_CHARACTERS + " characters");
        }
        String lower = password.toLowerCase(Locale.ROOT);
        if (lower.equals(username) || GUESSED_FIRST.contains(lower)) {
            return problem("password is one of those that are guessed first");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> problem(String sentence) {
        return Optional.of(new Refusal.BadRequest(sentence));
    }
}
