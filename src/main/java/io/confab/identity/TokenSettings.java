package io.confab.identity;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Access tokens and the keys that sign them.
 *
 * @param issuer the {@code iss} of tokens: a token of another issuer is refused
 * @param lifetime of an access token; after a revocation other nodes know of it within seconds, not after this time
 * @param keyAge a signing key older than this is followed by a new one
 * @param secret encrypts the private keys in the database; unset: they are stored as they are, with a warning
 */
public record TokenSettings(String issuer, Duration lifetime, Duration keyAge, Optional<String> secret) {
    private static final Pattern ISSUER = Pattern.compile("[\\x21-\\x7E]{1,200}");
    private static final int MIN_SECRET_CHARACTERS = 32;

    public static TokenSettings from(Configuration c) {
        return new TokenSettings(
                c.text("confab.token.issuer", "confab", ISSUER.asMatchPredicate(), "1 to 200 visible ASCII characters"),
                c.duration("confab.token.lifetime", Duration.ofMinutes(10), Duration.ofSeconds(5), Duration.ofHours(1)),
                c.duration("confab.token.key-age", Duration.ofDays(30), Duration.ofHours(2), Duration.ofDays(3650)),
                c.secret(
                        "confab.secret",
                        secret -> secret.length() >= MIN_SECRET_CHARACTERS,
                        MIN_SECRET_CHARACTERS + " characters or more"));
    }

    @Override
    public String toString() {
        return "TokenSettings[issuer=" + issuer + "]"; // never the secret
    }
}
