package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.MessageBody;
import io.confab.room.RoomRole;
import io.confab.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows of the log and of its projections, as values. */
final class EventRows {
    private EventRows() {}

    static LoggedEvent event(RoomId room, String epoch, ResultSet row) throws SQLException {
        return new LoggedEvent(
                room,
                epoch,
                row.getLong("seq"),
                new UserId(row.getString("by_id")),
                Instant.ofEpochMilli(row.getLong("ts")),
                row.getString("cid"),
                EventJson.event(
                        row.getString("type"),
                        Sql.number(row, "target_seq"),
                        body(row.getString("body")),
                        row.getString("detail")));
    }

    static @Nullable MessageBody body(@Nullable String json) {
        return json == null ? null : EventJson.storedBody(json);
    }

    static Membership membership(UserId user, ResultSet row) throws SQLException {
        return new Membership(
                user,
                role(row.getString("role")),
                Sql.instant(row, "muted_until"),
                Sql.instant(row, "banned_until"),
                Sql.instant(row, "last_sent_at"));
    }

    static @Nullable RoomRole role(@Nullable String word) {
        return word == null ? null : RoomRole.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
