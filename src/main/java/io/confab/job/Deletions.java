package io.confab.job;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** What was ordered to be deleted, for who must know it in a transaction of their own. */
public final class Deletions {
    /** Clocks of nodes, and commands that come late. */
    private static final Duration MARGIN = Duration.ofMinutes(1);
    // indexes job_open and job_ordered
    private static final String SINCE =
            "select 1 from job where (done_at is null or done_at >= ?) and kind = 'deletion'"
                    + " and (user_id = ? or user_id is null) and (room_id = ? or room_id is null) limit 1";

    private Deletions() {}

    /** Whether since then messages of this person in this room were deleted by a job, there or everywhere, or are. */
    public static boolean underWaySince(Connection jdbc, Instant since, UserId author, RoomId room)
            throws SQLException {
        long from = since.minus(MARGIN).toEpochMilli();
        return Sql.first(jdbc, SINCE, row -> true, from, author.value(), room.value())
                .isPresent();
    }
}
