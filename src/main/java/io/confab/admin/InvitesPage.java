package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.identity.RegistrationMode;
import io.confab.kernel.Refusal;
import io.confab.moderation.InviteList;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** All invites: who may come in. For admins alone. */
@Named
@ViewScoped
public class InvitesPage implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private Proof proof;

    private SliceModel<InviteList.Row> rows;
    private RegistrationMode mode = RegistrationMode.INVITE;
    private String why = "";

    @PostConstruct
    void init() {
        mode = console.registration().mode();
        rows = new SliceModel<>(
                door, (offset, limit, order) -> console.inviteList().page(offset, limit));
    }

    /** Called before the page is built, and again with each post. */
    public void load() {
        if (!staff.isAdmin()) {
            door.forbidden();
        }
    }

    public InviteList.Standing standing(InviteList.Row row) {
        return row.standingAt(door.now());
    }

    public boolean isOpen(InviteList.Row row) {
        return standing(row) == InviteList.Standing.OPEN;
    }

    /** What an invite is good for at this server. */
    public String getRule() {
        return switch (console.registration().mode()) {
            case INVITE -> "Whoever wants an account here needs an invite. Each lets one person in.";
            case OPEN -> "Anybody may register here, so nobody needs an invite.";
            case CLOSED -> "Nobody may register here, not with an invite either.";
        };
    }

    /** From now on, on all nodes. */
    public @Nullable String decide() {
        if (!staff.isAdmin()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        return switch (Acts.settled(
                Acts.UNKNOWN,
                () -> console.registration().decide(staff.required().actor(), mode, why))) {
            case Outcome.Done<Boolean>(Boolean changed) -> {
                visit.say(changed ? "From now on it is so." : "It was so already; nothing had to be done.", true);
                yield "/admin/invites?faces-redirect=true";
            }
            case Outcome.Refused<Boolean>(Refusal refusal) -> {
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    public RegistrationMode[] getModes() {
        return RegistrationMode.values();
    }

    public RegistrationMode getMode() {
        return mode;
    }

    public void setMode(RegistrationMode mode) {
        this.mode = mode;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }

    public SliceModel<InviteList.Row> getRows() {
        return rows;
    }
}
