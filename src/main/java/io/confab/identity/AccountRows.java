package io.confab.identity;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Account rows within a transaction. */
final class AccountRows {
    private AccountRows() {}

    /** Locks the row ({@code for update}): whoever sends in this person's name waits, and then sees what was changed. */
    static Optional<AccountRow> lockIfThere(EntityManager em, UserId user) {
        return Optional.ofNullable(em.find(AccountRow.class, user.value(), LockModeType.PESSIMISTIC_WRITE));
    }

    /** {@link #lockIfThere} for several, in one statement and so in the order of ids, as the log takes them. */
    static void lockThoseThere(EntityManager em, UserId... users) {
        em.createNamedQuery("AccountRow.locked", AccountRow.class)
                .setParameter("ids", Stream.of(users).map(UserId::value).toList())
                .getResultList();
    }

    /** {@link #lockIfThere} for one that was there before: accounts are never deleted. */
    static AccountRow lock(EntityManager em, UserId user) {
        return lockIfThere(em, user).orElseThrow(() -> new IllegalStateException("account " + user + " is gone"));
    }

    static Optional<AccountRow> find(EntityManager em, UserId user) {
        return Optional.ofNullable(em.find(AccountRow.class, user.value()));
    }

    static Optional<AccountRow> byUsername(EntityManager em, String key) {
        return em.createNamedQuery("AccountRow.byUsername", AccountRow.class)
                .setParameter("username", key)
                .getResultStream()
                .findFirst();
    }

    /** What a suspended person is told. */
    static Refusal suspension(AccountRow account) {
        Long until = account.suspendedUntilMillis;
        return new Refusal.Forbidden(
                until == null || until >= Account.UNTIL_LIFTED.toEpochMilli()
                        ? "this account is suspended"
                        : "this account is suspended until " + Instant.ofEpochMilli(until));
    }
}
