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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of jobs. Thread-safe. */
class JobRows {
    /** Rooms of a person, or of the installation, that are taken into a job at a time. */
    static final int ROOMS_AT_ONCE = 500;

    private static final String INSERT = "insert into job (id, kind, request, user_id, room_id, back_ms, mute_ms, text,"
            + " all_rooms, by_id, why, told, ordered_at, expected) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String ADD_ROOM =
            "insert into job_room (job_id, room_id, state, passed, done, failed, note) values (?, ?, 'waiting', -1, 0, 0, '')";
    private static final String ADD =
            "insert into job_room (job_id, room_id, state, passed, done, failed, note) select cast(? as varchar), r.id,"
                    + " 'waiting', -1, 0, 0, '' from ";
    /** By room_member_user. */
    private static final String ADD_OF_PERSON = ADD + "(select m.room_id as id from room_member m where m.user_id = ?"
            + " and not exists (select 1 from job_room j where j.job_id = ? and j.room_id = m.room_id)"
            + " order by m.room_id limit " + ROOMS_AT_ONCE + ") r";
    /** By the primary keys: those behind the last that was taken in. */
    private static final String ADD_OF_ALL = ADD + "(select k.id from room k where k.id >"
            + " coalesce((select max(j.room_id) from job_room j where j.job_id = ?), '') and k.kind <> 'direct'"
            + " and not k.archived and k.created_at <= ? order by k.id limit " + ROOMS_AT_ONCE + ") r";

    private static final String COLUMNS = "select j.id, j.kind, j.user_id, j.room_id, j.back_ms, j.mute_ms, j.text,"
            + " j.by_id, a.username, j.why, j.told, j.ordered_at, j.expected, j.done_at, j.all_rooms, j.stopped_at,"
            + " j.stopped_by, s.username as stopper, j.rooms, j.waiting, j.failed_in, j.done, j.failed from job j"
            + " left join account a on a.id = j.by_id left join account s on s.id = j.stopped_by";
    private static final String ONE = COLUMNS + " where j.id = ?";
    /** By job_open. */
    private static final String OPEN =
            COLUMNS + " where j.done_at is null and (j.ordered_at, j.id) > (?, ?) order by j.ordered_at, j.id limit ?";

    private static final String ANY_OPEN = "select 1 from job where done_at is null limit 1";
    private static final String GOES_ON = "select 1 from job where id = ? and done_at is null and stopped_at is null";
    /** By job_open. */
    private static final String OPEN_OF = "select count(*) from job where done_at is null and by_id = ?";
    /** By job_ordered. */
    private static final String NEWEST =
            COLUMNS + " where (j.ordered_at, j.id) < (?, ?) order by j.ordered_at desc, j.id desc limit ?";

    private static final String PROGRESS = "select job_id, state, count(*), sum(done), sum(failed) from job_room"
            + " where job_id = any(cast(? as varchar array)) group by job_id, state";
    private static final String ROOM = "select j.room_id, k.name, j.state, j.passed, j.until_seq, j.done, j.failed,"
            + " j.tries, j.tried_at, j.note from job_room j left join room k on k.id = j.room_id where j.job_id = ?";
    /** By job_room_state. */
    private static final String NEXT = ROOM + " and j.state = 'waiting' order by j.tried_at, j.room_id limit 1";
    /** By the primary key. */
    private static final String ROOMS = ROOM + " and j.room_id > ? order by j.room_id limit ?";

    private static final String MOVE = "update job_room set state = ?, passed = ?, until_seq = ?, done = ?,"
            + " failed = ?, tries = ?, tried_at = ?, note = ?"
            + " where job_id = ? and room_id = ? and passed = ? and state = 'waiting'"
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
        var deletion = job.task() instanceof Task.Deletion d ? d : null;
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
                job.expected());
        for (RoomId room : given(job.task())) {
            Sql.update(jdbc, ADD_ROOM, job.id(), room.value());
        }
    }

    /** The rooms that an order names; empty: they are to be found. */
    private static List<RoomId> given(Task task) {
        return switch (task) {
            case Task.Deletion deletion -> deletion.room() == null ? List.of() : List.of(deletion.room());
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

    /** @return false: it was stopped before, or is over */
    static boolean stop(Connection jdbc, String id, UserId by, Instant now) throws SQLException {
        return Sql.update(jdbc, STOP, now.toEpochMilli(), by.value(), id) == 1;
    }

    Optional<Job> find(String id) {
        return withProgress(reads.list(ONE, JobRows::job, id)).stream().findFirst();
    }

    boolean anyOpen() {
        return reads.first(ANY_OPEN, row -> true).isPresent();
    }

    /** Neither over nor stopped. */
    boolean goesOn(String id) {
        return reads.first(GOES_ON, row -> true, id).isPresent();
    }

    /** Those that are not done, oldest first, behind this place; how far they are is not read. */
    List<Job> open(Place after, int limit) {
        return reads.list(OPEN, JobRows::job, after.orderedAt().toEpochMilli(), after.id(), limit);
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
        return withProgress(reads.list(NEWEST, JobRows::job, before.toEpochMilli(), beforeId, limit));
    }

    /** By room id, those behind this one. */
    List<JobRoom> rooms(String job, String after, int limit) {
        return reads.list(ROOMS, JobRows::room, job, after, limit);
    }

    /** The next in which there is something to do: one that never had to wait, else the one that was tried the longest ago. */
    Optional<JobRoom> next(String job) {
        return reads.first(NEXT, JobRows::room, job);
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
                        word(to.state()),
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
        boolean waits = row.getString(2).equals(word(JobRoom.State.WAITING));
        boolean failed = row.getString(2).equals(word(JobRoom.State.FAILED));
        return new Part(
                row.getString(1),
                new Job.Progress(rooms, waits ? rooms : 0, failed ? rooms : 0, row.getLong(4), row.getLong(5)));
    }

    private static String word(JobRoom.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static JobRoom room(ResultSet row) throws SQLException {
        String name = row.getString("name");
        return new JobRoom(
                new RoomId(row.getString("room_id")),
                name == null ? "" : name,
                JobRoom.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getLong("passed"),
                row.getLong("until_seq"),
                row.getLong("done"),
                row.getLong("failed"),
                row.getInt("tries"),
                Instant.ofEpochMilli(row.getLong("tried_at")),
                row.getString("note"));
    }

    private static Job job(ResultSet row) throws SQLException {
        String name = row.getString("username");
        return new Job(
                row.getString("id"),
                task(row),
                new UserId(row.getString("by_id")),
                name == null ? "" : name,
                row.getString("why"),
                row.getString("told"),
                Instant.ofEpochMilli(row.getLong("ordered_at")),
                row.getLong("expected"),
                Sql.instant(row, "done_at"),
                stop(row),
                new Job.Progress(
                        row.getLong("rooms"),
                        row.getLong("waiting"),
                        row.getLong("failed_in"),
                        row.getLong("done"),
                        row.getLong("failed")));
    }

    private static Job.@Nullable Stop stop(ResultSet row) throws SQLException {
        Instant at = Sql.instant(row, "stopped_at");
        if (at == null) {
            return null;
        }
        String name = row.getString("stopper");
        return new Job.Stop(new UserId(row.getString("stopped_by")), name == null ? "" : name, at);
    }

    private static Task task(ResultSet row) throws SQLException {
        if (row.getString("kind").equals("announcement")) {
            return new Task.Announcement(row.getString("text"), row.getBoolean("all_rooms"), List.of());
        }
        String user = row.getString("user_id");
        String room = row.getString("room_id");
        return new Task.Deletion(
                user == null ? null : new UserId(user),
                room == null ? null : new RoomId(room),
                Duration.ofMillis(row.getLong("back_ms")),
                Duration.ofMillis(row.getLong("mute_ms")));
    }
}
