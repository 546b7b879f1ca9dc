package io.confab.moderation;

import io.confab.identity.Account;
import io.confab.identity.Accounts;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/**
 * Whether somebody may be in the console now: asked of the database at each request, so that a demotion, a suspension or
 * the end of a sign-in holds at once, whatever the session remembers. Thread-safe.
 */
@Singleton
public class StaffDoor {
    // by the primary key
    private static final String LIVE =
            "select 1 from sign_in where id = ? and account_id = ? and ended_at is null and expires_at > ?";

    private final Accounts accounts;
    private final Reads reads;
    private final Clock clock;

    @Inject
    public StaffDoor(Accounts accounts, Database database, Clock clock) {
        this.accounts = accounts;
        this.reads = database.reads();
        this.clock = clock;
    }

    /** Empty: no account, not staff (any more), suspended, or the sign-in has ended. */
    public Optional<StaffMember> admit(UserId user, SignInId signIn, String address) {
        return accounts.find(user)
                .filter(this::isStaff)
                .filter(account -> isLive(user, signIn))
                .map(account -> new StaffMember(account, signIn, address));
    }

    private boolean isStaff(Account account) {
        return account.role().isStaff() && !account.suspendedAt(clock.instant());
    }

    private boolean isLive(UserId user, SignInId signIn) {
        return reads.first(LIVE, row -> true, signIn.value(), user.value(), clock.millis())
                .isPresent();
    }
}
