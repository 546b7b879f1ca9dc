package io.confab.identity;

import io.confab.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Random secrets, and what is kept of them: base64url without padding; 32 bytes are 43 characters. Thread-safe. */
final class Secrets {
    static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private Secrets() {}

    /** 256 random bits. */
    static String random() {
        return text(randomBytes(BYTES));
    }

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    static String text(byte[] bytes) {
        return TEXT.encodeToString(bytes);
    }

    /** @throws IllegalArgumentException when it is not base64url */
    static byte[] bytes(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    /** What is stored of a secret with at least 128 random bits: its SHA-256, no slower hash is needed. */
    static String hash(String secret) {
        return text(Sha256.of(secret.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Compares in constant time. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
