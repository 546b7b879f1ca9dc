package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Sign-in rows within a transaction. */
final class SignInRows {
    private SignInRows() {}

    /** What a transaction ended, and the account as it stands after it. */
    record Ended(Account account, List<SignInId> signIns) {}

    /** The sign-ins of a person that live, the one used last first. */
    static List<SignInRow> living(EntityManager em, UserId user, long nowMillis, SignInSettings settings) {
        return em
                .createNamedQuery("SignInRow.ofAccount", SignInRow.class)
                .setParameter("account", user.value())
                .setMaxResults(settings.maxPerAccount())
                .getResultList()
                .stream()
                .filter(row -> row.livesAt(nowMillis, settings.idle()))
                .toList();
    }

    /** Ends those that live and match, and raises the account's counter if there were any. The account is locked. */
    static Ended end(
            EntityManager em, AccountRow account, long nowMillis, SignInSettings settings, Predicate<SignInRow> which) {
        var ended = new ArrayList<SignInId>();
        for (SignInRow row : living(em, new UserId(account.id), nowMillis, settings)) {
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

    /** Ends the ones used longest ago until one more has its place. */
    static List<SignInId> makeRoom(EntityManager em, AccountRow account, long nowMillis, SignInSettings settings) {
        List<SignInRow> living = living(em, new UserId(account.id), nowMillis, settings);
        if (living.size() < settings.maxPerAccount()) {
            return List.of();
        }
        List<SignInRow> last = living.subList(settings.maxPerAccount() - 1, living.size());
        last.forEach(row -> row.end(nowMillis));
        return last.stream().map(SignInRow::id).toList();
    }
}
