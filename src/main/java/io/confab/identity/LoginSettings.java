package io.confab.identity;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * How guessing is slowed down. After the free failures each further one doubles the wait, from one second up.
 *
 * @param freePerDevice failures of one account from one address before the first wait
 * @param freePerAccount failures of one account from anywhere; addresses it has signed in from are not held up by it
 * @param freePerAddress failures from one address, whatever the account
 * @param maxWait longest wait of an account at one address
 * @param maxSharedWait longest wait of an account from new addresses, and of an address
 * @param forgottenAfter failures are forgotten after this long without another attempt
 * @param remembered how many accounts, and how many addresses, are remembered; the least used are forgotten first
 * @param freeRegistrations accounts that one address may make before it has to wait
 */
public record LoginSettings(
        int freePerDevice,
        int freePerAccount,
        int freePerAddress,
        Duration maxWait,
        Duration maxSharedWait,
        Duration forgottenAfter,
        int remembered,
        int freeRegistrations) {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    public static LoginSettings from(Configuration c) {
        return new LoginSettings(
                c.integer("confab.login.free-per-device", 5, 1, 1_000),
                c.integer("confab.login.free-per-account", 20, 1, 100_000),
                c.integer("confab.login.free-per-address", 100, 1, 1_000_000),
                c.duration("confab.login.max-wait", Duration.ofMinutes(5), ONE_SECOND, Duration.ofHours(1)),
                c.duration("confab.login.max-shared-wait", Duration.ofSeconds(30), ONE_SECOND, Duration.ofMinutes(5)),
                c.duration(
                        "confab.login.forgotten-after", Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofDays(1)),
                c.integer("confab.login.remembered", 100_000, 1_000, 10_000_000),
                c.integer("confab.registration.free-per-address", 300, 1, 10_000_000));
    }
}
