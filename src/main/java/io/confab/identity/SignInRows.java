package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Sign-in rows within a transaction. */
final class SignInRows {
    /** Of one person; whoever signs in again and again fills no table. */
    static final int MOST_ENDED = 100;

    private static final int FORGOTTEN_AT_ONCE = 100;
    /** Longer than any access token lives: other nodes must know which were revoked. */
    private static final Duration TOKENS_GONE = Duration.ofHours(2);

    private SignInRows() {}

    /** What a transaction ended, and the account as it stands after it. */
    record Ended(Account account, List<SignInId> signIns) {}

    /** The sign-ins of a person that live, the one used last first: more than a person may have once that was lowered. */
    static List<SignInRow> list(EntityManager em, UserId user, long nowMillis, SignInSettings settings) {
        return living(em, user, nowMillis, settings).getResultList();
    }

    private static TypedQuery<SignInRow> living(
            EntityManager em, UserId user, long nowMillis, SignInSettings settings) {
        return em.createNamedQuery("SignInRow.living", SignInRow.class)
                .setParameter("account", user.value())
                .setParameter("now", nowMillis)
                .setParameter("idleSince", nowMillis - settings.idle().toMillis());
    }

    /** Ends those that live and match, and raises the account's counter if there were any. The account is locked. */
    static Ended end(
            EntityManager em, AccountRow account, long nowMillis, SignInSettings settings, Predicate<SignInRow> which) {
        var ended = new ArrayList<SignInId>();
        for (SignInRow row :
                living(em, new UserId(account.id), nowMillis, settings).getResultList()) {
            if (which.test(row)) {
                row.end(nowMillis);
                ended.add(row.id());
            }
        }
        if (!ended.isEmpty()) {
            account.raise(nowMillis);
        }
        return new Ended(account.view(), List.copyOf(ended));
    }

    /** Deletes what ended before the last of it; by the index on account_id. The account is locked. */
    static void forgetMostEnded(Connection jdbc, AccountRow account, long nowMillis) throws SQLException {
        try (var select = jdbc.prepareStatement("select id from sign_in where account_id = ? and ended_at < ?"
                        + " order by ended_at desc, id");
                var delete = jdbc.prepareStatement("delete from sign_in where id = ?")) {
            select.setString(1, account.id);
            select.setLong(2, nowMillis - TOKENS_GONE.toMillis());
            select.setMaxRows(MOST_ENDED + FORGOTTEN_AT_ONCE);
            try (var rows = select.executeQuery()) {
                for (int row = 1; rows.next(); row++) {
                    if (row > MOST_ENDED) {
                        delete.setString(1, rows.getString(1));
                        delete.addBatch();
                    }
                }
            }
            delete.executeBatch();
        }
    }

    /** Ends the ones used longest ago until one more has its place. */
    static List<SignInId> makeRoom(EntityManager em, AccountRow account, long nowMillis, SignInSettings settings) {
        List<SignInRow> living =
                living(em, new UserId(account.id), nowMillis, settings).getResultList();
        if (living.size() < settings.maxPerAccount()) {
            return List.of();
        }
        List<SignInRow> last = living.subList(settings.maxPerAccount() - 1, living.size());
        last.forEach(row -> row.end(nowMillis));
        return last.stream().map(SignInRow::id).toList();
    }
}
