package io.confab.identity;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Proves a name and a password, with guessing slowed down (docs/adr/0030): a growing wait per account at one address, per
 * account from new addresses, and per address. A network from which the account has signed in before is held up neither by
 * what others try against it nor by what others try from there, and for its own failures no longer than others, so an
 * attacker cannot keep the owner out, unless from the owner's own network: while somebody there goes on guessing, the
 * owner's try competes with theirs. What nobody got to judge does not count. A name that does not exist takes the same path and
 * the same time as a wrong password.
 */
@Singleton
class Credentials {
    private static final Refusal WRONG = new Refusal.Unauthorized("the name or the password is wrong");

    /** Sign-ins of an account that are looked at for where it has been. */
    private static final int REMEMBERED = 500;

    private final Transactions transactions;
    private final PasswordHashes hashes;
    private final Throttle devices;
    private final Throttle accounts;
    private final Throttle addresses;
    private final Duration maxSharedWait;

    @Inject
    Credentials(Database database, PasswordHashes hashes, LoginSettings settings) {
        this(database.transactions(), hashes, settings, System::nanoTime);
    }

    Credentials(Transactions transactions, PasswordHashes hashes, LoginSettings settings, LongSupplier nanos) {
        this.transactions = transactions;
        this.hashes = hashes;
        this.maxSharedWait = settings.maxSharedWait();
        this.devices = new Throttle(settings, nanos, settings.freePerDevice(), settings.maxWait());
        this.accounts = new Throttle(settings, nanos, settings.freePerAccount(), maxSharedWait);
        this.addresses = new Throttle(settings, nanos, settings.freePerAddress(), maxSharedWait);
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
        var attempt = new Attempt(name, network);
        boolean wrong = false;
        try {
            Optional<Duration> wait = begin(attempt);
            if (wait.isPresent()) {
                return slowDown(wait.get());
            }
            Optional<Proven> stored = stored(name);
            Outcome<Proven> checked = hashes.check(
                            password, stored.map(Proven::storedHash).orElse(null))
                    .then(check -> proven(check, stored));
            wrong = checked instanceof Outcome.Refused<Proven>(Refusal refusal) && refusal.equals(WRONG);
            if (checked instanceof Outcome.Done) {
                devices.forget(attempt.device);
            }
            // told as everybody is told who waits here: else the answer would show who has signed in from here before
            return wrong && attempt.othersWait.isPresent() ? slowDown(attempt.othersWait.get()) : checked;
        } finally {
            if (!wrong) { // right, or nobody got to judge it: too many at once, the database away
                attempt.takeBack();
            }
        }
    }

    private static Outcome<Proven> proven(PasswordHashes.Check check, Optional<Proven> stored) {
        return stored.filter(ignored -> check.right())
                .map(known -> Outcome.done(new Proven(known.user(), known.storedHash(), check.rehashed())))
                .orElse(Outcome.refused(WRONG));
    }

    /** One try, and where it is counted. */
    private static final class Attempt {
        private final String name;
        private final String network;
        private final String device;
        private final Map<Throttle, String> counted = new HashMap<>();
        /** What somebody else would have to wait, since others have failed here or with this name. */
        private Optional<Duration> othersWait = Optional.empty();

        Attempt(String name, String network) {
            this.name = name;
            this.network = network;
            this.device = name + " " + network;
        }

        Optional<Duration> countedWith(Throttle throttle, String key, Duration most) {
            Optional<Duration> wait = throttle.attempt(key, most);
            if (wait.isEmpty()) {
                counted.put(throttle, key);
            }
            return wait;
        }

        void takeBack() {
            counted.forEach(Throttle::forgive);
        }
    }

    /** Counts it, or says how long it must wait. */
    private Optional<Duration> begin(Attempt attempt) {
        boolean atHome = false;
        Optional<Duration> wait = attempt.countedWith(devices, attempt.device, devices.maxWait());
        if (wait.isPresent()) {
            // perhaps a colleague behind the same address failed, who can do no more to the owner than anybody else
            atHome = hasSignedInFrom(attempt.name, attempt.network);
            wait = atHome ? attempt.countedWith(devices, attempt.device, maxSharedWait) : wait;
            if (wait.isPresent()) {
                return wait;
            }
        }
        Optional<Duration> ofAddress = attempt.countedWith(addresses, attempt.network, maxSharedWait);
        Optional<Duration> ofAccount = attempt.countedWith(accounts, attempt.name, maxSharedWait);
        attempt.othersWait = ofAddress.or(() -> ofAccount);
        boolean free = attempt.othersWait.isEmpty() || atHome || hasSignedInFrom(attempt.name, attempt.network);
        return free ? Optional.empty() : attempt.othersWait;
    }

    private Optional<Proven> stored(String name) {
        return transactions.read((em, jdbc) ->
                AccountRows.byUsername(em, name).map(row -> new Proven(new UserId(row.id), row.passwordHash, null)));
    }

    /**
     * Asked only while an account or an address is slowed down; by the index on account_id. By network: an IPv6 owner is at
     * another address each day.
     */
    private boolean hasSignedInFrom(String name, String network) {
        return transactions.read((em, jdbc) -> {
            try (var statement = jdbc.prepareStatement("select s.address from sign_in s join account a"
                    + " on a.id = s.account_id where a.username = ? order by s.used_at desc limit " + REMEMBERED)) {
                statement.setString(1, name);
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        if (ClientAddress.network(rows.getString(1)).equals(network)) {
                            return true;
                        }
                    }
                    return false;
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
