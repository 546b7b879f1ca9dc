package io.confab.job;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Load;
import io.confab.log.RoomReader;
import io.confab.moderation.RoomActs;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.work.Lease;
import io.confab.work.Leases;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Carries jobs out, at one node at a time: who holds the lease. A few steps for each job in turn, then a pause, so that a long one
 * holds up no other, rooms are not flooded and sends come first. A node that dies leaves rows; who has the lease next goes on
 * from them.
 */
@Singleton
public class JobRunner {
    private static final System.Logger LOG = System.getLogger(JobRunner.class.getName());
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int IDLE_ROUNDS = 4;
    private static final int JOBS_AT_ONCE = 20;
    /** In a round, of what may come to the same people again and again, and of what comes to each room once. */
    private static final int DELETIONS = 4;

    private static final int ANNOUNCEMENTS = 20;

    private final JobRows rows;
    private final RoomTurn turn;
    private final Lease lease;
    private final Load load;
    private final Clock clock;
    private final Clockwork work = new Clockwork("confab-jobs");
    // of the one thread
    private int idle;
    private boolean failing;

    @Inject
    public JobRunner(
            Database database,
            RoomReader reader,
            RoomActs acts,
            MessageCount count,
            RoomRules rules,
            Leases leases,
            Load load,
            Clock clock) {
        this(
                new JobRows(database),
                new RoomTurn(database.reads(), reader, acts, count, rules),
                leases.lease("jobs", LEASE),
                load,
                clock);
    }

    JobRunner(JobRows rows, RoomTurn turn, Lease lease, Load load, Clock clock) {
        this.rows = rows;
        this.turn = turn;
        this.lease = lease;
        this.load = load;
        this.clock = clock;
    }

    void start(@Observes Startup startup) {
        work.every(PAUSE, this::roundOrLater);
    }

    @PreDestroy
    void stop() {
        work.stop();
    }

    private void roundOrLater() {
        if (idle > 0) {
            idle--;
            return;
        }
        try {
            if (!round()) {
                idle = IDLE_ROUNDS;
            }
            failing = false;
        } catch (StoreFailure e) {
            LOG.log(failing ? Level.DEBUG : Level.WARNING, "jobs wait for the database: {0}", e.getMessage());
            failing = true;
        }
    }

    /** For one thread. @return false: there is nothing for this node to do; @throws StoreFailure when the database is away */
    public boolean round() {
        if (load.givesUp(Load.Kind.READS) || !rows.anyOpen() || !lease.keep()) { // what can wait, waits
            return false;
        }
        List<Job> open = rows.open(JOBS_AT_ONCE);
        for (Job job : open) {
            int steps = job.task() instanceof Task.Deletion ? DELETIONS : ANNOUNCEMENTS;
            for (int i = 0; i < steps && lease.keep(); i++) {
                if (!step(job)) {
                    break;
                }
            }
        }
        return !open.isEmpty();
    }

    /** @return whether it can go on at once */
    private boolean step(Job job) {
        Optional<JobRoom> next = rows.next(job.id());
        if (next.isEmpty()) {
            return rows.findRooms(job) > 0 || finished(job);
        }
        JobRoom at = next.get();
        Optional<JobRoom> to = turn.step(job, at);
        return to.isPresent() && rows.move(job.id(), at, to.get());
    }

    private boolean finished(Job job) {
        Job.Progress all = rows.find(job.id()).orElse(job).progress();
        var line = new AuditLine(
                job.by(), AuditAct.JOB_DONE, job.target(), "job " + job.id(), said(job.task(), all), job.why(), null);
        rows.finish(job, line, clock.instant());
        return false;
    }

    private static String said(Task task, Job.Progress all) {
        String what = switch (task) {
            case Task.Deletion ignored -> all.done() + " messages deleted, " + all.failed() + " not, in ";
            case Task.Announcement ignored -> all.done() + " told, " + all.failed() + " not, of ";
        };
        return what + all.rooms() + " rooms; something failed in " + all.failedRooms();
    }
}
