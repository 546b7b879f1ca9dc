package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether somebody may act on others, as it stands in the transaction of the act. */
final class Acting {
    private Acting() {}

    /**
     * Why not; empty: they may. Of whom a second factor is asked may do nothing without one. The actor's account is locked:
     * what ends a sign-in, suspends, changes a role or removes a factor locks it too, so what is true here is true when the
     * act is committed.
     *
     * @param who in words, for those whose role is another: {@code an admin}
     */
    static Optional<Refusal> refusal(
            EntityManager em,
            Actor actor,
            long nowMillis,
            SignInSettings settings,
            Predicate<GlobalRole> role,
            String who)
            throws SQLException {
        Optional<AccountRow> account = AccountRows.find(em, actor.user());
        SignInRow signIn = em.find(SignInRow.class, actor.signIn().value());
        boolean signedIn = signIn != null
                && signIn.accountId.equals(actor.user().value())
                && signIn.livesAt(nowMillis, settings.idle());
        if (account.isEmpty() || !signedIn) {
            return Optional.of(new Refusal.Unauthorized("your sign-in has ended; sign in again"));
        }
        if (account.get().suspendedAt(nowMillis)) {
            return Optional.of(AccountRows.suspension(account.get()));
        }
        if (!role.test(account.get().role())) {
            return Optional.of(new Refusal.Forbidden("only " + who + " may do this"));
        }
        return FactorRows.isMissing(
                        em.unwrap(Connection.class), actor.user(), account.get().role())
                ? Optional.of(new Refusal.Forbidden(
                        "a second factor is asked of staff here: set yours up in the console first"))
                : Optional.empty();
    }
}
