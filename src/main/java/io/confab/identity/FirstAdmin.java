package io.confab.identity;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the first admin comes to be, in every profile alike: from {@code confab.admin.password}, or, when that makes none, by a
 * one-time setup code that is printed in the log. There is no default password. Thread-safe.
 */
@Singleton
public class FirstAdmin {
    static final String USERNAME = "admin";
    private static final Duration CODE_LIFE = Duration.ofHours(1);
    private static final int MAX_CODE = 64;
    private static final System.Logger LOG = System.getLogger(FirstAdmin.class.getName());
    private static final Refusal WRONG_CODE = new Refusal.Forbidden("the setup code is wrong or has run out");

    private final Transactions transactions;
    private final PasswordHashes hashes;
    private final Optional<String> password;
    private final Ids ids = new Ids();

    @Inject
    FirstAdmin(Database database, PasswordHashes hashes, IdentitySettings settings) {
        this(database.transactions(), hashes, settings.adminPassword());
    }

    /** @param password of the account {@code admin}, if one is given */
    FirstAdmin(Transactions transactions, PasswordHashes hashes, Optional<String> password) {
        this.transactions = transactions;
        this.hashes = hashes;
        this.password = password;
    }

    /**
     * Makes the account {@code admin} if a password is given and the account does not exist; an existing one is left as it
     * is. If there is no admin after that: makes a setup code, stores its hash, and gives it to be shown once.
     */
    Optional<String> start() {
        password.ifPresent(this::createWithPassword);
        Optional<String> code =
                transactions.write((em, jdbc) -> adminExists(em) ? Optional.empty() : Optional.of(newCode(jdbc)));
        if (code.isPresent() && password.isPresent()) {
            LOG.log(
                    Level.WARNING,
                    "confab.admin.password made no admin: the account {0} is there already, with another role",
                    USERNAME);
        }
        return code;
    }

    /** Whether there is an admin: then there is nothing to set up. */
    public boolean isDone() {
        return transactions.read((em, jdbc) -> adminExists(em));
    }

    /**
     * Makes the first admin for whoever read the code in the log. Refused with {@code forbidden} (wrong, used or old code, or
     * there is an admin already), {@code bad_request}, {@code conflict} or {@code unavailable}.
     */
    public Outcome<Account> setUp(String code, String username, String newPassword, String address) {
        if (code.length() > MAX_CODE || !isOpen(code)) {
            return Outcome.refused(WRONG_CODE);
        }
        Optional<Refusal> problem =
                Usernames.problem(username).or(() -> Passwords.problem(Usernames.key(username), newPassword));
        return problem.isPresent()
                ? Outcome.refused(problem.get())
                : hashes.hash(newPassword).then(hash -> create(code, Usernames.key(username), hash, address));
    }

    private void createWithPassword(String given) {
        if (transactions.read((em, jdbc) -> AccountRows.byUsername(em, USERNAME).isPresent())) {
            return;
        }
        String hash = switch (hashes.hash(given)) {
            case Outcome.Done<String>(String made) -> made;
            case Outcome.Refused<String>(Refusal refusal) ->
                throw new IllegalStateException("account admin cannot be made: " + refusal.message());
        };
        try {
            transactions.write((em, jdbc) -> insert(em, jdbc, USERNAME, hash, null));
            LOG.log(Level.INFO, "account admin made with the password of confab.admin.password");
        } catch (StoreFailure.UniqueViolation e) {
            LOG.log(Level.DEBUG, "another node made the account admin first");
        }
    }

    private Outcome<Account> create(String code, String username, String hash, String address) {
        try {
            return transactions.write((em, jdbc) -> adminExists(em) || !take(jdbc, code)
                    ? Outcome.refused(WRONG_CODE)
                    : Outcome.done(insert(em, jdbc, username, hash, address)));
        } catch (StoreFailure.UniqueViolation e) {
            return Outcome.refused(new Refusal.Conflict("the username is taken"));
        }
    }

    private Account insert(EntityManager em, Connection jdbc, String username, String hash, @Nullable String address)
            throws SQLException {
        UserId id = ids.user();
        var row = new AccountRow(id, username, username, hash, GlobalRole.ADMIN, DatabaseClock.nowMillis(jdbc));
        em.persist(row);
        em.flush(); // the account first: of two nodes, one fails here
        AuditTrail.record(jdbc, new AuditLine(null, AuditAct.FIRST_ADMIN, id.value(), null, "admin", null, address));
        return row.view();
    }

    private static boolean adminExists(EntityManager em) {
        return em.createNamedQuery("AccountRow.countOfRole", Long.class)
                        .setParameter("role", GlobalRole.ADMIN.word())
                        .getSingleResult()
                > 0;
    }

    /** Each node that starts has its own code, so that the one printed last on any of them works. */
    private static String newCode(Connection jdbc) throws SQLException {
        String code = Secrets.random();
        try (var old = jdbc.prepareStatement("delete from setup_code where expires_at <= " + DatabaseClock.NOW);
                var fresh = jdbc.prepareStatement("insert into setup_code (code_hash, expires_at) values (?, ?)")) {
            old.executeUpdate();
            fresh.setString(1, Secrets.hash(code));
            fresh.setLong(2, DatabaseClock.nowMillis(jdbc) + CODE_LIFE.toMillis());
            fresh.executeUpdate();
        }
        return code;
    }

    /** Uses the code up, and with it all others: of two who try at once with one code, one gets it. */
    private static boolean take(Connection jdbc, String code) throws SQLException {
        try (var mine = jdbc.prepareStatement(
                        "delete from setup_code where code_hash = ? and expires_at > " + DatabaseClock.NOW);
                var others = jdbc.prepareStatement("delete from setup_code")) {
            mine.setString(1, Secrets.hash(code));
            if (mine.executeUpdate() == 0) {
                return false;
            }
            others.executeUpdate();
            return true;
        }
    }

    private boolean isOpen(String code) {
        return transactions.read((em, jdbc) -> {
            try (var statement = jdbc.prepareStatement(
                    "select 1 from setup_code where code_hash = ? and expires_at > " + DatabaseClock.NOW)) {
                statement.setString(1, Secrets.hash(code));
                try (var rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }
}
