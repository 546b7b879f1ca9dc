package io.confab.kernel;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Makes and checks the opaque ids of Confab: a prefix that says what it names, then 22 random characters of base 62
 * (131 bits), so that ids never collide between nodes and cannot be guessed. Thread-safe.
 */
public final class Ids {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final Pattern CID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int RANDOM_CHARACTERS = 22;

    private final SecureRandom random = new SecureRandom();

    public UserId user() {
        return new UserId("u_" + random());
    }

    public RoomId room() {
        return new RoomId("r_" + random());
    }

    public SignInId signIn() {
        return new SignInId("s_" + random());
    }

    public ConnectionId connection() {
        return new ConnectionId("c_" + random());
    }

    /** A cid made by the server for a durable command that came without one. */
    public String cid() {
        return "srv-" + random();
    }

    /** A new epoch of a room's numbers. */
    public String epoch() {
        return random().substring(0, 8);
    }

    /** 131 random bits as 22 characters. */
    public String random() {
        var text = new StringBuilder(RANDOM_CHARACTERS);
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** Whether {@code value} has the form of an id; a path or frame with any other text names nothing that exists. */
    public static boolean isId(String value) {
        return FORM.matcher(value).matches();
    }

    /** Whether {@code value} has the form of a client message id: 1 to 64 of {@code [A-Za-z0-9_-]}. */
    public static boolean isCid(String value) {
        return CID.matcher(value).matches();
    }

    static void check(String what, String value) {
        if (!isId(value)) {
            throw new IllegalArgumentException(what + " must be 1 to 40 of [A-Za-z0-9_-]");
        }
    }
}
