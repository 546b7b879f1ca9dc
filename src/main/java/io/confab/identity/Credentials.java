package io.confab.identity;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proves a name and a password, with guessing slowed down (docs/adr/0030): a growing wait per account at one address, per
 * account from new addresses, and per address. An address from which the account has signed in before is held up neither by
 * what others try against it nor by what others try from there, so an attacker cannot keep the owner out. A name that does not exist takes the same path and
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
        Attempt attempt = attempt(name, network, address);
        if (attempt.refusedFor().isPresent()) {
            return slowDown(attempt.refusedFor().get());
        }
        Optional<Proven> stored = stored(name);
        var checked = hashes.check(password, stored.map(Proven::storedHash).orElse(null));
        if (checked instanceof Outcome.Refused) {
            takeBack(attempt); // too many at once: nobody has guessed anything
        }
        return checked.then(check -> {
            if (!check.right() || stored.isEmpty()) {
                return Outcome.refused(WRONG);
            }
            takeBack(attempt);
            devices.forget(attempt.device());
            return Outcome.done(new Proven(stored.get().user(), stored.get().storedHash(), check.rehashed()));
        });
    }

    /** One try. @param counted where, and by which key @param refusedFor how long it must wait; then nothing is counted */
    private record Attempt(String device, Map<Throttle, String> counted, Optional<Duration> refusedFor) {}

    private Attempt attempt(String name, String network, String address) {
        String device = name + " " + network;
        Map<Throttle, String> counted = new HashMap<>();
        Optional<Duration> wait = count(devices, device, counted);
        if (wait.isPresent()) {
            return new Attempt(device, Map.of(), wait);
        }
        Optional<Duration> ofAddress = count(addresses, network, counted);
        Optional<Duration> ofAccount = count(accounts, name, counted);
        wait = ofAddress.or(() -> ofAccount);
        if (wait.isPresent() && !hasSignedInFrom(name, address)) {
            var refused = new Attempt(device, counted, wait);
            takeBack(refused);
            return refused;
        }
        return new Attempt(device, counted, Optional.empty());
    }

    private static Optional<Duration> count(Throttle throttle, String key, Map<Throttle, String> counted) {
        Optional<Duration> wait = throttle.attempt(key);
        if (wait.isEmpty()) {
            counted.put(throttle, key);
        }
        return wait;
    }

    private static void takeBack(Attempt attempt) {
        attempt.counted().forEach(Throttle::forgive);
    }

    private Optional<Proven> stored(String name) {
        return transactions.read((em, jdbc) ->
                AccountRows.byUsername(em, name).map(row -> new Proven(new UserId(row.id), row.passwordHash, null)));
    }

    /** Asked only while an account or an address is slowed down; by the index on account_id. */
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
        return Outcome.refused(new Refusal.RateLimited(
                "too many failed attempts; wait before the next one", wait, "login", 0, Duration.ZERO));
    }
}
