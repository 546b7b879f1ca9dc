package io.confab.job;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.StaffMember;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Orders and stops of jobs, each a row with its audit line in the transaction of whoever calls. */
final class OrderBook {
    private OrderBook() {}

    /**
     * Who orders or stops.
     *
     * @param bySystem the server, which carries out what they decided
     * @param address theirs; null: it is the server
     */
    record Giver(UserId user, boolean bySystem, @Nullable String address) {
        static Giver of(StaffMember by) {
            return new Giver(by.user(), false, by.address());
        }

        /** The server on behalf of this person. */
        static Giver onBehalf(UserId by) {
            return new Giver(by, true, null);
        }

        /** Who ordered it, by whichever way. */
        static Giver carriesOut(Job job) {
            return new Giver(job.by(), DecidedJobs.isDecided(job.id()), null);
        }

        AuditLine line(AuditAct act, Job job, @Nullable String before, String after, String why) {
            return new AuditLine(
                    bySystem ? UserId.SERVER : user,
                    act,
                    job.target(),
                    before,
                    after + (bySystem ? ", on behalf of " + user : ""),
                    why,
                    address);
        }
    }

    /** @param at from when on it counts, in milliseconds, @param expected messages, or rooms */
    record Counted(Instant at, long expected) {}

    static void insert(Connection jdbc, Giver by, Jobs.Order order, Counted counted) throws SQLException {
        var job = new Job(
                order.id(),
                order.task(),
                by.user(),
                "",
                order.why(),
                order.told(),
                counted.at(),
                counted.expected(),
                null,
                null,
                Job.Progress.NONE);
        JobRows.insert(jdbc, job, order.request(by.user()));
        String before = order.task() instanceof Task.Restoration back ? "deleted by the job " + back.of() : null;
        AuditTrail.record(jdbc, by.line(act(job.task()), job, before, said(job), job.why()));
    }

    /** @return false: it was stopped before, or is over */
    static boolean stop(Connection jdbc, Giver by, Job job, String why, Instant now) throws SQLException {
        boolean first = JobRows.stop(jdbc, job.id(), by.user(), now);
        if (first) {
            AuditTrail.record(jdbc, by.line(AuditAct.JOB_STOPPED, job, "job " + job.id(), "stopped", why));
        }
        return first;
    }

    /** Why this deletion cannot be taken back as it stands; empty: it can, until this transaction ends. */
    static Optional<Refusal> cannotBeTakenBack(Connection jdbc, String deletion) throws SQLException {
        Optional<Job> found = JobRows.locked(jdbc, deletion);
        if (found.isEmpty()) {
            return Optional.of(new Refusal.NotFound("there is no such job"));
        }
        if (found.get().isUnderWay()) {
            return Optional.of(new Refusal.Conflict("it is under way: stop it first"));
        }
        return JobRows.restoration(jdbc, deletion)
                .filter(back -> back.stop() == null)
                .map(back -> new Refusal.Conflict("it is taken back already, by the job " + back.id()));
    }

    private static AuditAct act(Task task) {
        return switch (task) {
            case Task.Deletion ignored -> AuditAct.DELETION_ORDERED;
            case Task.Restoration ignored -> AuditAct.RESTORATION_ORDERED;
            case Task.Announcement ignored -> AuditAct.ANNOUNCEMENT_ORDERED;
        };
    }

    private static String said(Job job) {
        return switch (job.task()) {
            case Task.Deletion deletion ->
                "job " + job.id() + ": " + job.expected() + " messages of the last " + deletion.back()
                        + (deletion.mute().isZero() ? "" : ", muted for " + deletion.mute() + " first");
            case Task.Restoration back ->
                "job " + job.id() + ": brings back " + job.expected() + " messages that the job " + back.of()
                        + " deleted";
            case Task.Announcement ignored -> "job " + job.id() + ": to " + job.expected() + " rooms";
        };
    }
}
