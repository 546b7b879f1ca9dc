package io.confab.job;

import io.confab.identity.AccountActs;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that follow from what somebody who might has decided: ordered by the server on their behalf, though they have left since,
 * and however many of theirs are under way, since what is decided must be done. The order stands in one transaction with what says
 * that it was carried out. Thread-safe; throws {@link StoreFailure} when it is not known to be ordered.
 */
@Singleton
public class DecidedJobs {
    private static final System.Logger LOG = System.getLogger(DecidedJobs.class.getName());
    /** Of the ids of decisions, and so of their jobs. */
    public static final String PREFIX = "d_";

    /** By the primary key, and by job_of. */
    private static final String CALLED_OFF = "select 1 from job j where j.id = ? and (j.stopped_at is not null"
            + " or exists (select 1 from job b where b.of_job = j.id))";

    private final Transactions transactions;
    private final JobRows rows;
    private final MessageCount count;
    private final OrderRules rules;
    private final Clock clock;

    @Inject
    public DecidedJobs(Database database, MessageCount count, RoomRules rules, Clock clock) {
        this.transactions = database.transactions();
        this.rows = new JobRows(database);
        this.count = count;
        this.rules = new OrderRules(rules);
        this.clock = clock;
    }

    /**
     * A deletion, unless what was decided was carried out or called off meanwhile. Refused with {@code bad_request} when nobody may
     * order it so.
     *
     * @param at when it was decided, in milliseconds: from then it counts back
     */
    public Outcome<Boolean> delete(
            AccountActs.Order decided, String id, Task.Deletion deletion, String why, Instant at) {
        var order = new Jobs.Order(id, deletion, why, why);
        Optional<Refusal> problem = rules.problem(order);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        var counted = new OrderBook.Counted(at, counted(deletion, at));
        return transactions.write((em, jdbc) -> {
            boolean stands = decided.standing().in(jdbc);
            if (stands) {
                OrderBook.insert(jdbc, OrderBook.Giver.onBehalf(decided.by()), order, counted);
            }
            return Outcome.done(stands);
        });
    }

    /** How many there are is told to staff; that it takes too long to know keeps nothing that is decided from being done. */
    private long counted(Task.Deletion deletion, Instant at) {
        try {
            return count.of(deletion, at).messages();
        } catch (StoreFailure e) {
            LOG.log(Level.WARNING, "a decided deletion is ordered without a number", e);
            return 0;
        }
    }

    /**
     * Takes a deletion back, which is stopped first when it is under way; unless that was carried out or called off meanwhile.
     * When it is taken back already, by whomever, that is enough.
     */
    public Outcome<Boolean> takeBack(AccountActs.Order decided, String deletion, String id, String why) {
        Job former = rows.find(deletion).orElseThrow();
        if (!(former.task() instanceof Task.Deletion task)) {
            throw new IllegalStateException("the job " + deletion + " is no deletion");
        }
        var order = new Jobs.Order(id, new Task.Restoration(deletion, task), why, "");
        var giver = OrderBook.Giver.onBehalf(decided.by());
        Instant now = clock.instant();
        var counted = new OrderBook.Counted(now, former.progress().done());
        return transactions.write((em, jdbc) -> {
            boolean stands = decided.standing().in(jdbc);
            if (stands) {
                OrderBook.stop(jdbc, giver, former, why, now); // nothing when it is over
                if (OrderBook.cannotBeTakenBack(jdbc, deletion).isEmpty()) {
                    OrderBook.insert(jdbc, giver, order, counted);
                }
            }
            return Outcome.done(stands);
        });
    }

    /** By its id: nobody orders one by hand that begins so. */
    static boolean isDecided(String id) {
        return id.startsWith(PREFIX);
    }

    /** Whether an event of the room's log is of what this job did there. @param cid of the event; null: it has none */
    public static boolean isCommandOf(String job, @Nullable String cid) {
        return cid != null && cid.startsWith(JobKeys.of(job));
    }

    /** Whether a deletion was stopped or taken back, by whomever. */
    public static boolean isCalledOff(Connection jdbc, String deletion) throws SQLException {
        return Sql.first(jdbc, CALLED_OFF, row -> true, deletion).isPresent();
    }

    /** When the mute ends that such a deletion lays, if it lays one. @param at when it was decided */
    public static Instant muteEnd(Instant at) {
        return at.plus(Task.Deletion.LEAST_MUTE);
    }
}
