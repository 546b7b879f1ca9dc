package io.confab.directory;

import io.confab.kernel.RoomId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who is in a room, in pages. The caller has checked the right to read. Thread-safe. */
@Singleton
public class Members {
    private final Reads reads;
    private final Clock clock;

    @Inject
    public Members(Database database, Clock clock) {
        this.reads = database.reads();
        this.clock = clock;
    }

    /** @param role null: not a member, only a sanction stands */
    public record Member(
            String user,
            String username,
            String displayName,
            @Nullable String role,
            @Nullable Instant mutedUntil,
            @Nullable Instant bannedUntil) {}

    /** By user id (primary key of room_member). @param after a user id or "" */
    public Page<Member> page(RoomId room, String after, int limit) {
        long now = clock.millis();
        return Page.of(
                reads.list(
                        "select m.user_id, a.username, a.display_name, m.role, m.muted_until, m.banned_until from"
                                + " room_member m join account a on a.id = m.user_id where m.room_id = ? and m.user_id >"
                                + " ? and (m.role is not null or m.banned_until > ?) order by m.user_id limit ?",
                        row -> row(row, now),
                        room.value(),
                        after,
                        now,
                        limit + 1),
                limit);
    }

    private static Member row(ResultSet row, long now) throws SQLException {
        return new Member(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                running(row, "muted_until", now),
                running(row, "banned_until", now));
    }

    private static @Nullable Instant running(ResultSet row, String column, long now) throws SQLException {
        long end = row.getLong(column);
        return row.wasNull() || end <= now ? null : Instant.ofEpochMilli(end);
    }
}
