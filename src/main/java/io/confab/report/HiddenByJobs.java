package io.confab.report;

import io.confab.job.DecidedJobs;
import io.confab.job.Job;
import io.confab.job.JobEnd;
import io.confab.job.Task;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a job leaves hidden for review, though its case was closed meanwhile and nothing that stands takes the message away, comes
 * back when the job ends: a restoration hides again what was hidden before the deletion, and a deletion that was stopped may not
 * have come to the message that its decision was about. Thread-safe.
 */
@Singleton
public class HiddenByJobs implements JobEnd {
    private static final int AT_ONCE = 200;
    private static final String HIDDEN = "select c.id, d.cid from mod_case c"
            + " join room_event e on e.room_id = c.room_id and e.seq = c.seq"
            + " join room_event d on d.room_id = e.room_id and d.seq = e.deleted_seq"
            + " where c.state = 'closed' and d.type = 'msg.deleted' and d.by_id = '" + UserId.SERVER + "' and c.id > ?";
    private static final String IN_ORDER = " order by c.id limit " + AT_ONCE;
    /** By mod_case_author and the primary key of room_event. */
    private static final String OF_PERSON = HIDDEN + " and c.author_id = ?" + IN_ORDER;
    /** By mod_case_room, likewise. */
    private static final String OF_ROOM = HIDDEN + " and c.room_id = ?" + IN_ORDER;

    private final Reads reads;
    private final CaseList cases;
    private final AutoHide autoHide;

    @Inject
    public HiddenByJobs(Database database, CaseList cases, AutoHide autoHide) {
        this.reads = database.reads();
        this.cases = cases;
        this.autoHide = autoHide;
    }

    @Override
    public boolean ends(Job job) {
        return switch (job.task()) {
            case Task.Deletion ignored -> isSettled(cases.ofJob(job.id()));
            case Task.Restoration back -> isSettled(cases.ofJob(back.of())) && isShownAgain(job, back.deletion());
            case Task.Announcement ignored -> true;
        };
    }

    private boolean isSettled(Optional<String> caseId) {
        return caseId.isEmpty() || autoHide.decided(caseId.get());
    }

    /** @return false: of one it could not be done just now */
    private boolean isShownAgain(Job job, Task.Deletion deletion) {
        UserId user = deletion.user();
        RoomId room = deletion.room();
        String of = user != null ? user.value() : String.valueOf(room);
        String last = "";
        List<Hidden> some;
        do {
            some = reads.list(user != null ? OF_PERSON : OF_ROOM, Hidden::of, last, of);
            for (Hidden each : some) {
                last = each.caseId();
                if (DecidedJobs.isCommandOf(job.id(), each.by()) && !autoHide.decided(each.caseId())) {
                    return false;
                }
            }
        } while (some.size() == AT_ONCE);
        return true;
    }

    /** @param by command id of what hid it; null: none was given */
    private record Hidden(String caseId, @Nullable String by) {
        static Hidden of(ResultSet row) throws SQLException {
            return new Hidden(row.getString("id"), row.getString("cid"));
        }
    }
}
