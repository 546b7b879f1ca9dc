package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is behind a console session: asked of the database at each request, so that the end of the sign-in, a suspension or
 * the loss of the role ends the session at once, however old it is and whatever it remembers. Thread-safe.
 */
@Singleton
public class ConsoleSignIns {
    private static final Duration USE_AGAIN = Duration.ofMinutes(1);
    // by the primary key; a row that ended meanwhile stays as it ended
    private static final String USED =
            "update sign_in set used_at = ? where id = ? and used_at < ? and ended_at is null";

    private final Transactions transactions;
    private final SignInSettings settings;

    @Inject
    public ConsoleSignIns(Database database, SignInSettings settings) {
        this.transactions = database.transactions();
        this.settings = settings;
    }

    /**
     * What was found of a sign-in at one request: kept in it, so that the mechanism and the console's filter ask once.
     *
     * @param usedLately it need not be marked as used
     */
    public record Found(SignInId signIn, Person person, boolean usedLately) {
        public static final String ATTRIBUTE = Found.class.getName();

        public boolean isOf(UserId user, SignInId which) {
            return person.account().id().equals(user) && signIn.equals(which);
        }
    }

    /** @param factorMissing their role asks for a second factor that they do not have */
    public record Person(Account account, boolean factorMissing) {
        /** Whether all of the console that their role has is open to them. */
        public boolean isStaff() {
            return account.role().isStaff() && !factorMissing;
        }
    }

    /**
     * The member of staff who is signed in; empty: not staff (any more), without the second factor that is asked of them,
     * suspended, or the sign-in is over.
     */
    public Optional<Account> find(UserId user, SignInId signIn) {
        return look(user, signIn).map(Found::person).filter(Person::isStaff).map(Person::account);
    }

    /** Whoever is signed in, staff or not. Empty: suspended, or the sign-in is over. */
    public Optional<Found> look(UserId user, SignInId signIn) {
        return transactions.read((em, jdbc) -> found(em, jdbc, user, signIn));
    }

    /**
     * Whoever is signed in, staff or not, and the sign-in counts as used: it has no refresh token that would say so. Empty:
     * suspended, or the sign-in is over.
     */
    public Optional<Person> use(UserId user, SignInId signIn) {
        return look(user, signIn).map(this::use);
    }

    /** Counts as used what was found at this very request. */
    public Person use(Found found) {
        if (!found.usedLately()) {
            transactions.write((em, jdbc) -> markUsed(jdbc, found.signIn()));
        }
        return found.person();
    }

    private Optional<Found> found(EntityManager em, Connection jdbc, UserId user, SignInId signIn) throws SQLException {
        SignInRow row = em.find(SignInRow.class, signIn.value());
        long now = DatabaseClock.nowMillis(jdbc);
        if (row == null || !row.accountId.equals(user.value()) || !row.livesAt(now, settings.idle())) {
            return Optional.empty();
        }
        boolean usedLately = now < row.usedAtMillis + useAgain().toMillis();
        Optional<AccountRow> account = AccountRows.find(em, user).filter(found -> !found.suspendedAt(now));
        if (account.isEmpty()) {
            return Optional.empty();
        }
        boolean factorMissing = FactorRows.isMissing(jdbc, user, account.get().role());
        return Optional.of(new Found(signIn, new Person(account.get().view(), factorMissing), usedLately));
    }

    private int markUsed(Connection jdbc, SignInId signIn) throws SQLException {
        long now = DatabaseClock.nowMillis(jdbc);
        try (var statement = jdbc.prepareStatement(USED)) {
            statement.setLong(1, now);
            statement.setString(2, signIn.value());
            statement.setLong(3, now);
            return statement.executeUpdate();
        }
    }

    /** Not at each click, but well within the time after which an unused sign-in is over. */
    private Duration useAgain() {
        Duration half = settings.idle().dividedBy(2);
        return half.compareTo(USE_AGAIN) < 0 ? half : USE_AGAIN;
    }
}
