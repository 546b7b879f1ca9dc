package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.PeopleLists;
import io.confab.moderation.Slice;
import io.confab.moderation.UserList;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All people, and those of them who were ticked to act on at once. Ticks are kept by id: each form says which people it
 * showed and which of those are ticked, so no row that moved meanwhile is taken for another (docs/adr/0081).
 */
@Named
@ViewScoped
public class UsersPage implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private String text = "";
    private UserList.Show show = UserList.Show.EVERYONE;
    private Search sought = new Search("", UserList.Show.EVERYONE);
    private SliceModel.Order order = new SliceModel.Order("", true);
    private SliceModel<Account> rows;
    private final LinkedHashSet<String> ticked = new LinkedHashSet<>();
    private final ArrayList<String> shown = new ArrayList<>();

    /** What the list shows: what was in the fields when somebody pressed "Find", whatever they typed since. */
    private record Search(String text, UserList.Show show) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    @PostConstruct
    void init() {
        text = door.parameter("text");
        show = door.parameter("show", UserList.Show.class).orElse(show);
        find();
        rows = new SliceModel<>(door, this::page);
    }

    private Slice<Account> page(int offset, int limit, SliceModel.Order asked) {
        order = asked;
        Slice<Account> slice = console.users().page(query(), offset, limit);
        shown.clear();
        slice.rows().forEach(row -> shown.add(row.id().value()));
        return slice;
    }

    private UserList.Query query() {
        var sort = order.field().equals("createdAt") ? UserList.Sort.CREATED : UserList.Sort.USERNAME;
        return new UserList.Query(sought.text(), sought.show(), sort, order.ascending());
    }

    public void find() {
        sought = new Search(text, show);
    }

    /** Called with each post, before anything else: takes over what is ticked on the page that was sent. */
    public void load() {
        door.parameters("shown").forEach(ticked::remove);
        for (String id : door.parameters("pick")) {
            if (Ids.isId(id) && ticked.size() <= PeopleLists.MOST) {
                ticked.add(id);
            }
        }
    }

    public boolean isTicked(Account row) {
        return ticked.contains(row.id().value());
    }

    public int getTicked() {
        return ticked.size();
    }

    /** Ticked on other pages than the one that is shown. */
    public int getElsewhere() {
        return (int) ticked.stream().filter(id -> !shown.contains(id)).count();
    }

    /** Ticks all that match what is shown, as it is now; who comes to match later is not among them. */
    public void tickAll() {
        List<UserId> all = console.users().ids(query(), PeopleLists.MOST + 1);
        if (all.size() > PeopleLists.MOST) {
            door.complain("More than " + PeopleLists.MOST + " match: narrow the search to act on all of them at once.");
            return;
        }
        ticked.clear();
        all.forEach(id -> ticked.add(id.value()));
    }

    public void tickNobody() {
        ticked.clear();
    }

    /** To the page that names them and asks what is to be done. */
    public @Nullable String goOn() {
        if (!staff.isActing()) {
            door.forbidden();
            return null;
        }
        List<UserId> people = ticked.stream().map(UserId::new).toList();
        return switch (Acts.settled(Acts.UNKNOWN, () -> console.peopleLists().freeze(staff.required(), people))) {
            case Outcome.Done<String>(String list) -> "/admin/people?faces-redirect=true&list=" + list;
            case Outcome.Refused<String>(Refusal refusal) -> {
                door.complain("Not yet: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    public SliceModel<Account> getRows() {
        return rows;
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    public UserList.Show getShow() {
        return show;
    }

    public void setShow(UserList.Show show) {
        this.show = show;
    }

    public UserList.Show[] getShows() {
        return UserList.Show.values();
    }
}
