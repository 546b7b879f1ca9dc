package io.confab.identity;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Whether somebody may act as staff, as it stands in a transaction that writes more than accounts: what ends a sign-in or
 * changes a role waits for it, or it sees what that did. Thread-safe.
 */
@Singleton
public class StaffRight {
    private final SignInSettings settings;

    @Inject
    public StaffRight(SignInSettings settings) {
        this.settings = settings;
    }

    /** Why they may not; empty: they moderate. Locks the account: call it first in the transaction. */
    public Optional<Refusal> refusal(EntityManager em, Connection jdbc, Actor actor) throws SQLException {
        return refusal(em, jdbc, actor, actor.user());
    }

    /** Likewise, and locks the account of whom it is about too, in the order of their ids. */
    public Optional<Refusal> refusal(EntityManager em, Connection jdbc, Actor actor, UserId about) throws SQLException {
        AccountRows.lockThoseThere(em, actor.user(), about);
        return Acting.refusal(em, actor, DatabaseClock.nowMillis(jdbc), settings, GlobalRole::moderates, "a moderator");
    }

    /**
     * Likewise of somebody who is no staff and acts by what they are in one room, which is to be asked next: whose role is
     * another by now comes in as that. Locks both accounts.
     */
    public Optional<Refusal> refusalInRoom(EntityManager em, Connection jdbc, Actor actor, UserId about)
            throws SQLException {
        AccountRows.lockThoseThere(em, actor.user(), about);
        return Acting.refusal(
                em, actor, DatabaseClock.nowMillis(jdbc), settings, role -> !role.isStaff(), "a moderator of the room");
    }

    /** Likewise, for what only admins do. */
    public Optional<Refusal> refusalButAdmins(EntityManager em, Connection jdbc, Actor actor) throws SQLException {
        AccountRows.lockThoseThere(em, actor.user());
        return Acting.refusal(
                em, actor, DatabaseClock.nowMillis(jdbc), settings, role -> role == GlobalRole.ADMIN, "an admin");
    }
}
