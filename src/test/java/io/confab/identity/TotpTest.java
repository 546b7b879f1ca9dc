package io.confab.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.Authenticator;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
    private static final byte[] KEY = "12345678901234567890".getBytes(US_ASCII);
    private static final long NOW = 1_111_111_111_000L;

    /** RFC 6238 appendix B, SHA-1: its eight digits end in our six. */
    @ParameterizedTest
    @CsvSource({
        "59, 94287082",
        "1111111109, 07081804",
        "1111111111, 14050471",
        "1234567890, 89005924",
        "2000000000, 69279037",
        "20000000000, 65353130"
    })
    void codesAreThoseOfTheStandard(long seconds, String code) {
        assertThat(Totp.code(KEY, Totp.step(seconds * 1000))).isEqualTo(code.substring(2));
    }

    /** RFC 4648 section 10. */
    @ParameterizedTest
    @CsvSource({"f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB", "foobar, MZXW6YTBOI"})
    void secretsAreWrittenInTheBase32OfTheStandard(String plain, String text) {
        assertThat(Base32.text(plain.getBytes(US_ASCII))).isEqualTo(text);
    }

    @Test
    void anAuthenticatorThatWasGivenTheSecretShowsTheSameCode() {
        byte[] key = Secrets.randomBytes(Totp.KEY_BYTES);
        long step = Totp.step(System.currentTimeMillis());

        String shown = new Authenticator(Base32.text(key)).code();

        assertThat(shown).isIn(Totp.code(key, step), Totp.code(key, step + 1));
    }

    @Test
    void clockMayBeOneStepOffAndNoMore() {
        long step = Totp.step(NOW);

        for (int off = -1; off <= 1; off++) {
            assertThat(Totp.match(KEY, Totp.code(KEY, step + off), NOW, 0)).hasValue(step + off);
        }
        for (int off : new int[] {-2, 2}) {
            assertThat(Totp.match(KEY, Totp.code(KEY, step + off), NOW, 0)).isEmpty();
        }
    }

    @Test
    void codeThatCountedAndThoseBeforeItCountNoMore() {
        long step = Totp.step(NOW);

        assertThat(Totp.match(KEY, Totp.code(KEY, step), NOW, step)).isEmpty();
        assertThat(Totp.match(KEY, Totp.code(KEY, step - 1), NOW, step)).isEmpty();
        assertThat(Totp.match(KEY, Totp.code(KEY, step + 1), NOW, step)).isEqualTo(OptionalLong.of(step + 1));
    }

    @Test
    void addressIsWhatAuthenticatorAppsRead() {
        assertThat(Totp.address("chat of us", "ann", KEY))
                .isEqualTo("otpauth://totp/chat%20of%20us:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                        + "&issuer=chat%20of%20us&algorithm=SHA1&digits=6&period=30");
    }
}
