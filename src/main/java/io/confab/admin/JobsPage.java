package io.confab.admin;

import io.confab.job.Job;
import io.confab.job.Task;
import io.confab.kernel.Ids;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What staff ordered and the server does by and by, newest first; read in pages by place. For all of staff. */
@Named
@RequestScoped
public class JobsPage {
    private static final int SHOWN = 25;

    @Inject
    private Console console;

    @Inject
    private Door door;

    private String before = "";
    private @Nullable List<Job> jobs;

    @PostConstruct
    void readAddress() {
        before = door.parameter("before");
    }

    private List<Job> found() {
        if (jobs == null) {
            Optional<Job> last = Optional.of(before).filter(Ids::isCid).flatMap(console.jobs()::find);
            jobs = console.jobs()
                    .newest(
                            last.map(Job::orderedAt).orElse(door.now().plus(Duration.ofDays(1))),
                            last.map(Job::id).orElse(""),
                            SHOWN + 1);
        }
        return jobs;
    }

    public List<Job> getJobs() {
        return found().stream().limit(SHOWN).toList();
    }

    public boolean isMore() {
        return found().size() > SHOWN;
    }

    /** For the link to older ones. */
    public String getLast() {
        return getJobs().isEmpty() ? "" : getJobs().getLast().id();
    }

    public boolean isNewest() {
        return before.isEmpty();
    }

    /** In words. */
    public String what(Job job) {
        return switch (job.task()) {
            case Task.Deletion deletion -> "Delete messages of the last " + Task.Deletion.span(deletion.back());
            case Task.Restoration back ->
                "Bring back the messages of the last "
                        + Task.Deletion.span(back.deletion().back());
            case Task.Announcement announcement ->
                announcement.everywhere() ? "Announce in all rooms" : "Announce in some rooms";
        };
    }

    /** In words. */
    public String state(Job job) {
        if (job.stop() != null) {
            return "stopped";
        }
        return job.doneAt() == null ? "under way" : job.progress().failedRooms() > 0 ? "done in part" : "done";
    }

    /** How much of how much; of what was not counted, how much. */
    public String amount(Job job) {
        long done = job.progress().done();
        return job.expected() == 0 ? Long.toString(done) : done + " of " + job.expected();
    }

    /** Its colour. */
    public String tone(Job job) {
        if (job.stop() != null) {
            return "warn";
        }
        return job.doneAt() == null ? "" : job.progress().failedRooms() > 0 ? "warn" : "good";
    }
}
