package io.confab.admin;

import io.confab.kernel.GlobalRole;
import io.confab.moderation.Reach;
import io.confab.moderation.StaffMember;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Who looks at this page: put into the request by {@link ConsoleFilter}, which read it from the database. */
@Named
@RequestScoped
public class Staff {
    static final String ATTRIBUTE = Staff.class.getName();

    @Inject
    private HttpServletRequest request;

    public Optional<StaffMember> member() {
        return Optional.ofNullable((StaffMember) request.getAttribute(ATTRIBUTE));
    }

    /** @throws IllegalStateException on a page outside the filter, which is a mistake of ours */
    public StaffMember required() {
        return member().orElseThrow(() -> new IllegalStateException("nobody is signed in"));
    }

    public boolean isSignedIn() {
        return member().isPresent();
    }

    /** Moderators and admins act; auditors only read. */
    public boolean isActing() {
        return member().filter(m -> m.role().moderates()).isPresent();
    }

    /** They act in the rooms that they see: those who act everywhere, and who moderates some rooms. */
    public boolean isModerating() {
        return isActing() || member().filter(m -> !m.reach().isAll()).isPresent();
    }

    /** What they see: all, or the rooms that they moderate. */
    Reach reach() {
        return required().reach();
    }

    /** Staff of the whole installation, not of some rooms alone. */
    public boolean isEverywhere() {
        return member().filter(m -> m.reach().isAll()).isPresent();
    }

    /** Auditors and admins: see {@link io.confab.moderation.Oversight}. */
    public boolean isOverseeing() {
        return member().filter(m -> m.role().oversees()).isPresent();
    }

    public boolean isAdmin() {
        return member().filter(m -> m.role() == GlobalRole.ADMIN).isPresent();
    }

    /** They have to set up a second factor before anything else. */
    public boolean isFactorMissing() {
        return member().filter(StaffMember::factorMissing).isPresent();
    }

    public String getName() {
        return member().map(m -> m.account().username()).orElse("");
    }

    public String getId() {
        return member().map(m -> m.user().value()).orElse("");
    }

    /** For what is pushed to open pages. */
    public Viewer getViewer() {
        StaffMember member = required();
        return new Viewer(
                member.user().value(), member.signIn().value(), !member.reach().isAll());
    }

    public String getRole() {
        return member().map(m -> m.reach().isAll() ? m.role().word() : "room moderator")
                .orElse("");
    }
}
