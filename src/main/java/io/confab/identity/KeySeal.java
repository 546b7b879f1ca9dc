package io.confab.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what is stored with AES-256-GCM. The key comes from {@code confab.secret} by HKDF-SHA-256 (RFC 5869), which
 * needs a secret that is hard to guess, so a short one is refused at the start. Form: {@code v1.iv.ciphertext}, bound to
 * the name of what it seals; a key of its own for each kind of thing. Thread-safe.
 */
final class KeySeal {
    private static final String PREFIX = "v1.";
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;

    /** @param kind of what it seals, in words */
    KeySeal(String secret, String kind) {
        byte[] salt = "io.confab.identity".getBytes(StandardCharsets.UTF_8);
        byte[] extracted = Secrets.hmac(salt, secret.getBytes(StandardCharsets.UTF_8));
        this.key =
                new SecretKeySpec(Secrets.hmac(extracted, (kind + "\u0001").getBytes(StandardCharsets.UTF_8)), "AES");
    }

    static boolean isSealed(String stored) {
        return stored.startsWith(PREFIX);
    }

    String seal(String name, String plain) {
        byte[] iv = Secrets.randomBytes(IV_BYTES);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv, name).doFinal(plain.getBytes(StandardCharsets.UTF_8));
            return PREFIX + Secrets.text(iv) + "." + Secrets.text(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM cannot encrypt", e);
        }
    }

    /** @throws GeneralSecurityException when it was sealed with another secret, or changed */
    String open(String name, String stored) throws GeneralSecurityException {
        String[] parts = stored.split("\\.", -1);
        if (parts.length != 3) {
            throw new GeneralSecurityException("not of the form v1.iv.ciphertext");
        }
        byte[] plain =
                cipher(Cipher.DECRYPT_MODE, Secrets.bytes(parts[1]), name).doFinal(Secrets.bytes(parts[2]));
        return new String(plain, StandardCharsets.UTF_8);
    }

    private Cipher cipher(int mode, byte[] iv, String name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
