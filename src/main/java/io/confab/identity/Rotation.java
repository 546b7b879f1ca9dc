package io.confab.identity;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Transactions;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Exchanges a refresh token for its successor, once: two nodes that are shown the same token race for the row's lock, and
 * the second finds it used a moment ago and gives the same successor (docs/adr/0031).
 */
final class Rotation {
    private static final Refusal NOT_GOOD = new Refusal.Unauthorized("the refresh token is not valid; sign in again");

    private final Transactions transactions;
    private final SignInSettings settings;

    Rotation(Transactions transactions, SignInSettings settings) {
        this.transactions = transactions;
        this.settings = settings;
    }

    sealed interface Turned {
        record Next(Account account, RefreshToken refresh) implements Turned {}

        record Refused(Refusal refusal) implements Turned {}

        /** An old token was shown again: somebody else may hold one of this family, so the whole family has to end. */
        record Reused(UserId user, Refusal refusal) implements Turned {}
    }

    Turned turn(RefreshToken shown) {
        return transactions.write((em, jdbc) -> turn(em, jdbc, shown));
    }

    private Turned turn(EntityManager em, Connection jdbc, RefreshToken shown) throws SQLException {
        SignInRow row = em.find(SignInRow.class, shown.signIn().value(), LockModeType.PESSIMISTIC_WRITE);
        long now = DatabaseClock.nowMillis(jdbc);
        if (row == null || !row.livesAt(now, settings.idle())) {
            return new Turned.Refused(NOT_GOOD);
        }
        var user = new UserId(row.accountId);
        AccountRow account =
                AccountRows.find(em, user).orElseThrow(() -> new IllegalStateException("account " + user + " is gone"));
        if (account.suspendedAt(now)) {
            return new Turned.Refused(AccountRows.suspension(account));
        }
        return switch (row.match(shown, now, settings.grace())) {
            case CURRENT -> new Turned.Next(account.view(), row.rotate(shown, now));
            case IN_GRACE -> new Turned.Next(account.view(), row.again(shown));
            case REUSED -> new Turned.Reused(user, NOT_GOOD);
            case MADE_UP -> new Turned.Refused(NOT_GOOD);
        };
    }
}
