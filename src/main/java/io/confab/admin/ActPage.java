package io.confab.admin;

import io.confab.directory.History;
import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.moderation.RoomList;
import io.confab.room.SanctionKind;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The page that every act passes: it names exactly what is meant by the ids in its address (never by a row of a list that may
 * have moved), asks why, and does it once. A second press, a reload or a replay of the form does nothing.
 */
@Named
@ViewScoped
public class ActPage implements Serializable {
    private static final long serialVersionUID = 1L;
    /** Back from a message's act to a page of messages that ends so many events after it. */
    private static final int AROUND = 25;

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

    private final String commandId = new Ids().cid();
    private final AtomicBoolean begun = new AtomicBoolean();
    private String word = "";
    private String room = "";
    private String user = "";
    private String signIn = "";
    private @Nullable Long seq;
    private String why = "";
    private Lasting lasting = Lasting.TEN_MINUTES;
    private GlobalRole role = GlobalRole.USER;
    private transient ActTargets.@Nullable Target target;

    /** Called before the page is built, and again with each post. */
    public void load() {
        StaffAct act = StaffAct.of(word).orElse(null);
        if (act == null || !isWellFormed(act)) {
            door.notFound();
        } else if (!staff.isActing() || (act.adminsOnly() && !staff.isAdmin())) {
            door.forbidden();
        } else {
            target = targets.find(act, room, user, seq).orElse(null);
            if (target == null) {
                door.notFound();
            }
        }
    }

    private boolean isWellFormed(StaffAct act) {
        boolean who = act == StaffAct.DELETE_MESSAGE ? seq != null : Ids.isId(user);
        boolean where = !act.inRoom() || Ids.isId(room);
        boolean device = act != StaffAct.SIGN_OUT || Ids.isId(signIn);
        return who && where && device;
    }

    /** Does it. Back to where it came from when done, or when it had been done; else the form again with the reason. */
    public @Nullable String perform() {
        if (!staff.isActing()) {
            door.forbidden();
            return null;
        }
        if (begun.getAndSet(true)) {
            visit.say("This had been done already; nothing was done twice.", true);
            return back();
        }
        Outcome<Boolean> outcome;
        try {
            outcome = getAct().inRoom() ? inRoom() : onAccount();
        } catch (RuntimeException e) {
            begun.set(false);
            throw e;
        }
        return switch (outcome) {
            case Outcome.Done<Boolean>(Boolean duplicate) -> {
                visit.say(duplicate ? "It was so already; nothing had to be done." : getAct().done(), true);
                yield back();
            }
            case Outcome.Refused<Boolean>(Refusal refusal) -> {
                begun.set(false);
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    private Outcome<Boolean> inRoom() {
        var act = new RoomActs.Act(staff.required(), new RoomId(room), why, commandId);
        RoomActs acts = console.roomActs();
        Outcome<Answer.Accepted> outcome = switch (getAct()) {
            case DELETE_MESSAGE -> acts.delete(act, Objects.requireNonNull(seq));
            case MUTE -> acts.sanction(act, target(), SanctionKind.MUTE, lasting.from(door.now()));
            case BAN -> acts.sanction(act, target(), SanctionKind.BAN, lasting.from(door.now()));
            case UNMUTE -> acts.lift(act, target(), SanctionKind.MUTE);
            case UNBAN -> acts.lift(act, target(), SanctionKind.BAN);
            case SUSPEND, UNSUSPEND, SIGN_OUT, SIGN_OUT_ALL, SET_ROLE ->
                throw new IllegalStateException(word + " is not done in a room");
        };
        return outcome.map(Answer.Accepted::duplicate);
    }

    private Outcome<Boolean> onAccount() {
        if (why.isBlank()) {
            return Outcome.refused(new Refusal.BadRequest("say why"));
        }
        var actor = staff.required().actor();
        var acts = console.accountActs();
        Outcome<Account> outcome = switch (getAct()) {
            case SUSPEND -> acts.suspend(actor, target(), lasting.from(door.now()), why);
            case UNSUSPEND -> acts.lift(actor, target(), why);
            case SIGN_OUT -> acts.signOut(actor, target(), new SignInId(signIn), why);
            case SIGN_OUT_ALL -> acts.signOut(actor, target(), why);
            case SET_ROLE -> acts.setRole(actor, target(), role, why);
            case DELETE_MESSAGE, MUTE, UNMUTE, BAN, UNBAN ->
                throw new IllegalStateException(word + " is done in a room");
        };
        return outcome.map(account -> false);
    }

    private UserId target() {
        return new UserId(user);
    }

    private String back() {
        return getAct().inRoom()
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
        return open ? message.body().path("text").asText() : "";
    }

    public StaffAct getAct() {
        return StaffAct.of(word).orElseThrow();
    }

    public ActTargets.@Nullable Target getTarget() {
        if (target == null) {
            target = targets.find(getAct(), room, user, seq).orElse(null);
        }
        return target;
    }

    public Lasting[] getLastings() {
        return Lasting.values();
    }

    public GlobalRole[] getRoles() {
        return GlobalRole.values();
    }

    public String getWord() {
        return word;
    }

    public void setWord(String word) {
        this.word = word;
    }

    public String getRoom() {
        return room;
    }

    public void setRoom(String room) {
        this.room = room;
    }

    public String getUser() {
        return user;
    }

    public void setUser(String user) {
        this.user = user;
    }

    public String getSignIn() {
        return signIn;
    }

    public void setSignIn(String signIn) {
        this.signIn = signIn;
    }

    public @Nullable Long getSeq() {
        return seq;
    }

    public void setSeq(@Nullable Long seq) {
        this.seq = seq;
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
}
