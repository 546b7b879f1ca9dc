package io.confab.admin;

import io.confab.directory.History;
import io.confab.identity.Account;
import io.confab.identity.FactorRule;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.moderation.RoomList;
import io.confab.report.Warnings;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page that every act passes: it names exactly what is meant by its {@link ActAddress}, asks why, and does it once. It
 * remembers nothing between requests: each is checked anew, and a second press, a reload or a replay of the form is known by
 * the command id that the form carries.
 */
@Named
@RequestScoped
public class ActPage {
    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private Proof proof;

    @Inject
    private ActTargets targets;

    @Inject
    private Acts acts;

    @Inject
    private WaysBack ways;

    @Inject
    private ViewerZone viewer;

    @Inject
    private Texts texts;

    private String commandId = new Ids().cid();
    private @Nullable ActAddress address;
    private int days = 7;
    private String why = "";
    private String told = "";
    private Lasting lasting = Lasting.TEN_MINUTES;
    private String until = "";
    private String ended = ""; // a time that somebody named, as it was understood
    private GlobalRole role = GlobalRole.USER;
    private FactorRule rule = FactorRule.NOBODY;
    private boolean undoable;
    private ActTargets.@Nullable Target target;

    @PostConstruct
    void readAddress() {
        address = ActAddress.of(door::parameter).orElse(null);
    }

    /** Called before the page is built, and again with each post; answers 404 or 403 when there is nothing to do here. */
    public void load() {
        isOpen();
    }

    private boolean isOpen() {
        if (address == null) {
            door.notFound();
            return false;
        }
        if (!mayAct(address.act())) {
            door.forbidden();
            return false;
        }
        if (getTarget() == null) {
            door.notFound();
            return false;
        }
        return true;
    }

    private boolean mayAct(StaffAct act) {
        return act.inRoom() ? staff.isModerating() : staff.isActing() && (staff.isAdmin() || !act.adminsOnly());
    }

    /** Does it. Back to where it came from when done, or when it had been done; else the form again with the reason. */
    public @Nullable String perform() {
        ActAddress on = address;
        if (!isOpen() || on == null || !proof.isGiven()) {
            return null;
        }
        if (new Acts.Reasons(why, told).isEmpty()) {
            door.complain(Acts.Reasons.SAY_WHY);
            return null;
        }
        Optional<Instant> from = visit.begin(commandId, door.now());
        if (from.isEmpty()) {
            visit.say("That had been sent already; nothing was done twice.", true);
            return on.back();
        }
        Outcome<Boolean> outcome;
        try {
            outcome = lasting.end(from.get(), viewer.getZone(), until).then(end -> perform(on, end));
        } catch (RuntimeException e) {
            visit.mayRepeat(commandId);
            throw e;
        }
        return answer(outcome, on);
    }

    private Outcome<Boolean> perform(ActAddress on, Lasting.End end) {
        boolean onTheWall = on.act().timed() && !Lasting.WITHOUT_ZONE.contains(lasting);
        ended = onTheWall ? " It lasts " + texts.until(end.at()) + "." : "";
        var form = new Acts.Form(commandId, end.at(), new Acts.Reasons(why, told), role, rule, days);
        Optional<WayBack> way = ways.before(on);
        undoable = way.isPresent();
        Outcome<Boolean> outcome = acts.perform(staff.required(), on, form);
        if (outcome instanceof Outcome.Done<Boolean>(Boolean duplicate) && !duplicate) {
            String warning = Warnings.id(staff.required().actor(), commandId);
            way.map(before -> before.leaving(WaysBack.left(on.act(), form, warning)))
                    .map(back ->
                            new Visit.Acted(commandId, on.act().done() + ended, whom(), back, on.back(), door.now()))
                    .ifPresentOrElse(visit::acted, visit::actedForGood);
        }
        return outcome;
    }

    /** As the offer to take it back names them, on whichever page it stands. */
    private String whom() {
        ActTargets.Target found = getTarget();
        Account person = found == null ? null : found.person();
        return person == null ? "it" : person.username();
    }

    private @Nullable String answer(Outcome<Boolean> outcome, ActAddress on) {
        return switch (outcome) {
            case Outcome.Done<Boolean>(Boolean duplicate) -> {
                if (duplicate || !undoable) { // else it is said beside Undo
                    visit.say(
                            duplicate
                                    ? "It was so already; nothing had to be done."
                                    : on.act().done() + ended,
                            true);
                }
                yield on.back();
            }
            case Outcome.Refused<Boolean>(Refusal.Internal unknown) -> {
                visit.mayRepeat(commandId);
                yield door.refused(unknown);
            }
            case Outcome.Refused<Boolean>(Refusal.CidConflict ignored) -> {
                visit.say("It had been done as you sent it first; nothing was changed after that.", false);
                yield on.back();
            }
            case Outcome.Refused<Boolean>(Refusal refusal) -> {
                visit.mayTryAgain(commandId);
                yield door.refused(refusal);
            }
        };
    }

    /** What the message says, for who may read it here: of a private room only after a reason was given. */
    public String getSaid() {
        ActTargets.Target found = getTarget();
        History.Message message = found == null ? null : found.message();
        RoomList.Row where = found == null ? null : found.room();
        if (message == null || where == null || message.body() == null) {
            return "";
        }
        boolean member = !staff.isEverywhere(); // who moderates it reads it anyway
        boolean open = member || !where.isConfidential() || visit.isOpen(where.id(), door.now());
        return open ? Json.read(message.body()).path("text").asText() : "";
    }

    /** Null: the address names none. */
    public @Nullable StaffAct getAct() {
        return address == null ? null : address.act();
    }

    public ActTargets.@Nullable Target getTarget() {
        if (target == null && address != null) {
            target = targets.find(address, staff.required().reach()).orElse(null);
        }
        return target;
    }

    public Lasting[] getLastings() {
        return Lasting.values();
    }

    public GlobalRole[] getRoles() {
        return GlobalRole.values();
    }

    /** Where to without doing anything. */
    public String getWayOut() {
        return address == null ? "" : address.wayOut();
    }

    /** Empty: it is not done in a room. */
    public String getRoom() {
        return address == null ? "" : address.room();
    }

    /** Empty: it is not about one device. */
    public String getSignIn() {
        return address == null ? "" : address.signIn();
    }

    public String getCommandId() {
        return commandId;
    }

    /** As the form carries it; anything that is no command id is not taken. */
    public void setCommandId(String commandId) {
        if (COMMAND.matcher(commandId).matches()) {
            this.commandId = commandId;
        }
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }

    /** What those concerned read. */
    public String getTold() {
        return told;
    }

    public void setTold(String told) {
        this.told = told;
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

    public GlobalRole getRole() {
        return role;
    }

    public void setRole(GlobalRole role) {
        this.role = role;
    }

    public FactorRule getRule() {
        return rule;
    }

    public void setRule(FactorRule rule) {
        this.rule = rule;
    }

    public FactorRule[] getRules() {
        return FactorRule.values();
    }

    public int getDays() {
        return days;
    }

    public void setDays(int days) {
        this.days = days;
    }
}
