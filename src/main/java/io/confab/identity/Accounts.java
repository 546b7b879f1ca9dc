package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import io.confab.store.Database;
import io.confab.store.LikePattern;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** People: they register, and can be found. What staff do to an account is {@link AccountActs}. Thread-safe. */
@Singleton
public class Accounts {
    private static final int MAX_PAGE = 100;
    private static final int MAX_FOUND = 1_000;
    /** The server itself is none of them. */
    private static final String PEOPLE = " where id <> '" + UserId.SERVER + "'";
    /** Each branch by its own index (account_username, account_name), and bounded. */
    private static final String NAMED = " and id in ((select id from account where username like ? escape '!' order by"
            + " username limit " + MAX_FOUND
            + ") union (select id from account where name_key like ? escape '!' order"
            + " by name_key limit " + MAX_FOUND + "))";

    private static final Refusal CLOSED = new Refusal.Forbidden("registration is closed");
    private static final Refusal NO_INVITE = new Refusal.Forbidden("registration needs a valid invite");

    private final Transactions transactions;
    private final PasswordHashes hashes;
    private final RegistrationMode unlessDecided;
    private final Throttle registrations;
    private final Ids ids = new Ids();

    @Inject
    Accounts(Database database, PasswordHashes hashes, IdentitySettings settings, LoginSettings logins) {
        this(database.transactions(), hashes, settings.registration(), logins, System::nanoTime);
    }

    Accounts(
            Transactions transactions,
            PasswordHashes hashes,
            RegistrationMode unlessDecided,
            LoginSettings settings,
            LongSupplier nanos) {
        this.transactions = transactions;
        this.hashes = hashes;
        this.unlessDecided = unlessDecided;
        this.registrations = new Throttle(settings, nanos, settings.freeRegistrations(), settings.maxSharedWait());
    }

    /** What somebody who registers asks for; {@code displayName}: the username when not given. */
    public record Registration(
            String username,
            String password,
            @Nullable String displayName,
            @Nullable String invite) {
        @Override
        public String toString() {
            return "Registration[" + username + "]"; // never the password or the invite
        }
    }

    /**
     * Makes an account. Refused with {@code bad_request} (a name or password that is not taken), {@code forbidden}
     * (closed, or no valid invite), {@code conflict} (the username exists), {@code rate_limited} or {@code unavailable}.
     *
     * @param address where the request comes from
     */
    public Outcome<Account> register(Registration wish, String address) {
        RegistrationMode now = transactions.read((em, jdbc) -> mode(jdbc));
        Optional<Refusal> problem =
                modeProblem(now, wish).or(() -> problem(wish)).or(() -> tooMany(address));
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        return hashes.hash(wish.password()).then(hash -> insert(wish, hash));
    }

    public Optional<Account> find(UserId user) {
        return transactions.read((em, jdbc) -> AccountRows.find(em, user).map(AccountRow::view));
    }

    /** By username, without case. */
    public Optional<Account> findByUsername(String username) {
        return transactions.read((em, jdbc) ->
                AccountRows.byUsername(em, Usernames.key(username)).map(AccountRow::view));
    }

    /** Those of at most {@value #MAX_PAGE} ids that exist, in no order. */
    public List<Account> find(Collection<UserId> users) {
        if (users.size() > MAX_PAGE) {
            throw new IllegalArgumentException(users.size() + " accounts asked for at once, at most " + MAX_PAGE);
        }
        return users.isEmpty()
                ? List.of()
                : transactions.read((em, jdbc) -> em.createNamedQuery("AccountRow.byIds", AccountRow.class)
                        .setParameter("ids", users.stream().map(UserId::value).toList())
                        .getResultStream()
                        .map(AccountRow::view)
                        .toList());
    }

    /**
     * People whose username or display name begins with {@code q} (all when it is empty), without case, by username; of
     * more than {@value #MAX_FOUND} by one of the two names, the first by that name.
     *
     * @param limit rows at most; @param offset how many to leave out
     */
    public List<Account> search(String q, int limit, int offset) {
        String sql = "select * from account" + (q.isEmpty() ? PEOPLE : PEOPLE + NAMED)
                + " order by username limit ? offset ?";
        var values = new ArrayList<Object>();
        if (!q.isEmpty()) {
            String prefix = LikePattern.startingWith(Usernames.key(q));
            values.addAll(List.of(prefix, prefix));
        }
        values.addAll(List.of(limit, offset));
        return transactions.read((em, jdbc) -> {
            var query = em.createNativeQuery(sql, AccountRow.class);
            for (int i = 0; i < values.size(); i++) {
                query.setParameter(i + 1, values.get(i));
            }
            return Stream.of(query.getResultList().toArray())
                    .map(row -> ((AccountRow) row).view())
                    .toList();
        });
    }

    private RegistrationMode mode(Connection jdbc) throws SQLException {
        return RegistrationPolicy.decided(jdbc).orElse(unlessDecided);
    }

    private Optional<Refusal> modeProblem(RegistrationMode mode, Registration wish) {
        return switch (mode) {
            case OPEN -> Optional.empty();
            case CLOSED -> Optional.of(CLOSED);
            // asked before the costly hash; taken for good in the transaction of the account
            case INVITE -> invite(wish).filter(this::isOpen).isPresent() ? Optional.empty() : Optional.of(NO_INVITE);
        };
    }

    private static Optional<String> invite(Registration wish) {
        return Optional.ofNullable(wish.invite()).filter(code -> code.length() <= Invites.MAX_CHARACTERS);
    }

    private boolean isOpen(String code) {
        return transactions.read((em, jdbc) -> Invites.isOpen(jdbc, code));
    }

    private static Optional<Refusal> problem(Registration wish) {
        return Usernames.problem(wish.username())
                .or(() -> Passwords.problem(Usernames.key(wish.username()), wish.password()))
                .or(() -> VisibleText.nameProblem("display_name", displayName(wish), Account.MAX_DISPLAY_NAME));
    }

    private Optional<Refusal> tooMany(String address) {
        return registrations.attempt(ClientAddress.network(address)).map(Accounts::slowDown);
    }

    private static Refusal slowDown(Duration wait) {
        return new Refusal.RateLimited(
                "too many registrations from this address", wait, "registration", 0, Duration.ZERO);
    }

    private static String displayName(Registration wish) {
        return wish.displayName() == null ? wish.username() : wish.displayName();
    }

    private Outcome<Account> insert(Registration wish, String hash) {
        UserId id = ids.user();
        try {
            return transactions.write((em, jdbc) -> {
                RegistrationMode mode = mode(jdbc);
                if (mode == RegistrationMode.CLOSED) {
                    return Outcome.refused(CLOSED); // an admin decided it meanwhile
                }
                if (mode == RegistrationMode.INVITE && !Invites.take(jdbc, String.valueOf(wish.invite()), id)) {
                    return Outcome.refused(NO_INVITE);
                }
                var row = new AccountRow(
                        id,
                        Usernames.key(wish.username()),
                        displayName(wish),
                        hash,
                        GlobalRole.USER,
                        DatabaseClock.nowMillis(jdbc));
                em.persist(row);
                return Outcome.done(row.view());
            });
        } catch (StoreFailure.UniqueViolation e) {
            return Outcome.refused(new Refusal.Conflict("the username is taken"));
        }
    }
}
