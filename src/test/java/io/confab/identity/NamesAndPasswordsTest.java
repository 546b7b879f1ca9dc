package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesAndPasswordsTest {
    @ParameterizedTest
    @ValueSource(strings = {"ab", "Ann", "ann.lee", "a_b-c", "0x", "abcdefghijklmnopqrstuvwxyz012345"})
    void usernamesOfTheFormAreTaken(String name) {
        assertThat(Usernames.problem(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "ann.",
                "a b",
                "ann@home",
                "änn",
                "a\u0000b",
                "ann\n",
                "abcdefghijklmnopqrstuvwxyz0123456"
            })
    void otherUsernamesAreRefused(String name) {
        assertThat(Usernames.problem(name)).containsInstanceOf(Refusal.BadRequest.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"eightchr", "        x", "correct horse battery staple", "пароль-пароль", "😀😀😀😀😀😀😀😀"})
    void longEnoughPasswordsAreTakenWhateverTheyAreMadeOf(String password) {
        assertThat(Passwords.problem("ann", password)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "seven77", "😀😀😀😀😀😀😀", "PassWord1", "annannann"})
    void passwordsTooShortOrGuessedFirstAreRefused(String password) {
        assertThat(Passwords.problem("annannann", password)).containsInstanceOf(Refusal.BadRequest.class);
    }

    @Test
    void longestPasswordHas256Characters() {
        assertThat(Passwords.problem("ann", "x".repeat(256))).isEmpty();
        assertThat(Passwords.problem("ann", "x".repeat(257))).isPresent();
    }
}
