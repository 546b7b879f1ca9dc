package io.confab.identity;

import io.confab.kernel.Configuration;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may come in, and from where.
 *
 * @param registration who may make an account
 * @param proxies addresses of balancers whose {@code X-Forwarded-For} is believed
 * @param adminPassword of the account {@code admin}, which is made with it when there is none
 */
public record IdentitySettings(RegistrationMode registration, Set<String> proxies, Optional<String> adminPassword) {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern MAY_BE_IPV6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");

    public static IdentitySettings from(Configuration c) {
        return new IdentitySettings(
                c.choice("confab.registration", RegistrationMode.INVITE),
                Set.copyOf(c.list("confab.proxies", IdentitySettings::isAddress, "IP addresses, separated by commas")),
                c.secret(
                        "confab.admin.password",
                        password ->
                                Passwords.problem(FirstAdmin.USERNAME, password).isEmpty(),
                        Passwords.MIN_CHARACTERS + " to " + Passwords.MAX_CHARACTERS
                                + " characters, none of the passwords that are guessed first"));
    }

    private static boolean isAddress(String text) {
        if (!MAY_BE_IPV6.matcher(text).matches()) {
            return IPV4.matcher(text).matches();
        }
        try {
            InetAddress.getByName(text); // with a colon it is taken as an address: no name is looked up
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "IdentitySettings[registration=" + registration + "]"; // never the password
    }
}
