package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import jakarta.persistence.EntityManager;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether somebody may act on others, as it stands in the transaction of the act. */
final class Acting {
    private Acting() {}

    /**
     * Why not; empty: they may. The actor's account is locked: what ends a sign-in, suspends or changes a role locks it
     * too, so what is true here is true when the act is committed.
     *
     * @param who in words, for those whose role is another: {@code an admin}
     */
    static Optional<Refusal> refusal(
            EntityManager em,
            Actor actor,
            long nowMillis,
            SignInSettings settings,
            Predicate<GlobalRole> role,
            String who) {
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
        return role.test(account.get().role())
                ? Optional.empty()
                : Optional.of(new Refusal.Forbidden("only " + who + " may do this"));
    }
}
