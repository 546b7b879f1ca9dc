package io.confab.moderation;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.LikePattern;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The people of one room, those under a sanction included, for staff. Thread-safe. */
@Singleton
public class RoomMembers {
    private static final String COLUMNS =
            "select m.user_id, a.username, a.display_name, m.role, m.muted_until, m.banned_until";
    private static final String FROM =
            " from room_member m join account a on a.id = m.user_id where m.room_id = ?"; // primary key of room_member

    private final Reads reads;
    private final Clock clock;

    @Inject
    public RoomMembers(Database database, Clock clock) {
        this.reads = database.reads();
        this.clock = clock;
    }

    /**
     * @param role null: not a member, only a sanction
     * @param mutedUntil null: never muted; may lie in the past
     * @param bannedUntil null: never banned; may lie in the past
     */
    public record Row(
            UserId user,
            String username,
            String displayName,
            @Nullable String role,
            @Nullable Instant mutedUntil,
            @Nullable Instant bannedUntil) {
        public boolean isMutedAt(Instant now) {
            return mutedUntil != null && now.isBefore(mutedUntil);
        }

        public boolean isBannedAt(Instant now) {
            return bannedUntil != null && now.isBefore(bannedUntil);
        }
    }

    /** @param text beginning of a username, or a whole id; empty: all; @param limit at most 100 */
    public Slice<Row> page(RoomId room, String text, boolean onlySanctioned, int offset, int limit) {
        var where = new StringBuilder(FROM);
        var values = new ArrayList<Object>(List.of(room.value()));
        if (!text.isBlank()) {
            where.append(" and (a.username like ? escape '!' or a.id = ?)");
            values.addAll(List.of(LikePattern.keyStartingWith(text), text.strip()));
        }
        if (onlySanctioned) {
            where.append(" and (m.muted_until > ? or m.banned_until > ?)");
            values.addAll(List.of(clock.millis(), clock.millis()));
        }
        String count = "select count(*) from (select m.user_id" + where + " limit " + (Slice.MOST + 1) + ") as found";
        int counted = reads.first(count, row -> row.getInt(1), values.toArray()).orElseThrow();
        values.add(Math.clamp(limit, 1, 100));
        values.add(Math.clamp(offset, 0, Slice.MOST));
        String sql = COLUMNS + where + " order by m.user_id limit ? offset ?";
        return Slice.of(reads.list(sql, RoomMembers::row, values.toArray()), counted);
    }

    /** One person; somebody of whom the room knows nothing is nobody here. */
    public Optional<Row> find(RoomId room, UserId user) {
        return reads.first(COLUMNS + FROM + " and m.user_id = ?", RoomMembers::row, room.value(), user.value());
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new UserId(row.getString("user_id")),
                row.getString("username"),
                row.getString("display_name"),
                row.getString("role"),
                instant(row, "muted_until"),
                instant(row, "banned_until"));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
