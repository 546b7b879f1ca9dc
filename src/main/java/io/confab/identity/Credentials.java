package io.confab.identity;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proves a name and a password, with guessing slowed down (docs/adr/0030): a growing wait per account at one address, per
 * account from new addresses, and per address. An address from which the account has signed in before is not held up by
 * what others try against it, so an attacker cannot keep the owner out. A name that does not exist takes the same path and
 * the same time as a wrong password.
 */
@Singleton
class Credentials {
    private static final Refusal WRONG = new Refusal.Unauthorized("the name or the password is wrong");

    private final Transactions transactions;
    private final PasswordHashes hashes;
    private final Throttle devices;
    private final Throttle accounts;
    private final Throttle addresses;

    @Inject
    Credentials(Database database, PasswordHashes hashes, LoginSettings settings, Clock clock) {
        this(database.transactions(), hashes, settings, clock);
    }

    Credentials(Transactions transactions, PasswordHashes hashes, LoginSettings settings, Clock clock) {
        this.transactions = transactions;
        this.hashes = hashes;
        this.devices = new Throttle(settings, clock, settings.freePerDevice(), settings.maxWait());
        this.accounts = new Throttle(settings, clock, settings.freePerAccount(), settings.maxSharedWait());
        this.addresses = new Throttle(settings, clock, settings.freePerAddress(), settings.maxSharedWait());
    }

    /** @param storedHash what the password was checked against; @param rehashed what to store instead, if anything */
    record Proven(UserId user, String storedHash, @Nullable String rehashed) {}

    /** Refused with {@code rate_limited}, {@code unavailable} (too many hashes at once) or {@code unauthorized}. */
    Outcome<Proven> prove(String username, String password, String address) {
        String name = Usernames.key(username);
        String network = ClientAddress.network(address);
        if (Usernames.problem(username).isPresent() || isTooLong(password)) {
            return addresses
                    .attempt(network)
                    .map(Credentials::<Proven>slowDown)
                    .orElseGet(() -> Outcome.refused(WRONG));
        }
        Optional<Duration> wait = wait(name, network, address);
        if (wait.isPresent()) {
            return slowDown(wait.get());
        }
        Optional<Proven> stored = stored(name);
        return hashes.check(password, stored.map(Proven::storedHash).orElse(null))
                .then(check -> {
                    if (!check.right() || stored.isEmpty()) {
                        return Outcome.refused(WRONG);
                    }
                    forgive(name, network);
                    return Outcome.done(
                            new Proven(stored.get().user(), stored.get().storedHash(), check.rehashed()));
                });
    }

    private Optional<Duration> wait(String name, String network, String address) {
        Optional<Duration> wait = addresses.attempt(network).or(() -> devices.attempt(name + " " + network));
        if (wait.isPresent()) {
            return wait;
        }
        return accounts.attempt(name).filter(shared -> !hasSignedInFrom(name, address));
    }

    private void forgive(String name, String network) {
        addresses.forgive(network);
        devices.forget(name + " " + network);
        accounts.forgive(name);
    }

    private Optional<Proven> stored(String name) {
        return transactions.read((em, jdbc) ->
                AccountRows.byUsername(em, name).map(row -> new Proven(new UserId(row.id), row.passwordHash, null)));
    }

    /** Asked only while an account is being attacked; by the index on account_id. */
    private boolean hasSignedInFrom(String name, String address) {
        return transactions.read((em, jdbc) -> {
            try (var statement = jdbc.prepareStatement("select 1 from sign_in s join account a on a.id = s.account_id"
                    + " where a.username = ? and s.address = ? limit 1")) {
                statement.setString(1, name);
                statement.setString(2, address);
                try (var rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }

    private static boolean isTooLong(String password) {
        return password.codePointCount(0, password.length()) > Passwords.MAX_CHARACTERS;
    }

    private static <T> Outcome<T> slowDown(Duration wait) {
        return Outcome.refused(
                new Refusal.RateLimited("too many failed attempts; wait before the next one", wait, "login", 0));
    }
}
