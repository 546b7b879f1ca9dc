package io.confab.gateway;

import io.confab.identity.Actor;
import io.confab.kernel.Caller;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffDoor;
import io.confab.moderation.StaffMember;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.SecurityContext;
import java.util.function.Predicate;

/** Who of staff, or of who moderates rooms, calls, as the database has them at this call, with all that is asked of them. Thread-safe. */
@Singleton
public class StaffCalls {
    private final StaffDoor door;
    private final CountedCalls calls;

    @Inject
    public StaffCalls(StaffDoor door, CountedCalls calls) {
        this.door = door;
        this.calls = calls;
    }

    /** Whoever may read. @throws Refused for anybody else */
    StaffMember reader(SecurityContext security) {
        Caller caller = Callers.of(security);
        return admitted(
                false, new Actor(caller.user(), caller.signIn(), ""), GlobalRole::isStaff, "only staff may do this");
    }

    /** Likewise, counted, for what leaves a trace of where they read it from. */
    StaffMember reader(SecurityContext security, HttpServletRequest request) {
        return admitted(false, calls.actor(security, request), GlobalRole::isStaff, "only staff may do this");
    }

    /** Whoever administers. @throws Refused for anybody else */
    StaffMember admin(SecurityContext security, HttpServletRequest request) {
        return admitted(
                false, calls.actor(security, request), role -> role == GlobalRole.ADMIN, "only an admin may do this");
    }

    /** Whoever may act, counted. @throws Refused for anybody else */
    StaffMember moderator(SecurityContext security, HttpServletRequest request) {
        return admitted(false, calls.actor(security, request), GlobalRole::moderates, "only a moderator may do this");
    }

    /** Who may read cases: staff, and who moderates rooms those within their reach. @throws Refused for anybody else */
    StaffMember caseReader(SecurityContext security) {
        Caller caller = Callers.of(security);
        return admitted(
                true, new Actor(caller.user(), caller.signIn(), ""), GlobalRole::isStaff, "only staff may do this");
    }

    /** Likewise who may decide them, counted. @throws Refused for anybody else */
    StaffMember caseModerator(SecurityContext security, HttpServletRequest request) {
        return admitted(true, calls.actor(security, request), GlobalRole::moderates, "only a moderator may do this");
    }

    /** @param rooms whoever moderates rooms too */
    private StaffMember admitted(boolean rooms, Actor actor, Predicate<GlobalRole> role, String otherwise) {
        return door.enter(actor.user(), actor.signIn(), actor.address())
                .filter(member -> !member.factorMissing())
                .filter(member -> member.reach().isAll() ? role.test(member.role()) : rooms)
                .orElseThrow(() -> new Refused(new Refusal.Forbidden(otherwise)));
    }
}
