package io.confab.identity;

import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** Says on this node what a committed transaction changed: first to {@link Revocations}, then as CDI events. */
@Singleton
class Announcements {
    private final Revocations revocations;
    private final Event<Object> events;

    @Inject
    Announcements(Revocations revocations, Event<Object> events) {
        this.revocations = revocations;
        this.events = events;
    }

    void changed(UserId user, long rev) {
        events.fire(new AccountChanged(user, rev));
    }

    void ended(UserId user, List<SignInId> signIns, long rev) {
        signIns.forEach(revocations::revoked);
        signIns.forEach(signIn -> events.fire(new SignInEnded(user, signIn)));
        changed(user, rev);
    }

    void suspended(UserId user, Instant until, long rev) {
        revocations.suspended(user, until, rev);
        events.fire(new UserSuspended(user));
        changed(user, rev);
    }

    void restored(UserId user, long rev) {
        revocations.restored(user, rev);
        changed(user, rev);
    }
}
