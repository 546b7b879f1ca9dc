package io.confab.admin;

import io.confab.identity.Account;
import io.confab.job.Job;
import io.confab.job.JobRoom;
import io.confab.job.Task;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.RoomList;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One job, and how far it is in each room. For all of staff. */
@Named
@ViewScoped
public class JobPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 50;

    @Inject
    private Console console;

    @Inject
    private Door door;

    @Inject
    private Staff staff;

    @Inject
    private Proof proof;

    @Inject
    private JobPages pages;

    private String id = "";
    private String why = "";
    private String after = "";
    private String commandId = new Ids().cid();
    private String backWhy = "";
    private String told = "";
    private transient @Nullable Job job;
    private transient @Nullable List<JobRoom> rooms;
    private transient @Nullable Job restoration;
    private transient boolean looked; // for what takes it back

    @PostConstruct
    void readAddress() {
        id = door.parameter("id");
        after = door.parameter("after");
    }

    /** Called before the page is built, and again with each post: the view lives on, and the job goes on meanwhile. */
    public void load() {
        job = null;
        rooms = null;
        looked = false;
        if (getJob() == null) {
            door.notFound();
        }
    }

    /** Null: there is none of this id. */
    public @Nullable Job getJob() {
        if (job == null && Ids.isCid(id)) {
            job = console.jobs().find(id).orElse(null);
        }
        return job;
    }

    private List<JobRoom> found() {
        if (rooms == null) {
            rooms = console.jobs().rooms(id, after, SHOWN + 1);
        }
        return rooms;
    }

    public List<JobRoom> getRooms() {
        return found().stream().limit(SHOWN).toList();
    }

    public boolean isMore() {
        return found().size() > SHOWN;
    }

    /** For the link to further rooms. */
    public String getLast() {
        return getRooms().isEmpty() ? "" : getRooms().getLast().room().value();
    }

    public boolean isFirst() {
        return after.isEmpty();
    }

    public boolean isUnderWay() {
        return job != null && job.doneAt() == null;
    }

    /** As the order itself: moderators stop deletions, admins stop all; of whom is decided when it is done. */
    public boolean isStoppable() {
        Job shown = getJob();
        return shown != null
                && shown.doneAt() == null
                && shown.stop() == null
                && (shown.task() instanceof Task.Announcement ? staff.isAdmin() : staff.isActing());
    }

    /** To this page again when it is stopped; else with the reason above the form. */
    public @Nullable String stop() {
        return proof.isGiven() ? pages.stop(id, why) : null;
    }

    /** What takes this deletion back, or did, last; null: nothing does. */
    public @Nullable Job getRestoration() {
        if (!looked) {
            restoration = console.jobs().restorationOf(id).orElse(null);
            looked = true;
        }
        return restoration;
    }

    /** Id of the deletion that this takes back; empty: it takes none back. */
    public String getOf() {
        Job shown = getJob();
        return shown != null && shown.task() instanceof Task.Restoration back ? back.of() : "";
    }

    /** What is no longer under way, once; of whom is decided when it is done. */
    public boolean isRestorable() {
        Job shown = getJob();
        if (shown == null || !(shown.task() instanceof Task.Deletion) || !staff.isActing()) {
            return false;
        }
        Job back = getRestoration();
        return !door.isShowing() // a form that is sent twice is not passed over in silence
                || ((shown.doneAt() != null || shown.stop() != null) && (back == null || back.stop() != null));
    }

    /** To the page of the job that does it when it is ordered, or had been; else with the reason above the form. */
    public @Nullable String restore() {
        return proof.isGiven() ? pages.restore(id, commandId, backWhy, told.strip()) : null;
    }

    /** Id of the report whose decision ordered it; empty: staff did by hand. */
    public String getCaseId() {
        return console.cases().ofJob(getOf().isEmpty() ? id : getOf()).orElse("");
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

    public String getBackWhy() {
        return backWhy;
    }

    public void setBackWhy(String backWhy) {
        this.backWhy = backWhy;
    }

    public String getTold() {
        return told;
    }

    public void setTold(String told) {
        this.told = told;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }

    /** What it deletes, or what was deleted that it brings back; null: neither. */
    private Task.@Nullable Deletion deletion() {
        Job shown = getJob();
        if (shown == null) {
            return null;
        }
        return switch (shown.task()) {
            case Task.Deletion deletion -> deletion;
            case Task.Restoration back -> back.deletion();
            case Task.Announcement ignored -> null;
        };
    }

    /** Whose messages these are; null: it is not about one person. */
    public @Nullable Account getPerson() {
        Task.Deletion deletion = deletion();
        UserId user = deletion == null ? null : deletion.user();
        return user == null ? null : console.accounts().find(user).orElse(null);
    }

    /** Where alone; null: it is not about one room. */
    public RoomList.@Nullable Row getRoom() {
        Task.Deletion deletion = deletion();
        RoomId room = deletion == null ? null : deletion.room();
        return room == null ? null : console.rooms().find(room).orElse(null);
    }

    /** What it says in the rooms; empty: it is about messages of others. */
    public String getText() {
        return job != null && job.task() instanceof Task.Announcement announcement ? announcement.text() : "";
    }

    /** Who was muted first, for how long; empty: nobody. */
    public String getMute() {
        return job != null
                        && job.task() instanceof Task.Deletion deletion
                        && !deletion.mute().isZero()
                ? Task.Deletion.span(deletion.mute())
                : "";
    }

    public String tone(JobRoom.State state) {
        return switch (state) {
            case WAITING -> "";
            case DONE -> "good";
            case FAILED -> "harsh";
        };
    }
}
