package io.confab.identity;

import com.eatthepath.otp.HmacOneTimePasswordGenerator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.spec.SecretKeySpec;

/**
 * One-time passwords by time (RFC 6238): six digits of HMAC-SHA-1 for each 30 seconds, which every authenticator app can
 * make. A clock that is up to one step off is put up with. Thread-safe.
 */
final class Totp {
    static final Duration STEP = Duration.ofSeconds(30);
    /** As long as the hash (RFC 4226 section 4, R6). */
    static final int KEY_BYTES = 20;

    private static final int DIGITS = 6;
    private static final int DRIFT = 1;

    private Totp() {}

    static long step(long millis) {
        return Math.floorDiv(millis, STEP.toMillis());
    }

    static String code(byte[] key, long step) {
        try {
            return new HmacOneTimePasswordGenerator(DIGITS)
                    .generateOneTimePasswordString(new SecretKeySpec(key, "RAW"), step, Locale.ROOT);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("HMAC-SHA-1 takes any key", e);
        }
    }

    /** The step after {@code lastStep} for which this is the code now; empty: it is none. */
    static OptionalLong match(byte[] key, String code, long nowMillis, long lastStep) {
        long now = step(nowMillis);
        OptionalLong found = OptionalLong.empty();
        for (long step = Math.max(now - DRIFT, lastStep + 1); step <= now + DRIFT; step++) {
            if (Secrets.same(code, code(key, step)) && found.isEmpty()) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /** What an app reads from a QR code: the "Key URI format" of the authenticator apps. */
    static String address(String issuer, String username, byte[] key) {
        return "otpauth://totp/" + encoded(issuer) + ":" + encoded(username) + "?secret=" + Base32.text(key)
                + "&issuer=" + encoded(issuer) + "&algorithm=SHA1&digits=" + DIGITS + "&period=" + STEP.toSeconds();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
