package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.moderation.PeopleLists;
import io.confab.moderation.PeopleLists.State;
import io.confab.moderation.PeopleLists.Whole;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An act on many people at once: names each of them, does it once, and says what came of each. The list is in the database,
 * so its address can be passed on, and a second press, another node or a failure half-way does nothing twice.
 */
@Named
@RequestScoped
public class PeoplePage {
    /** What one press does at most; pressing again goes on. */
    private static final Duration ONE_PRESS = Duration.ofSeconds(8);

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Proof proof;

    @Inject
    private ViewerZone viewer;

    private String id = "";
    private PeopleLists.Act act = PeopleLists.Act.SUSPEND;
    private Lasting lasting = Lasting.TEN_MINUTES;
    private String until = "";
    private String why = "";
    private Optional<Whole> list = Optional.empty();

    @PostConstruct
    void readAddress() {
        id = door.parameter("list");
        read();
    }

    private void read() {
        list = Ids.isId(id) ? console.peopleLists().find(id) : Optional.empty();
    }

    /** Called before the page is built, and again with each post: a list that is not there answers 404. */
    public void load() {
        if (list.isEmpty()) {
            door.notFound();
        }
    }

    public Whole getList() {
        return list.orElseThrow();
    }

    /** Who chose them, while there is something to do. */
    public boolean isMine() {
        return staff.isActing() && getList().by().equals(staff.required().user());
    }

    /** Why it will not be done to somebody; empty: it may be. What counts is how it stands then. */
    public String obstacle(PeopleLists.Person person) {
        if (!person.isThere()) {
            return "there is no such account any more";
        }
        if (person.id().equals(staff.required().user())) {
            return "nobody does this to themselves";
        }
        return person.role() == GlobalRole.USER || staff.isAdmin() ? "" : "only an admin acts on staff";
    }

    public long getHindered() {
        return getList().people().stream()
                .filter(person -> !obstacle(person).isEmpty())
                .count();
    }

    public long count(String state) {
        return getList().count(State.valueOf(state));
    }

    public String getMaker() {
        return console.accounts().find(getList().by()).map(by -> by.username()).orElse("");
    }

    public @Nullable String perform() {
        if (list.isEmpty() || !staff.isActing()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        Outcome<Whole> outcome = Acts.settled(
                Acts.UNKNOWN,
                () -> end().then(
                                end -> console.peopleLists().perform(staff.required(), id, wish(end.at()), ONE_PRESS)));
        return switch (outcome) {
            case Outcome.Done<Whole> ignored -> here();
            case Outcome.Refused<Whole>(Refusal refusal) -> {
                read();
                door.complain("Not done, or not to everybody: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    /** For how long is looked at only where it counts. */
    private Outcome<Lasting.End> end() {
        return act == PeopleLists.Act.SUSPEND && !getList().isBegun()
                ? lasting.end(door.now(), viewer.getZone(), until)
                : Outcome.done(new Lasting.End(null));
    }

    /** What was begun goes on as it began. */
    private PeopleLists.Wish wish(@Nullable Instant end) {
        PeopleLists.Wish begun = getList().wish();
        return begun == null ? new PeopleLists.Wish(act, act == PeopleLists.Act.SUSPEND ? end : null, why) : begun;
    }

    private String here() {
        return "/admin/people?faces-redirect=true&list=" + id;
    }

    public String getId() {
        return id;
    }

    public PeopleLists.Act[] getActs() {
        return PeopleLists.Act.values();
    }

    public String label(PeopleLists.@Nullable Act which) {
        return which == null
                ? ""
                : switch (which) {
                    case SUSPEND -> "Suspend accounts";
                    case UNSUSPEND -> "Lift suspensions";
                    case SIGN_OUT -> "Sign out of all devices";
                };
    }

    public List<Lasting> getLastings() {
        return List.of(Lasting.values());
    }

    public PeopleLists.Act getAct() {
        return act;
    }

    public void setAct(PeopleLists.Act act) {
        this.act = act;
    }

    public Lasting getLasting() {
        return lasting;
    }

    public void setLasting(Lasting lasting) {
        this.lasting = lasting;
    }

    public String getUntil() {
        return until;
    }

    public void setUntil(String until) {
        this.until = until;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }
}
