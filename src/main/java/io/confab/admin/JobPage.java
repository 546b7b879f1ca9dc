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
    private transient @Nullable Job job;
    private transient @Nullable List<JobRoom> rooms;

    @PostConstruct
    void readAddress() {
        id = door.parameter("id");
        after = door.parameter("after");
    }

    /** Called before the page is built, and again with each post: the view lives on, and the job goes on meanwhile. */
    public void load() {
        job = null;
        rooms = null;
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
                && (shown.task() instanceof Task.Deletion ? staff.isActing() : staff.isAdmin());
    }

    /** To this page again when it is stopped; else with the reason above the form. */
    public @Nullable String stop() {
        return proof.isGiven() ? pages.stop(id, why) : null;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }

    /** Whose messages it deletes; null: it is not about one person. */
    public @Nullable Account getPerson() {
        UserId user = job != null && job.task() instanceof Task.Deletion deletion ? deletion.user() : null;
        return user == null ? null : console.accounts().find(user).orElse(null);
    }

    /** Where alone it deletes; null: it is not about one room. */
    public RoomList.@Nullable Row getRoom() {
        RoomId room = job != null && job.task() instanceof Task.Deletion deletion ? deletion.room() : null;
        return room == null ? null : console.rooms().find(room).orElse(null);
    }

    /** What it says in the rooms; empty: it deletes. */
    public String getText() {
        return job != null && job.task() instanceof Task.Announcement announcement ? announcement.text() : "";
    }

    /** Who was muted first, for how long; empty: nobody. */
    public String getMute() {
        return job != null
                        && job.task() instanceof Task.Deletion deletion
                        && !deletion.mute().isZero()
                ? JobsPage.span(deletion.mute())
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
