package io.confab.moderation;

import io.confab.identity.Account;
import io.confab.identity.Actor;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;

/**
 * A person of staff, or who moderates rooms of theirs, who is signed in to the console, as the database had them when the request came in.
 *
 * @param address where the request comes from
 * @param reach the rooms they see
 * @param factorMissing a second factor is asked of them that they do not have: they may set one up, and nothing else
 */
public record StaffMember(Account account, SignInId signIn, String address, Reach reach, boolean factorMissing) {
    /** Of staff, of whom nothing more is asked. */
    public StaffMember(Account account, SignInId signIn, String address) {
        this(account, signIn, address, Reach.ALL, false);
    }

    public UserId user() {
        return account.id();
    }

    public GlobalRole role() {
        return account.role();
    }

    /** Who acts, for acts on accounts. */
    public Actor actor() {
        return new Actor(user(), signIn, address);
    }
}
