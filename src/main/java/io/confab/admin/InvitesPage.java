package io.confab.admin;

import io.confab.moderation.InviteList;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;

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

    private SliceModel<InviteList.Row> rows;

    @PostConstruct
    void init() {
        rows = new SliceModel<>((offset, limit, order) -> console.inviteList().page(offset, limit));
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
        return switch (console.registration()) {
            case INVITE -> "Whoever wants an account here needs an invite. Each lets one person in.";
            case OPEN -> "Anybody may register here, so nobody needs an invite (confab.registration is open).";
            case CLOSED -> "Nobody may register here, not with an invite either (confab.registration is closed).";
        };
    }

    public SliceModel<InviteList.Row> getRows() {
        return rows;
    }
}
