package io.confab.identity;

import io.confab.kernel.Configuration;
import java.util.List;
import java.util.Optional;

/**
 * Who may come in, and from where.
 *
 * @param registration who may make an account
 * @param proxies addresses of balancers whose {@code X-Forwarded-For} is believed: whoever has one of them is whoever they say
 * @param adminPassword of the account {@code admin}, which is made with it when there is none
 */
public record IdentitySettings(
        RegistrationMode registration, List<AddressBlock> proxies, Optional<String> adminPassword) {
    public static IdentitySettings from(Configuration c) {
        return new IdentitySettings(
                c.choice("confab.registration", RegistrationMode.INVITE),
                c
                        .list(
                                "confab.proxies",
                                text -> AddressBlock.of(text).isPresent(),
                                "IP addresses or blocks of them, as 10.0.0.8/30, separated by commas")
                        .stream()
                        .flatMap(text -> AddressBlock.of(text).stream())
                        .toList(),
                c.secret(
                        "confab.admin.password",
                        password ->
                                Passwords.problem(FirstAdmin.USERNAME, password).isEmpty(),
                        Passwords.MIN_CHARACTERS + " to " + Passwords.MAX_CHARACTERS
                                + " characters, none of the passwords that are guessed first"));
    }

    @Override
    public String toString() {
        return "IdentitySettings[registration=" + registration + "]"; // never the password
    }
}
