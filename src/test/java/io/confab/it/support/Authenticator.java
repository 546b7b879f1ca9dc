package io.confab.it.support;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.Locale;
import javax.crypto.spec.SecretKeySpec;

/** A person's authenticator app. */
public final class Authenticator {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private final TimeBasedOneTimePasswordGenerator codes = new TimeBasedOneTimePasswordGenerator();
    private final SecretKeySpec key;

    /** @param secret as it is typed into an app: base32, with or without spaces */
    public Authenticator(String secret) {
        this.key = new SecretKeySpec(bytes(secret.replace(" ", "")), "RAW");
    }

    /** What it shows now. */
    public String code() {
        return after(0);
    }

    /** What it shows so many steps from now. The server takes the step before, this one and the next. */
    public String after(int steps) {
        try {
            return codes.generateOneTimePasswordString(
                    key, Instant.now().plus(codes.getTimeStep().multipliedBy(steps)), Locale.ROOT);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Six digits that are no code now. */
    public String wrong() {
        String wrong = "000000";
        for (int i = 1; wrong.equals(after(-1)) || wrong.equals(after(0)) || wrong.equals(after(1)); i++) {
            wrong = "00000" + i;
        }
        return wrong;
    }

    private static byte[] bytes(String base32) {
        var bytes = new ByteArrayOutputStream();
        int waiting = 0;
        int bits = 0;
        for (int i = 0; i < base32.length(); i++) {
            waiting = ((waiting << 5) | DIGITS.indexOf(base32.charAt(i))) & 0xFFF;
            bits += 5;
            if (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                bytes.write(waiting >> bits);
            }
        }
        return bytes.toByteArray();
    }
}
