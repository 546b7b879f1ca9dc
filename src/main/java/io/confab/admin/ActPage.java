package io.confab.admin;

import io.confab.directory.History;
import io.confab.identity.AccountActs;
import io.confab.identity.Invites;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.moderation.RoomList;
import io.confab.room.SanctionKind;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page that every act passes: it names exactly what is meant by the ids in its address (never by a row of a list that may
 * have moved), asks why, and does it once. It remembers nothing between requests: each is checked anew, and a second press,
 * a reload or a replay of the form is known by the command id that the form carries.
 */
@Named
@RequestScoped
public class ActPage {
    /** Back from a message's act to a page of messages that ends so many events after it. */
    private static final int AROUND = 25;

    private static final Pattern SEQ = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private ActTargets targets;

    private String commandId = new Ids().cid();
    private @Nullable StaffAct act;
    private String room = "";
    private String user = "";
    private String signIn = "";
    private String invite = "";
    private int days = 7;
    private @Nullable Long seq;
    private String why = "";
    private Lasting lasting = Lasting.TEN_MINUTES;
    private GlobalRole role = GlobalRole.USER;
    private ActTargets.@Nullable Target target;

    @PostConstruct
    void readAddress() {
        act = StaffAct.of(door.parameter("do")).orElse(null);
        room = door.parameter("room");
        user = door.parameter("user");
        signIn = door.parameter("device");
        invite = door.parameter("invite");
        String number = door.parameter("seq");
        seq = SEQ.matcher(number).matches() ? Long.valueOf(number) : null;
    }

    /** Called before the page is built, and again with each post; answers 404 or 403 when there is nothing to do here. */
    public void load() {
        isOpen();
    }

    private boolean isOpen() {
        if (act == null || !isWellFormed(act)) {
            door.notFound();
            return false;
        }
        if (!staff.isActing() || (act.adminsOnly() && !staff.isAdmin())) {
            door.forbidden();
            return false;
        }
        if (getTarget() == null) {
            door.notFound();
            return false;
        }
        return true;
    }

    private boolean isWellFormed(StaffAct wanted) {
        if (wanted.onInvite()) {
            return wanted == StaffAct.MAKE_INVITE || Invites.isId(invite);
        }
        boolean who = wanted == StaffAct.DELETE_MESSAGE ? seq != null : Ids.isId(user);
        boolean where = !wanted.inRoom() || Ids.isId(room);
        boolean device = wanted != StaffAct.SIGN_OUT || Ids.isId(signIn);
        return who && where && device;
    }

    /** Does it. Back to where it came from when done, or when it had been done; else the form again with the reason. */
    public @Nullable String perform() {
        if (!isOpen() || act == null) {
            return null;
        }
        Optional<Instant> from = visit.begin(commandId, door.now());
        if (from.isEmpty()) {
            visit.say("That had been sent already; nothing was done twice.", true);
            return back(act);
        }
        Outcome<Boolean> outcome;
        try {
            outcome = perform(act, from.get());
        } catch (RuntimeException e) {
            visit.mayRepeat(commandId);
            throw e;
        }
        return switch (outcome) {
            case Outcome.Done<Boolean>(Boolean duplicate) -> {
                visit.say(duplicate ? "It was so already; nothing had to be done." : act.done(), true);
                yield back(act);
            }
            case Outcome.Refused<Boolean>(Refusal.Internal unknown) -> {
                visit.mayRepeat(commandId);
                door.complain("Perhaps not done: " + unknown.message() + ".");
                yield null;
            }
            case Outcome.Refused<Boolean>(Refusal.CidConflict ignored) -> {
                visit.say("It had been done as you sent it first; nothing was changed after that.", false);
                yield back(act);
            }
            case Outcome.Refused<Boolean>(Refusal refusal) -> {
                visit.mayTryAgain(commandId);
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    private Outcome<Boolean> perform(StaffAct wanted, Instant from) {
        if (wanted.inRoom()) {
            return inRoom(wanted, from);
        }
        if (why.isBlank()) {
            return Outcome.refused(new Refusal.BadRequest("say why"));
        }
        return wanted.onInvite() ? onInvite(wanted) : onAccount(wanted, from);
    }

    /** @param from when a time that is to last begins */
    private Outcome<Boolean> inRoom(StaffAct wanted, Instant from) {
        var command = new RoomActs.Act(staff.required(), new RoomId(room), why, commandId);
        RoomActs acts = console.roomActs();
        Outcome<Answer.Accepted> outcome = switch (wanted) {
            case DELETE_MESSAGE -> acts.delete(command, Objects.requireNonNull(seq));
            case MUTE -> acts.sanction(command, target(), SanctionKind.MUTE, lasting.from(from));
            case BAN -> acts.sanction(command, target(), SanctionKind.BAN, lasting.from(from));
            case UNMUTE -> acts.lift(command, target(), SanctionKind.MUTE);
            case UNBAN -> acts.lift(command, target(), SanctionKind.BAN);
            case SUSPEND, UNSUSPEND, SIGN_OUT, SIGN_OUT_ALL, SET_ROLE, MAKE_INVITE, REVOKE_INVITE ->
                throw new IllegalStateException(wanted + " is not done in a room");
        };
        return outcome.map(Answer.Accepted::duplicate);
    }

    private Outcome<Boolean> onAccount(StaffAct wanted, Instant from) {
        var actor = staff.required().actor();
        var acts = console.accountActs();
        Outcome<AccountActs.Done> outcome = switch (wanted) {
            case SUSPEND -> acts.suspend(actor, target(), lasting.from(from), why);
            case UNSUSPEND -> acts.lift(actor, target(), why);
            case SIGN_OUT -> acts.signOut(actor, target(), new SignInId(signIn), why);
            case SIGN_OUT_ALL -> acts.signOut(actor, target(), why);
            case SET_ROLE -> acts.setRole(actor, target(), role, why);
            case DELETE_MESSAGE, MUTE, UNMUTE, BAN, UNBAN, MAKE_INVITE, REVOKE_INVITE ->
                throw new IllegalStateException(wanted + " is not done to an account");
        };
        return outcome.map(done -> !done.changed());
    }

    private Outcome<Boolean> onInvite(StaffAct wanted) {
        var actor = staff.required().actor();
        if (wanted == StaffAct.REVOKE_INVITE) {
            return console.invites().revoke(actor, invite, why).map(revoked -> !revoked);
        }
        var life = Duration.ofDays(days);
        return console.invites().create(actor, life, why).map(code -> {
            visit.show(new Visit.NewInvite(code, door.now().plus(life)));
            return false;
        });
    }

    private UserId target() {
        return new UserId(user);
    }

    private String back(StaffAct wanted) {
        if (wanted.onInvite()) {
            return "/admin/invites?faces-redirect=true";
        }
        return wanted.inRoom()
                ? "/admin/room?faces-redirect=true&id=" + room + (seq == null ? "" : "&before=" + (seq + AROUND))
                : "/admin/user?faces-redirect=true&id=" + user;
    }

    /** What the message says, for who may read it here: of a private room only after a reason was given. */
    public String getSaid() {
        ActTargets.Target found = getTarget();
        History.Message message = found == null ? null : found.message();
        RoomList.Row where = found == null ? null : found.room();
        if (message == null || where == null || message.body() == null) {
            return "";
        }
        boolean open = !where.isConfidential() || visit.isOpen(where.id(), door.now());
        return open ? Json.read(message.body()).path("text").asText() : "";
    }

    /** Null: the address names none. */
    public @Nullable StaffAct getAct() {
        return act;
    }

    public ActTargets.@Nullable Target getTarget() {
        if (target == null && act != null && isWellFormed(act)) {
            var found = act.onInvite() ? targets.find(act, invite) : targets.find(act, room, user, seq);
            target = found.orElse(null);
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
        if (act != null && act.onInvite()) {
            return "/admin/invites";
        }
        return room.isEmpty() ? "/admin/user?id=" + user : "/admin/room?id=" + room;
    }

    public String getRoom() {
        return room;
    }

    public String getUser() {
        return user;
    }

    public String getSignIn() {
        return signIn;
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

    public Lasting getLasting() {
        return lasting;
    }

    public void setLasting(Lasting lasting) {
        this.lasting = lasting;
    }

    public GlobalRole getRole() {
        return role;
    }

    public void setRole(GlobalRole role) {
        this.role = role;
    }

    public int getDays() {
        return days;
    }

    public void setDays(int days) {
        this.days = days;
    }
}
