package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.identity.SecondFactors;
import io.confab.identity.SignIn;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.PersonNotes;
import io.confab.moderation.RoomList;
import io.confab.notice.Notice;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One person: the account, the rooms, the devices that are signed in. */
@Named
@ViewScoped
public class UserPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int STORY = 25;
    private static final int NOTES = 10;

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

    private String id = "";
    private SliceModel<RoomList.Stay> rooms;
    private transient @Nullable Account account;
    private transient @Nullable List<SignIn> signIns;
    private transient SecondFactors.@Nullable State factor;
    private transient @Nullable Story story;
    private transient @Nullable List<PersonNotes.Note> notes;
    private transient @Nullable List<Notice> warnings;
    private String commandId = new Ids().cid();
    private String note = "";
    private String after = "";
    private long notesBefore = Long.MAX_VALUE;

    @PostConstruct
    void init() {
        after = door.parameter("after");
        String before = door.parameter("notes");
        notesBefore = before.matches("[0-9]{1,15}") ? Long.parseLong(before) : Long.MAX_VALUE;
        // at once, and not only by the view's parameter: a form sent again finds no bean of its view, and asks this
        // first
        id = door.parameter("id");
        rooms = new SliceModel<>(door, (offset, limit, order) -> console.rooms().of(new UserId(id), offset, limit));
    }

    /** Called before the page is built: a person who is not there answers 404. */
    public void load() {
        account = null; // as they were read for the address that this view was first asked by
        signIns = null;
        factor = null;
        story = null;
        notes = null;
        warnings = null;
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

    /** What staff say of somebody is not for them to read. */
    public boolean isOwn() {
        return staff.getId().equals(id);
    }

    /** What happened, newest first, from the point that the address names. */
    public Story getStory() {
        if (story == null) {
            story = Story.of(console, console.timeline().page(new UserId(id), isOwn(), after, STORY), isOwn());
        }
        return story;
    }

    public boolean isNewest() {
        return after.isEmpty();
    }

    /** What this person was warned of, the newest first. */
    public List<Notice> getWarnings() {
        if (warnings == null) {
            warnings = console.warnings().of(new UserId(id), NOTES);
        }
        return warnings;
    }

    /** Newest first; one more than are shown when there are older ones. */
    private List<PersonNotes.Note> notes() {
        if (notes == null) {
            notes = isOwn()
                    ? List.of()
                    : console.notes().before(new UserId(id), Instant.ofEpochMilli(notesBefore), NOTES + 1);
        }
        return notes;
    }

    public List<PersonNotes.Note> getNotes() {
        return notes().subList(0, Math.min(NOTES, notes().size()));
    }

    /** Where older notes begin; 0: there are none. */
    public long getOlderNotes() {
        return notes().size() > NOTES ? getNotes().getLast().at().toEpochMilli() : 0;
    }

    public @Nullable String writeNote() {
        if (!staff.isActing() || isOwn()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        Outcome<PersonNotes.Written> outcome = Acts.settled(
                Acts.UNKNOWN, () -> console.notes().write(staff.required().actor(), new UserId(id), note, commandId));
        return switch (outcome) {
            case Outcome.Done<PersonNotes.Written>(PersonNotes.Written written) -> {
                visit.say(written.duplicate() ? "That note was written already." : "Noted.", true);
                yield "/admin/user?faces-redirect=true&id=" + id;
            }
            case Outcome.Refused<PersonNotes.Written>(Refusal refusal) -> {
                door.complain("Not noted: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    public String getNote() {
        return note;
    }

    public void setNote(String note) {
        this.note = note;
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
