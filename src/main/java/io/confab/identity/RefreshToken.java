package io.confab.identity;

import io.confab.kernel.Ids;
import io.confab.kernel.SignInId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A refresh token: {@code <sign-in id>.<256-bit secret>.<mark>}. It works once; its hash alone is stored (docs/adr/0031).
 *
 * <p>The mark is a MAC by the family's key: it tells a token that was once issued (its reuse ends the family) from one made
 * up by somebody who merely saw the sign-in's id. A successor's secret is derived from the token before it and a fresh
 * random salt that only the database has: within the grace the same successor can be made again for a client that lost
 * the answer, though only its hash is stored.
 */
record RefreshToken(SignInId signIn, String secret, String mark) {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{1,40})\\.([A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{22})");
    private static final int MARK_BYTES = 16;

    static RefreshToken first(SignInId signIn, String familyKey) {
        return marked(signIn, Secrets.random(), familyKey);
    }

    static Optional<RefreshToken> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches() && Ids.isId(matcher.group(1))
                ? Optional.of(new RefreshToken(new SignInId(matcher.group(1)), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    RefreshToken successor(String salt, String familyKey) {
        byte[] next = Secrets.hmac(Secrets.bytes(salt), secret.getBytes(StandardCharsets.US_ASCII));
        return marked(signIn, Secrets.text(next), familyKey);
    }

    /** Whether it was issued for this family, at some time. */
    boolean belongsTo(String familyKey) {
        return Secrets.same(mark, mark(signIn, secret, familyKey));
    }

    /** What is stored of it. */
    String hash() {
        return Secrets.hash(text());
    }

    String text() {
        return signIn.value() + "." + secret + "." + mark;
    }

    @Override
    public String toString() {
        return "RefreshToken[" + signIn + "]"; // never the secret
    }

    private static RefreshToken marked(SignInId signIn, String secret, String familyKey) {
        return new RefreshToken(signIn, secret, mark(signIn, secret, familyKey));
    }

    private static String mark(SignInId signIn, String secret, String familyKey) {
        byte[] message = (signIn.value() + "." + secret).getBytes(StandardCharsets.US_ASCII);
        return Secrets.text(Arrays.copyOf(Secrets.hmac(Secrets.bytes(familyKey), message), MARK_BYTES));
    }
}
