package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.moderation.RoomList;
import io.confab.room.RoomMode;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The page of every {@link RoomAct}: it names the room, and the person if there is one, asks why, and does it once: the room's log
 * knows the command id that the form carries, whichever node and session a second press comes to. Who may is decided there too.
 */
@Named
@RequestScoped
public class RoomActPage {
    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private Proof proof;

    @Inject
    private Console console;

    @Inject
    private WaysBack ways;

    private String commandId = new Ids().cid();
    private @Nullable RoomAct act;
    private String roomId = "";
    private String user = "";
    private long seq;
    private String why = "";
    private String told = "";
    private @Nullable RoomMode mode;
    private @Nullable Long slowSeconds;
    private @Nullable RoomMode shownMode;
    private @Nullable Long shownSeconds;
    private RoomList.@Nullable Row room;
    private @Nullable Account person;

    @PostConstruct
    void readAddress() {
        act = RoomAct.of(door.parameter("do")).orElse(null);
        roomId = door.parameter("room");
        user = door.parameter("user");
        String number = door.parameter("seq");
        seq = number.matches("[1-9]\\d{0,15}") ? Long.parseLong(number) : 0;
    }

    /** Called before the page is built, and again with each post; answers 404 or 403 when there is nothing to do here. */
    public void load() {
        if (isOpen() && shownMode == null) {
            RoomList.Row found = getRoom();
            if (found != null) {
                mode = modeOf(found);
                shownMode = mode;
                slowSeconds = found.slowMillis() / 1000;
                shownSeconds = slowSeconds;
            }
        }
    }

    private boolean isOpen() {
        if (!staff.isModerating() || (act == RoomAct.ARCHIVE && staff.isEverywhere() && !staff.isAdmin())) {
            door.forbidden();
            return false;
        }
        boolean named = act != null && (!act.onPerson() || getPerson() != null) && (!act.onMessage() || seq > 0);
        if (!named || getRoom() == null) {
            door.notFound();
            return false;
        }
        return true;
    }

    private static RoomMode modeOf(RoomList.Row row) {
        for (RoomMode each : RoomMode.values()) {
            if (each.word().equals(row.mode())) {
                return each;
            }
        }
        return RoomMode.OPEN;
    }

    /** Does it. Back to the room when done, or when it had been done; else the form again with the reason. */
    public @Nullable String perform() {
        RoomAct doing = act;
        if (!isOpen() || doing == null || !proof.isGiven()) {
            return null;
        }
        var change = ModeChange.between(
                new ModeChange.Shown(shownMode, shownSeconds), new ModeChange.Shown(mode, slowSeconds));
        if (doing == RoomAct.MODE && change.isNone()) {
            door.complain("Nothing to do: the form stands as it was shown.");
            return null;
        }
        var reasons = new Acts.Reasons(why, told);
        if (reasons.isEmpty()) {
            door.complain(Acts.Reasons.SAY_WHY);
            return null;
        }
        var command =
                new RoomActs.Act(staff.required(), new RoomId(roomId), reasons.why(), reasons.toldOrNone(), commandId);
        Optional<WayBack> way = ways.before(doing, roomId);
        RoomActs acts = console.roomActs();
        Outcome<Answer.Accepted> outcome = switch (doing) {
            case MODE -> acts.setMode(command, change.mode(), change.slowMode());
            case UNPIN -> acts.unpin(command, seq);
            case KICK -> acts.kick(command, new UserId(user));
            case ARCHIVE -> acts.archive(command);
        };
        if (outcome instanceof Outcome.Done<Answer.Accepted>(Answer.Accepted accepted) && !accepted.duplicate()) {
            way.map(before -> before.leaving(WaysBack.left(before, change)))
                    .map(back -> new Visit.Acted(commandId, doing.done(), "the room", back, back(), door.now()))
                    .ifPresentOrElse(visit::acted, visit::actedForGood);
        }
        return answer(doing, outcome);
    }

    private String back() {
        return "/admin/room?faces-redirect=true&id=" + roomId;
    }

    private @Nullable String answer(RoomAct done, Outcome<Answer.Accepted> outcome) {
        return switch (outcome) {
            case Outcome.Done<Answer.Accepted>(Answer.Accepted accepted) -> {
                if (accepted.duplicate() || done != RoomAct.MODE) { // else it is said beside Undo
                    visit.say(accepted.duplicate() ? "It was so already; nothing had to be done." : done.done(), true);
                }
                yield back();
            }
            case Outcome.Refused<Answer.Accepted>(Refusal.Internal unknown) -> {
                door.complain("Perhaps not done: " + unknown.message() + ".");
                yield null;
            }
            case Outcome.Refused<Answer.Accepted>(Refusal.CidConflict ignored) -> {
                visit.say("It had been done as you sent it first; nothing was changed after that.", false);
                yield back();
            }
            case Outcome.Refused<Answer.Accepted>(Refusal refusal) -> {
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    /** Null: the address names none. */
    public @Nullable RoomAct getAct() {
        return act;
    }

    /** Null: the address names none, or none within reach. */
    public RoomList.@Nullable Row getRoom() {
        if (room == null && Ids.isId(roomId)) {
            room = console.rooms()
                    .find(new RoomId(roomId), staff.required().reach())
                    .orElse(null);
        }
        return room;
    }

    /** Null: the address names none. */
    public @Nullable Account getPerson() {
        if (person == null && Ids.isId(user)) {
            person = console.accounts().find(new UserId(user)).orElse(null);
        }
        return person;
    }

    /** Number of the message; 0: the address names none. */
    public long getSeq() {
        return seq;
    }

    public RoomMode[] getModes() {
        return RoomMode.values();
    }

    /** What a mode means, for who chooses. */
    public String meaning(RoomMode each) {
        return switch (each) {
            case OPEN -> "open: members write";
            case READONLY -> "read-only: its moderators write, all read";
            case FROZEN -> "frozen: nobody but global staff does anything";
            case HALL -> "hall: for a crowd; members write";
        };
    }

    public String getCommandId() {
        return commandId;
    }

    /** As the form carries it; anything that is no command id is not taken. */
    public void setCommandId(String commandId) {
        if (Ids.isCid(commandId)) {
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

    public @Nullable RoomMode getMode() {
        return mode;
    }

    public void setMode(@Nullable RoomMode mode) {
        this.mode = mode;
    }

    public @Nullable Long getSlowSeconds() {
        return slowSeconds;
    }

    public void setSlowSeconds(@Nullable Long slowSeconds) {
        this.slowSeconds = slowSeconds;
    }

    /** As the form was shown first; it carries this along. */
    public @Nullable RoomMode getShownMode() {
        return shownMode;
    }

    public void setShownMode(@Nullable RoomMode shownMode) {
        this.shownMode = shownMode;
    }

    public @Nullable Long getShownSeconds() {
        return shownSeconds;
    }

    public void setShownSeconds(@Nullable Long shownSeconds) {
        this.shownSeconds = shownSeconds;
    }
}
