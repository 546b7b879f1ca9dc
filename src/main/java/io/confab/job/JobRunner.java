package io.confab.job;

import io.confab.audit.AuditAct;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    /** So long a room in which something could not be done is left alone. */
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** In a round, of what may come to the same people again and again, of what is small, and of what comes to each room once. */
    private static final int DELETIONS = 4;

    private static final int RESTORATIONS = 20;
    private static final int ANNOUNCEMENTS = 20;

    private final JobRows rows;
    private final RoomTurn turn;
    private final JobEnd end;
    private final Lease lease;
    private final Load load;
    private final Duration retry;
    private final Clock clock;
    private final Clockwork work = new Clockwork("confab-jobs");
    // of the one thread
    private int idle;
    private boolean failing;
    private JobRows.Place last = JobRows.Place.FRONT;
    private final Set<String> stuck = new HashSet<>();
    private final Set<String> seen = new HashSet<>(); // since the front

    @Inject
    public JobRunner(
            Database database,
            RoomReader reader,
            RoomActs acts,
            MessageCount count,
            RoomRules rules,
            JobEnd end,
            Leases leases,
            Load load,
            Clock clock) {
        this(
                new JobRows(database),
                new RoomTurn(
                        database.reads(),
                        reader,
                        acts,
                        count,
                        rules,
                        new RoomReturn(database, reader, acts, count, clock)),
                end,
                leases.lease("jobs", LEASE),
                load,
                RETRY,
                clock);
    }

    JobRunner(JobRows rows, RoomTurn turn, JobEnd end, Lease lease, Load load, Duration retry, Clock clock) {
        this.rows = rows;
        this.turn = turn;
        this.end = end;
        this.lease = lease;
        this.load = load;
        this.retry = retry;
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
        List<Job> open = nextOpen();
        open.forEach(this::turnOrSay);
        return !open.isEmpty();
    }

    /** The next ones in turn: however many do not get on, each has its turn. */
    private List<Job> nextOpen() {
        List<Job> open = rows.open(last, JOBS_AT_ONCE);
        if (open.isEmpty() && !last.equals(JobRows.Place.FRONT)) {
            open = rows.open(JobRows.Place.FRONT, JOBS_AT_ONCE);
        }
        open.forEach(job -> seen.add(job.id()));
        if (open.size() < JOBS_AT_ONCE) {
            last = JobRows.Place.FRONT;
            stuck.retainAll(seen); // the others are over
            seen.clear();
        } else {
            last = JobRows.Place.of(open.getLast());
        }
        return open;
    }

    /** Whatever is wrong with one job, the others go on; without a database none does. */
    private void turnOrSay(Job job) {
        try {
            turnOf(job);
            stuck.remove(job.id());
        } catch (StoreFailure.Unavailable e) {
            rows.anyOpen(); // what it says does not matter: that it throws, when the database is away
            isStuck(job, e);
        } catch (RuntimeException e) {
            isStuck(job, e);
        }
    }

    private void isStuck(Job job, RuntimeException e) {
        Level level = stuck.add(job.id()) ? Level.WARNING : Level.DEBUG;
        LOG.log(level, "job " + job.id() + " does not go on", e);
    }

    private void turnOf(Job job) {
        int steps = switch (job.task()) {
            case Task.Deletion ignored -> DELETIONS;
            case Task.Restoration ignored -> RESTORATIONS;
            case Task.Announcement ignored -> ANNOUNCEMENTS;
        };
        for (int i = 0; i < steps && lease.keep(); i++) {
            if (!step(job)) {
                return;
            }
        }
    }

    /** @return whether it can go on at once */
    private boolean step(Job job) {
        if (!rows.goesOn(job.id())) { // it is asked each time, so that a stop holds from the next command on
            return finished(job);
        }
        Optional<JobRoom> next = rows.next(job.id());
        if (next.isEmpty()) {
            return rows.findRooms(job) > 0 || finished(job);
        }
        JobRoom at = next.get();
        if (at.wasTriedWithin(retry, clock.instant())) { // as all behind it, but for rooms that are not found yet
            return rows.findRooms(job) > 0;
        }
        JobRoom to = rows.hasToWait(job, at.room()) ? at.later(0) : stepIn(job, at);
        return rows.move(job.id(), at, to.isFurtherThan(at) ? to : to.triedAt(clock.instant()));
    }

    private JobRoom stepIn(Job job, JobRoom at) {
        try {
            return turn.step(job, at);
        } catch (StoreFailure e) {
            if (e.mayBeTriedAgain()) { // too slow in this room, or the database is away: then the row is not written
                // either
                return at.later(0);
            }
            return broken(job, at, e);
        } catch (RuntimeException e) {
            return broken(job, at, e);
        }
    }

    private static JobRoom broken(Job job, JobRoom at, RuntimeException e) {
        LOG.log(at.tries() == 0 ? Level.ERROR : Level.DEBUG, "job " + job.id() + " failed in room " + at.room(), e);
        return RoomTurn.broken(job, at);
    }

    private boolean finished(Job job) {
        rows.find(job.id())
                .filter(last -> last.doneAt() == null)
                .filter(this::isEnded)
                .ifPresent(last -> {
                    var giver = OrderBook.Giver.carriesOut(last);
                    var line = giver.line(AuditAct.JOB_DONE, last, "job " + last.id(), said(last), last.why());
                    rows.finish(last, line, clock.instant());
                });
        return false;
    }

    /** Whatever fails there every time keeps no job, and none that waits for it, from its end. */
    private boolean isEnded(Job last) {
        try {
            return end.ends(last);
        } catch (StoreFailure e) {
            if (e.mayBeTriedAgain()) {
                throw e;
            }
            LOG.log(Level.ERROR, "what the end of job " + last.id() + " asks for failed", e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "what the end of job " + last.id() + " asks for failed", e);
        }
        return true;
    }

    private static String said(Job job) {
        Job.Progress all = job.progress();
        String what = switch (job.task()) {
            case Task.Deletion ignored -> all.done() + " messages deleted, " + all.failed() + " not, in ";
            case Task.Restoration ignored -> all.done() + " messages brought back, " + all.failed() + " not, in ";
            case Task.Announcement ignored -> all.done() + " told, " + all.failed() + " not, of ";
        };
        return (job.stop() == null ? "" : "stopped: ")
                + what
                + all.rooms()
                + " rooms; something failed in "
                + all.failedRooms();
    }
}
