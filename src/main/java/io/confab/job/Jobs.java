package io.confab.job;

import io.confab.identity.Outcome;
import io.confab.identity.StaffRight;
import io.confab.kernel.Refusal;
import io.confab.kernel.Sha256;
import io.confab.kernel.UserId;
import io.confab.moderation.RoomActs;
import io.confab.moderation.StaffMember;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Orders jobs, stops them and shows how far they are. An order is a row with its audit line, in a transaction that knows that who
 * gives it may; some node carries it out from then on. Given again with the same id it is the same job. Thread-safe; throws
 * {@link StoreFailure} when it is not known to be ordered.
 */
@Singleton
public class Jobs {
    /** Of one person at a time. */
    static final int MOST_OPEN = 20;

    private static final int MOST_ROOMS_COUNTED = 100_000;
    /** By room_kind. */
    private static final String ROOMS = "select count(*) from (select 1 from room where kind in ('public', 'private')"
            + " and not archived limit " + MOST_ROOMS_COUNTED + ") r";

    private final Transactions transactions;
    private final Reads reads;
    private final JobRows rows;
    private final StaffRight right;
    private final MessageCount count;
    private final OrderRules rules;
    private final Clock clock;

    @Inject
    public Jobs(Database database, StaffRight right, MessageCount count, RoomRules rules, Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.rows = new JobRows(database);
        this.right = right;
        this.count = count;
        this.rules = new OrderRules(rules);
        this.clock = clock;
    }

    /**
     * What somebody wants to be done.
     *
     * @param id made by who orders it, 1 to 64 of {@code [A-Za-z0-9_-]}; those that begin with {@code d_} are kept for decisions
     * @param why for staff
     * @param told what the rooms are told as the reason; empty: nothing
     */
    public record Order(String id, Task task, String why, String told) {
        /** Tells a repeat from another order. */
        String request(UserId by) {
            String all = by + "\n" + task + "\n" + why + "\n" + told;
            return Sha256.version(all.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** @param duplicate it had been ordered already */
    public record Ordered(Job job, boolean duplicate) {}

    /**
     * Deletions are ordered by moderators, of people whom they outrank; announcements by admins. Refused with
     * {@code forbidden}, {@code bad_request}, {@code not_found}, {@code conflict} when too many of theirs are under way, or
     * {@code cid_conflict} when the id is another order's.
     */
    public Outcome<Ordered> order(StaffMember by, Order order) {
        Optional<Refusal> problem = OrderRules.byHand(order).or(() -> rules.problem(order));
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        // asked first, and again with the row: in between it is counted, which costs
        return transactions
                .write((em, jdbc) -> asked(em, jdbc, by, order))
                .then(repeated -> repeated ? Outcome.done(true) : first(by, order))
                .map(duplicate -> new Ordered(find(order.id()).orElseThrow(), duplicate));
    }

    /**
     * Takes a deletion that is over or stopped back, as far as what it did still stands as it left it. By who might order the
     * deletion, once: refused as that is, and with {@code conflict} while it is under way, and when it is taken back already,
     * unless that was stopped.
     *
     * @param deletion its id
     * @param id of this order, as {@link Order} has it
     */
    public Outcome<Ordered> restore(StaffMember by, String deletion, String id, String why, String told) {
        Optional<Job> found = find(deletion);
        if (found.isEmpty()) {
            return Outcome.refused(new Refusal.NotFound("there is no such job"));
        }
        return found.get().task() instanceof Task.Deletion task
                ? order(by, new Order(id, new Task.Restoration(deletion, task), why, told))
                : Outcome.refused(new Refusal.BadRequest("only a deletion is taken back"));
    }

    /** What takes this deletion back, or did, last. */
    public Optional<Job> restorationOf(String deletion) {
        return rows.restoration(deletion);
    }

    /** Done with false: it may be ordered; with true: it had been. */
    private Outcome<Boolean> asked(EntityManager em, Connection jdbc, StaffMember by, Order order) throws SQLException {
        Optional<Refusal> refusal = right.refusal(em, jdbc, by.actor());
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        Optional<Outcome<Boolean>> before = repeated(jdbc, by, order);
        if (before.isPresent()) {
            return before.get();
        }
        refusal = JobRight.refusal(jdbc, by.user(), order.task());
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        if (order.task() instanceof Task.Restoration back) {
            refusal = OrderBook.cannotBeTakenBack(jdbc, back.of());
            if (refusal.isPresent()) {
                return Outcome.refused(refusal.get());
            }
        }
        return JobRows.openOf(jdbc, by.user()) < MOST_OPEN
                ? Outcome.done(false)
                : Outcome.refused(new Refusal.Conflict(
                        MOST_OPEN + " jobs that you ordered are under way; wait for one, or stop one"));
    }

    private Outcome<Boolean> first(StaffMember by, Order order) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var counted = new OrderBook.Counted(now, expected(order.task(), now));
        try {
            return transactions.write((em, jdbc) -> {
                Outcome<Boolean> asked = asked(em, jdbc, by, order);
                if (asked instanceof Outcome.Done<Boolean>(Boolean repeated) && !repeated) {
                    OrderBook.insert(jdbc, OrderBook.Giver.of(by), order, counted);
                }
                return asked;
            });
        } catch (StoreFailure.UniqueViolation e) { // sent twice at once: the other one was first
            return transactions.write((em, jdbc) -> repeated(jdbc, by, order).orElseThrow());
        }
    }

    /**
     * Calls a job off: no further command is begun, what is done stays. By who might order it, whoever did; {@code conflict}
     * when it is over.
     */
    public Outcome<Ordered> stop(StaffMember by, String id, String why) {
        Optional<Refusal> problem = RoomActs.reasonProblem(why);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        Optional<Job> found = find(id);
        if (found.isEmpty()) {
            return Outcome.refused(new Refusal.NotFound("there is no such job"));
        }
        Job job = found.get();
        Outcome<Boolean> stopped = transactions.write((em, jdbc) -> {
            Optional<Refusal> refusal = right.refusal(em, jdbc, by.actor());
            if (refusal.isEmpty()) {
                refusal = JobRight.refusal(jdbc, by.user(), job.task());
            }
            return refusal.isPresent()
                    ? Outcome.refused(refusal.get())
                    : Outcome.done(OrderBook.stop(jdbc, OrderBook.Giver.of(by), job, why, clock.instant()));
        });
        return stopped.then(first -> {
            Job now = find(id).orElseThrow();
            return now.stop() == null
                    ? Outcome.refused(new Refusal.Conflict("the job is over"))
                    : Outcome.done(new Ordered(now, !first));
        });
    }

    private static Optional<Outcome<Boolean>> repeated(Connection jdbc, StaffMember by, Order order)
            throws SQLException {
        return JobRows.requested(jdbc, order.id())
                .map(request -> request.equals(order.request(by.user()))
                        ? Outcome.done(true)
                        : Outcome.refused(new Refusal.CidConflict("another order has this id; take a new one")));
    }

    private long expected(Task task, Instant now) {
        return switch (task) {
            case Task.Deletion deletion -> count.of(deletion, now).messages();
            case Task.Restoration back ->
                rows.find(back.of()).map(job -> job.progress().done()).orElse(0L);
            case Task.Announcement announcement ->
                announcement.everywhere() ? countRooms() : announcement.rooms().size();
        };
    }

    /** In which an announcement to all would stand, at most {@value #MOST_ROOMS_COUNTED}. */
    public long countRooms() {
        return reads.first(ROOMS, row -> row.getLong(1)).orElse(0L);
    }

    public Optional<Job> find(String id) {
        return rows.find(id);
    }

    /** Newest first, those behind this place. */
    public List<Job> newest(Instant before, String beforeId, int limit) {
        return rows.newest(before, beforeId, limit);
    }

    /** How far it is in each room, by room id, those behind this one. */
    public List<JobRoom> rooms(String job, String after, int limit) {
        return rows.rooms(job, after, limit);
    }
}
