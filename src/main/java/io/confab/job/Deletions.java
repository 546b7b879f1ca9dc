package io.confab.job;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** What was ordered to be deleted, for who must know it in a transaction of their own. */
public final class Deletions {
    // index job_ordered
    private static final String SINCE = "select 1 from job where ordered_at >= ? and kind = 'deletion'"
            + " and (user_id = ? or user_id is null) and (room_id = ? or room_id is null) limit 1";

    private Deletions() {}

    /** Whether since then somebody ordered that messages of this person in this room go, there or everywhere. */
    public static boolean orderedSince(Connection jdbc, Instant since, UserId author, RoomId room) throws SQLException {
        return Sql.first(jdbc, SINCE, row -> true, since.toEpochMilli(), author.value(), room.value())
                .isPresent();
    }
}
