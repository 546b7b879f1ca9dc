package io.confab.job;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Outcome;
import io.confab.identity.StaffRight;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.Sha256;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import io.confab.moderation.RoomActs;
import io.confab.moderation.StaffMember;
import io.confab.room.BodyRules;
import io.confab.room.Checked;
import io.confab.room.MessageBody;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Orders jobs, stops them and shows how far they are. An order is a row with its audit line, in a transaction that knows that who
 * gives it may; some node carries it out from then on. Given again with the same id it is the same job. Thread-safe; throws
 * {@link StoreFailure} when it is not known to be ordered.
 */
@Singleton
public class Jobs {
    private static final Duration LEAST_BACK = Duration.ofMinutes(1);
    /** It counts from the order, and the job may have to wait. */
    private static final Duration LEAST_MUTE = Duration.ofHours(1);

    private static final Duration LONGEST_MUTE = Duration.ofDays(365);
    /** Of one person at a time. */
    static final int MOST_OPEN = 20;

    private static final int MOST_ROOMS_COUNTED = 100_000;
    private static final String ROLE = "select role from account where id = ? and id <> '" + UserId.SERVER + "'";
    private static final String KIND = "select kind from room where id = ?";
    /** By room_kind. */
    private static final String ROOMS = "select count(*) from (select 1 from room where kind in ('public', 'private')"
            + " and not archived limit " + MOST_ROOMS_COUNTED + ") r";

    private final Transactions transactions;
    private final Reads reads;
    private final JobRows rows;
    private final StaffRight right;
    private final MessageCount count;
    private final RoomRules rules;
    private final Clock clock;

    @Inject
    public Jobs(Database database, StaffRight right, MessageCount count, RoomRules rules, Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.rows = new JobRows(database);
        this.right = right;
        this.count = count;
        this.rules = rules;
        this.clock = clock;
    }

    /**
     * What somebody wants to be done.
     *
     * @param id made by who orders it, 1 to 64 of {@code [A-Za-z0-9_-]}
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
        Optional<Refusal> problem = problem(order);
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        // asked first, and again with the row: in between it is counted, which costs
        return transactions
                .write((em, jdbc) -> asked(em, jdbc, by, order))
                .then(repeated -> repeated ? Outcome.done(true) : first(by, order))
                .map(duplicate -> new Ordered(find(order.id()).orElseThrow(), duplicate));
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
        refusal = notTheirs(jdbc, by.user(), order.task());
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        return JobRows.openOf(jdbc, by.user()) < MOST_OPEN
                ? Outcome.done(false)
                : Outcome.refused(new Refusal.Conflict(
                        MOST_OPEN + " jobs that you ordered are under way; wait for one, or stop one"));
    }

    private Outcome<Boolean> first(StaffMember by, Order order) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var counted = new Counted(now, expected(order.task(), now));
        try {
            return transactions.write((em, jdbc) -> {
                Outcome<Boolean> asked = asked(em, jdbc, by, order);
                if (asked instanceof Outcome.Done<Boolean>(Boolean repeated) && !repeated) {
                    insert(jdbc, by, order, counted);
                }
                return asked;
            });
        } catch (StoreFailure.UniqueViolation e) { // sent twice at once: the other one was first
            return transactions.write((em, jdbc) -> repeated(jdbc, by, order).orElseThrow());
        }
    }

    private record Counted(Instant now, long expected) {}

    private static void insert(Connection jdbc, StaffMember by, Order order, Counted counted) throws SQLException {
        var job = new Job(
                order.id(),
                order.task(),
                by.user(),
                by.account().username(),
                order.why(),
                order.told(),
                counted.now(),
                counted.expected(),
                null,
                null,
                Job.Progress.NONE);
        JobRows.insert(jdbc, job, order.request(by.user()));
        AuditTrail.record(
                jdbc,
                new AuditLine(by.user(), act(job.task()), job.target(), null, said(job), job.why(), by.address()));
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
                refusal = notTheirs(jdbc, by.user(), job.task());
            }
            return refusal.isPresent() ? Outcome.refused(refusal.get()) : Outcome.done(stop(jdbc, by, job, why));
        });
        return stopped.then(first -> {
            Job now = find(id).orElseThrow();
            return now.stop() == null
                    ? Outcome.refused(new Refusal.Conflict("the job is over"))
                    : Outcome.done(new Ordered(now, !first));
        });
    }

    private boolean stop(Connection jdbc, StaffMember by, Job job, String why) throws SQLException {
        boolean first = JobRows.stop(jdbc, job.id(), by.user(), clock.instant());
        if (first) {
            AuditTrail.record(
                    jdbc,
                    new AuditLine(
                            by.user(),
                            AuditAct.JOB_STOPPED,
                            job.target(),
                            "job " + job.id(),
                            "stopped",
                            why,
                            by.address()));
        }
        return first;
    }

    private static Optional<Outcome<Boolean>> repeated(Connection jdbc, StaffMember by, Order order)
            throws SQLException {
        return JobRows.requested(jdbc, order.id())
                .map(request -> request.equals(order.request(by.user()))
                        ? Outcome.done(true)
                        : Outcome.refused(new Refusal.CidConflict("another order has this id; take a new one")));
    }

    private static AuditAct act(Task task) {
        return switch (task) {
            case Task.Deletion ignored -> AuditAct.DELETION_ORDERED;
            case Task.Announcement ignored -> AuditAct.ANNOUNCEMENT_ORDERED;
        };
    }

    private static String said(Job job) {
        return switch (job.task()) {
            case Task.Deletion deletion ->
                "job " + job.id() + ": " + job.expected() + " messages of the last " + deletion.back()
                        + (deletion.mute().isZero() ? "" : ", muted for " + deletion.mute() + " first");
            case Task.Announcement ignored -> "job " + job.id() + ": to " + job.expected() + " rooms";
        };
    }

    private Optional<Refusal> problem(Order order) {
        if (!Ids.isCid(order.id())) {
            return Optional.of(new Refusal.BadRequest("the idempotency key must be 1 to 64 of [A-Za-z0-9_-]"));
        }
        Optional<Refusal> words = RoomActs.reasonProblem(order.why())
                .or(() -> order.told().isEmpty()
                        ? Optional.empty()
                        : VisibleText.lineProblem("what the rooms are told", order.told(), RoomRules.MAX_REASON_CHARS));
        return words.or(() -> switch (order.task()) {
            case Task.Deletion deletion -> problem(deletion);
            case Task.Announcement announcement -> problem(announcement);
        });
    }

    private static Optional<Refusal> problem(Task.Deletion deletion) {
        if (deletion.back().compareTo(LEAST_BACK) < 0 || deletion.back().compareTo(Task.Deletion.MOST_BACK) > 0) {
            return Optional.of(new Refusal.BadRequest("messages are deleted of the last minute to the last "
                    + Task.Deletion.MOST_BACK.toDays() + " days"));
        }
        if (deletion.user() == null) {
            return deletion.mute().isZero()
                    ? Optional.empty()
                    : Optional.of(new Refusal.BadRequest("whoever is to be muted must be named"));
        }
        return deletion.mute().compareTo(LEAST_MUTE) < 0 || deletion.mute().compareTo(LONGEST_MUTE) > 0
                ? Optional.of(new Refusal.BadRequest("a person is muted first, for an hour to " + LONGEST_MUTE.toDays()
                        + " days, so that nothing slips in"))
                : Optional.empty();
    }

    private Optional<Refusal> problem(Task.Announcement announcement) {
        String text = announcement.text();
        if (text.codePointCount(0, text.length()) > Task.Announcement.MOST_CHARS) {
            return Optional.of(new Refusal.TooLarge(
                    "an announcement has at most " + Task.Announcement.MOST_CHARS + " characters"));
        }
        if (announcement.everywhere() != announcement.rooms().isEmpty()
                || announcement.rooms().size() > Task.Announcement.MOST_ROOMS) {
            return Optional.of(new Refusal.BadRequest(
                    "name 1 to " + Task.Announcement.MOST_ROOMS + " rooms, or none when it is for all"));
        }
        return switch (body(text, rules)) {
            case Checked.Valid<MessageBody> ignored -> Optional.empty();
            case Checked.Invalid<MessageBody>(Refusal refusal) -> Optional.of(refusal);
        };
    }

    /** What stands in the rooms. */
    static Checked<MessageBody> body(String text, RoomRules rules) {
        return BodyRules.check(Json.object().put("type", MessageBody.TEXT).put("text", text), rules);
    }

    private static Optional<Refusal> notTheirs(Connection jdbc, UserId by, Task task) throws SQLException {
        GlobalRole own = role(jdbc, by).orElse(GlobalRole.USER);
        return switch (task) {
            case Task.Deletion deletion -> notTheirs(jdbc, by, own, deletion);
            case Task.Announcement announcement -> notTheirs(jdbc, own, announcement);
        };
    }

    private static Optional<Refusal> notTheirs(Connection jdbc, UserId by, GlobalRole own, Task.Deletion deletion)
            throws SQLException {
        RoomId room = deletion.room();
        if (room != null) {
            Optional<String> kind = Sql.first(jdbc, KIND, row -> row.getString(1), room.value());
            if (kind.isEmpty()) {
                return Optional.of(new Refusal.NotFound("no such room"));
            }
            if (kind.get().equals("direct") && deletion.user() == null) {
                return Optional.of(new Refusal.Forbidden("a conversation of two is not emptied; name one of them"));
            }
        }
        UserId user = deletion.user();
        if (user == null) {
            return Optional.empty();
        }
        Optional<GlobalRole> role = role(jdbc, user);
        if (role.isEmpty()) {
            return Optional.of(new Refusal.NotFound("no such account"));
        }
        if (user.equals(by)) {
            return Optional.of(new Refusal.Forbidden("nobody does this to themself"));
        }
        return role.get().isStaff() && own != GlobalRole.ADMIN
                ? Optional.of(new Refusal.Forbidden("only an admin does this to staff"))
                : Optional.empty();
    }

    private static Optional<Refusal> notTheirs(Connection jdbc, GlobalRole own, Task.Announcement announcement)
            throws SQLException {
        if (own != GlobalRole.ADMIN) {
            return Optional.of(new Refusal.Forbidden("only an admin announces"));
        }
        for (RoomId room : announcement.rooms()) {
            Optional<String> kind = Sql.first(jdbc, KIND, row -> row.getString(1), room.value());
            if (kind.isEmpty() || kind.get().equals("direct")) {
                return Optional.of(new Refusal.NotFound("there is no room " + room + " to announce in"));
            }
        }
        return Optional.empty();
    }

    private static Optional<GlobalRole> role(Connection jdbc, UserId user) throws SQLException {
        return Sql.first(
                jdbc,
                ROLE,
                row -> GlobalRole.valueOf(
                        Objects.requireNonNull(row.getString(1)).toUpperCase(Locale.ROOT)),
                user.value());
    }

    private long expected(Task task, Instant now) {
        return switch (task) {
            case Task.Deletion deletion -> count.of(deletion, now).messages();
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
