package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.SecondFactors;
import io.confab.identity.SignIn;
import io.confab.kernel.Ids;
import io.confab.kernel.UserId;
import io.confab.moderation.RoomList;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One person: the account, the rooms, the devices that are signed in. */
@Named
@ViewScoped
public class UserPage implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private String id = "";
    private SliceModel<RoomList.Stay> rooms;
    private transient @Nullable Account account;
    private transient @Nullable List<SignIn> signIns;
    private transient SecondFactors.@Nullable State factor;

    @PostConstruct
    void init() {
        // at once, and not only by the view's parameter: a form sent again finds no bean of its view, and asks this
        // first
        id = door.parameter("id");
        rooms = new SliceModel<>((offset, limit, order) -> console.rooms().of(new UserId(id), offset, limit));
    }

    /** Called before the page is built: a person who is not there answers 404. */
    public void load() {
        if (!Ids.isId(id) || find().isEmpty()) {
            door.notFound();
        }
    }

    private Optional<Account> find() {
        return console.accounts().find(new UserId(id));
    }

    public Account getAccount() {
        if (account == null) {
            account = find().orElseThrow();
        }
        return account;
    }

    public boolean isSuspended() {
        return getAccount().suspendedAt(door.now());
    }

    /** Only admins act on staff, and nobody on themselves. */
    public boolean isWithinReach() {
        boolean self = staff.getId().equals(id);
        return !self
                && staff.isActing()
                && (staff.isAdmin() || !getAccount().role().isStaff());
    }

    public SecondFactors.State getFactor() {
        if (factor == null) {
            factor = console.factors().state(new UserId(id));
        }
        return factor;
    }

    public List<SignIn> getSignIns() {
        if (signIns == null) {
            signIns = console.signIns().list(new UserId(id));
        }
        return signIns;
    }

    public SliceModel<RoomList.Stay> getRooms() {
        return rooms;
    }

    public String getId() {
        return id;
    }

    public void setId(String id) {
        this.id = id;
    }
}
