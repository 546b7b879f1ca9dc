package io.confab.moderation;

import io.confab.identity.ConsoleSignIns;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Whether somebody may be in the console now, as {@link ConsoleSignIns} knows at this very request. Thread-safe. */
@Singleton
public class StaffDoor {
    private final ConsoleSignIns signIns;

    @Inject
    public StaffDoor(ConsoleSignIns signIns) {
        this.signIns = signIns;
    }

    /** Empty: no account, not staff (any more), suspended, or the sign-in has ended. */
    public Optional<StaffMember> admit(UserId user, SignInId signIn, String address) {
        return signIns.use(user, signIn).map(account -> new StaffMember(account, signIn, address));
    }
}
