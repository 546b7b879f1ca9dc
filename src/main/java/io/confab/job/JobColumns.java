package io.confab.job;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From the columns of jobs and of their rooms to what they say. */
final class JobColumns {
    /** With what the deletion is to do that it takes back, if it does. */
    static final String JOB = "select j.id, j.kind, coalesce(d.user_id, j.user_id) as user_id,"
            + " coalesce(d.room_id, j.room_id) as room_id, coalesce(d.back_ms, j.back_ms) as back_ms,"
            + " coalesce(d.mute_ms, j.mute_ms) as mute_ms, j.text,"
            + " j.by_id, a.username, j.why, j.told, j.ordered_at,"
            + " case when d.done_at is null then j.expected else d.done end as expected, j.done_at, j.all_rooms, j.stopped_at,"
            + " j.stopped_by, s.username as stopper, j.rooms, j.waiting, j.failed_in, j.done, j.failed, j.of_job from job j"
            + " left join job d on d.id = j.of_job left join account a on a.id = j.by_id left join account s on s.id = j.stopped_by";

    static final String ROOM = "select j.room_id, k.name, j.state, j.passed, j.until_seq, j.done, j.failed,"
            + " j.tries, j.tried_at, j.note from job_room j left join room k on k.id = j.room_id where j.job_id = ?";

    private JobColumns() {}

    static String word(JobRoom.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static JobRoom room(ResultSet row) throws SQLException {
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

    /** With what came of it, when it is over. */
    static Job job(ResultSet row) throws SQLException {
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
        var deletion = new Task.Deletion(
                user == null ? null : new UserId(user),
                room == null ? null : new RoomId(room),
                Duration.ofMillis(row.getLong("back_ms")),
                Duration.ofMillis(row.getLong("mute_ms")));
        String of = row.getString("of_job");
        return of == null ? deletion : new Task.Restoration(of, deletion);
    }
}
