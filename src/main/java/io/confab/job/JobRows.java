package io.confab.job;

import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** The rows of jobs and of their rooms. Longer than most: a third of it are its statements. Thread-safe. */
class JobRows {
    /** Rooms of a person, or of the installation, that are taken into a job at a time. */
    static final int ROOMS_AT_ONCE = 500;

    private static final String INSERT = "insert into job (id, kind, request, user_id, room_id, back_ms, mute_ms, text,"
            + " all_rooms, by_id, why, told, ordered_at, expected, of_job)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String ADD_ROOM =
            "insert into job_room (job_id, room_id, state, passed, done, failed, note) values (?, ?, 'waiting', -1, 0, 0, '')";
    private static final String ADD =
            "insert into job_room (job_id, room_id, state, passed, done, failed, note) select cast(? as varchar), r.id,"
                    + " 'waiting', -1, 0, 0, '' from ";
    /** By room_member_user. */
    private static final String ADD_OF_PERSON = ADD + "(select m.room_id as id from room_member m where m.user_id = ?"
            + " and not exists (select 1 from job_room j where j.job_id = ? and j.room_id = m.room_id)"
            + " order by m.room_id limit " + ROOMS_AT_ONCE + ") r";
    /** By the primary key: the rooms of another job. */
    private static final String ADD_OF_JOB = ADD + "(select d.room_id as id from job_room d where d.job_id = ?"
            + " and not exists (select 1 from job_room j where j.job_id = ? and j.room_id = d.room_id)"
            + " order by d.room_id limit " + ROOMS_AT_ONCE + ") r";
    /** By the primary keys: those behind the last that was taken in. */
    private static final String ADD_OF_ALL = ADD + "(select k.id from room k where k.id >"
            + " coalesce((select max(j.room_id) from job_room j where j.job_id = ?), '') and k.kind <> 'direct'"
            + " and not k.archived and k.created_at <= ? order by k.id limit " + ROOMS_AT_ONCE + ") r";

    private static final String ONE = JobColumns.JOB + " where j.id = ?";
    /** By job_open. */
    private static final String OPEN = JobColumns.JOB
            + " where j.done_at is null and (j.ordered_at, j.id) > (?, ?) order by j.ordered_at, j.id limit ?";

    /** Whoever changes it waits; of one that is over nothing is summed up. */
    private static final String LOCK = "select id from job where id = ? for update";
    /** By job_of. */
    private static final String BACK = JobColumns.JOB + " where j.of_job = ?"
            + " order by case when j.stopped_at is null then 0 else 1 end, j.ordered_at desc, j.id limit 1";

    /** By job_open. */
    private static final String EARLIER =
            "select 1 from job j left join job d on d.id = j.of_job where j.done_at is null"
                    + " and j.kind = ? and (j.ordered_at, j.id) < (?, ?)"
                    + " and (cast(? as varchar) = '' or coalesce(d.user_id, j.user_id, ?) = ?)"
                    + " and coalesce(d.room_id, j.room_id, ?) = ?"
                    // of a restoration the rooms are known: those of its deletion, which is over
                    + " and (d.id is null or exists (select 1 from job_room x where x.job_id = d.id and x.room_id = ?))"
                    + " and not exists (select 1 from job_room y where y.job_id = j.id and y.room_id = ?"
                    + " and y.state <> 'waiting') limit 1";

    private static final String ANY_OPEN = "select 1 from job where done_at is null limit 1";
    private static final String GOES_ON = "select 1 from job where id = ? and done_at is null and stopped_at is null";
    /** By job_open. */
    private static final String OPEN_OF = "select count(*) from job where done_at is null and by_id = ?";
    /** By job_ordered. */
    private static final String NEWEST =
            JobColumns.JOB + " where (j.ordered_at, j.id) < (?, ?) order by j.ordered_at desc, j.id desc limit ?";

    private static final String PROGRESS = "select job_id, state, count(*), sum(done), sum(failed) from job_room"
            + " where job_id = any(cast(? as varchar array)) group by job_id, state";
    /** By job_room_state. */
    private static final String NEXT =
            JobColumns.ROOM + " and j.state = 'waiting' order by j.tried_at, j.room_id limit 1";
    /** By the primary key. */
    private static final String ROOMS = JobColumns.ROOM + " and j.room_id > ? order by j.room_id limit ?";

    private static final String MOVE = "update job_room set state = ?, passed = ?, until_seq = ?, done = ?,"
            + " failed = ?, tries = ?, tried_at = ?, note = ?"
            + " where job_id = ? and room_id = ? and passed = ? and until_seq = ? and state = 'waiting'"
            + " and exists (select 1 from job where id = ? and done_at is null)";
    private static final String STOP =
            "update job set stopped_at = ?, stopped_by = ? where id = ? and done_at is null and stopped_at is null";
    private static final String FINISH = "update job set done_at = ?, rooms = ?, waiting = ?, failed_in = ?, done = ?,"
            + " failed = ? where id = ? and done_at is null";

    private final Reads reads;
    private final Transactions transactions;

    JobRows(Database database) {
        this.reads = database.reads();
        this.transactions = database.transactions();
    }

    /** @param request hash of all that was asked */
    static void insert(Connection jdbc, Job job, String request) throws SQLException {
        var back = job.task() instanceof Task.Restoration b ? b : null;
        var deletion = job.task() instanceof Task.Deletion d ? d : null; // of what takes one back: in its row alone
        var announcement = job.task() instanceof Task.Announcement a ? a : null;
        Sql.update(
                jdbc,
                INSERT,
                job.id(),
                job.task().kind(),
                request,
                deletion == null || deletion.user() == null
                        ? null
                        : deletion.user().value(),
                deletion == null || deletion.room() == null
                        ? null
                        : deletion.room().value(),
                deletion == null ? 0 : deletion.back().toMillis(),
                deletion == null ? 0 : deletion.mute().toMillis(),
                announcement == null ? "" : announcement.text(),
                announcement != null && announcement.everywhere(),
                job.by().value(),
                job.why(),
                job.told(),
                job.orderedAt().toEpochMilli(),
                job.expected(),
                back == null ? null : back.of());
        for (RoomId room : given(job.task())) {
            Sql.update(jdbc, ADD_ROOM, job.id(), room.value());
        }
    }

    /** The rooms that an order names; empty: they are to be found. */
    private static List<RoomId> given(Task task) {
        return switch (task) {
            case Task.Deletion deletion -> deletion.room() == null ? List.of() : List.of(deletion.room());
            case Task.Restoration ignored -> List.of();
            case Task.Announcement announcement -> announcement.rooms();
        };
    }

    /** Hash of what was asked under this id, with who did; empty: nothing was. */
    static Optional<String> requested(Connection jdbc, String id) throws SQLException {
        return Sql.first(jdbc, "select request from job where id = ?", row -> row.getString(1), id);
    }

    /** How many jobs of a person are under way. */
    static long openOf(Connection jdbc, UserId by) throws SQLException {
        return Sql.first(jdbc, OPEN_OF, row -> row.getLong(1), by.value()).orElse(0L);
    }

    /** As it is, which nobody changes until this transaction ends; what came of it is only known when it is over. */
    static Optional<Job> locked(Connection jdbc, String id) throws SQLException {
        return Sql.first(jdbc, LOCK, row -> true, id).isEmpty()
                ? Optional.empty()
                : Sql.first(jdbc, ONE, JobColumns::job, id);
    }

    /** What takes this deletion back, or did: the one that was not stopped, else the last. */
    static Optional<Job> restoration(Connection jdbc, String deletion) throws SQLException {
        return Sql.first(jdbc, BACK, JobColumns::job, deletion);
    }

    /** @return false: it was stopped before, or is over */
    static boolean stop(Connection jdbc, String id, UserId by, Instant now) throws SQLException {
        return Sql.update(jdbc, STOP, now.toEpochMilli(), by.value(), id) == 1;
    }

    Optional<Job> find(String id) {
        return withProgress(reads.list(ONE, JobColumns::job, id)).stream().findFirst();
    }

    /** As it was ordered, and whether it is over; how far it is while it is under way is not read. */
    Optional<Job> ordered(String id) {
        return reads.first(ONE, JobColumns::job, id);
    }

    /** What takes this deletion back, or did: the one that was not stopped, else the last. */
    Optional<Job> restoration(String deletion) {
        return withProgress(reads.list(BACK, JobColumns::job, deletion)).stream()
                .findFirst();
    }

    boolean anyOpen() {
        return reads.first(ANY_OPEN, row -> true).isPresent();
    }

    /** Neither over nor stopped. */
    boolean goesOn(String id) {
        return reads.first(GOES_ON, row -> true, id).isPresent();
    }

    /**
     * Whether a job has to wait in a room: while of the same person's messages, or everybody's, there what was ordered before it
     * is still brought back, or deleted, there. Else a deletion passes over what stands again behind it. The order is one of all jobs, so
     * no two wait for each other.
     */
    boolean hasToWait(Job job, RoomId room) {
        return switch (job.task()) {
            case Task.Deletion deletion -> isAfter(job, deletion, "restoration", room);
            case Task.Restoration back -> isAfter(job, back.deletion(), "deletion", room);
            case Task.Announcement ignored -> false;
        };
    }

    private boolean isAfter(Job job, Task.Deletion deletion, String kind, RoomId room) {
        UserId person = deletion.user();
        String user = person == null ? "" : person.value(); // empty: everybody
        return reads.first(
                        EARLIER,
                        row -> true,
                        kind,
                        job.orderedAt().toEpochMilli(),
                        job.id(),
                        user,
                        user,
                        user,
                        room.value(),
                        room.value(),
                        room.value(),
                        room.value())
                .isPresent();
    }

    /** Those that are not done, oldest first, behind this place; how far they are is not read. */
    List<Job> open(Place after, int limit) {
        return reads.list(OPEN, JobColumns::job, after.orderedAt().toEpochMilli(), after.id(), limit);
    }

    /** Of a job among those that are not done. */
    record Place(Instant orderedAt, String id) {
        static final Place FRONT = new Place(Instant.EPOCH, "");

        static Place of(Job job) {
            return new Place(job.orderedAt(), job.id());
        }
    }

    /** Newest first, those behind this place. */
    List<Job> newest(Instant before, String beforeId, int limit) {
        return withProgress(reads.list(NEWEST, JobColumns::job, before.toEpochMilli(), beforeId, limit));
    }

    /** By room id, those behind this one. */
    List<JobRoom> rooms(String job, String after, int limit) {
        return reads.list(ROOMS, JobColumns::room, job, after, limit);
    }

    /** The next in which there is something to do: one that never had to wait, else the one that was tried the longest ago. */
    Optional<JobRoom> next(String job) {
        return reads.first(NEXT, JobColumns::room, job);
    }

    /** Takes in further rooms, some of them. @return how many */
    int findRooms(Job job) {
        return switch (job.task()) {
            case Task.Deletion deletion -> {
                UserId user = deletion.user();
                yield user == null || deletion.room() != null
                        ? 0
                        : add(ADD_OF_PERSON, job.id(), user.value(), job.id());
            }
            case Task.Restoration back -> add(ADD_OF_JOB, job.id(), back.of(), job.id());
            case Task.Announcement announcement ->
                announcement.everywhere()
                        ? add(ADD_OF_ALL, job.id(), job.id(), job.orderedAt().toEpochMilli())
                        : 0;
        };
    }

    private int add(String sql, Object... values) {
        try {
            return transactions.write((em, jdbc) -> Sql.update(jdbc, sql, values));
        } catch (StoreFailure.UniqueViolation e) { // another node did the same at the same moment
            return 1;
        }
    }

    /** @return false: another node was faster, or the job is over, and the numbers that are there hold */
    boolean move(String job, JobRoom from, JobRoom to) {
        return transactions.write((em, jdbc) -> Sql.update(
                        jdbc,
                        MOVE,
                        JobColumns.word(to.state()),
                        to.passed(),
                        to.until(),
                        to.done(),
                        to.failed(),
                        to.tries(),
                        to.triedAt().toEpochMilli(),
                        to.note(),
                        job,
                        from.room().value(),
                        from.passed(),
                        from.until(),
                        job)
                == 1);
    }

    /** Once, with what came of it and the line that says so; nothing when another node did. */
    void finish(Job job, AuditLine line, Instant now) {
        Job.Progress all = job.progress();
        transactions.write((em, jdbc) -> {
            int first = Sql.update(
                    jdbc,
                    FINISH,
                    now.toEpochMilli(),
                    all.rooms(),
                    all.waiting(),
                    all.failedRooms(),
                    all.done(),
                    all.failed(),
                    job.id());
            if (first == 1) {
                AuditTrail.record(jdbc, line);
            }
            return true;
        });
    }

    /** Of those that are over it stands in their row. */
    private List<Job> withProgress(List<Job> jobs) {
        List<String> open =
                jobs.stream().filter(job -> job.doneAt() == null).map(Job::id).toList();
        if (open.isEmpty()) {
            return jobs;
        }
        var progress = new HashMap<String, Job.Progress>();
        reads.list(PROGRESS, JobRows::part, open)
                .forEach(part -> progress.merge(part.job(), part.progress(), Job.Progress::plus));
        return jobs.stream()
                .map(job -> job.doneAt() == null ? job.with(progress.getOrDefault(job.id(), Job.Progress.NONE)) : job)
                .toList();
    }

    /** Of the rooms of a job in one state. */
    private record Part(String job, Job.Progress progress) {}

    private static Part part(ResultSet row) throws SQLException {
        long rooms = row.getLong(3);
        boolean waits = row.getString(2).equals(JobColumns.word(JobRoom.State.WAITING));
        boolean failed = row.getString(2).equals(JobColumns.word(JobRoom.State.FAILED));
        return new Part(
                row.getString(1),
                new Job.Progress(rooms, waits ? rooms : 0, failed ? rooms : 0, row.getLong(4), row.getLong(5)));
    }
}
