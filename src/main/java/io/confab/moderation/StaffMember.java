package io.confab.moderation;

import io.confab.identity.Account;
import io.confab.identity.Actor;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;

/**
 * A person of staff who is signed in to the console, as the database had them when the request came in.
 *
 * @param address where the request comes from
 */
public record StaffMember(Account account, SignInId signIn, String address) {
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
