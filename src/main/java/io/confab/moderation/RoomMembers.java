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
    /** By primary keys. */
    private static final String ONE =
            " from room_member m join account a on a.id = m.user_id where m.room_id = ? and m.user_id = ?";

    private static final int ENOUGH = Slice.MOST + 1;
    /**
     * Whoever of the room has such a name, in a room that is small enough to be read. Each by the primary key: joined, all
     * accounts might be read for it.
     */
    private static final String NAMED_HERE =
            " and ((select username from account where id = m.user_id) like ? escape '!' or m.user_id = ?)";
    /**
     * Whoever has such a name, in whichever room: a room of 100,000 is not read for one of them. By account_username. Joined,
     * since H2 looks through what stands behind "in" for each row anew.
     */
    private static final String NAMED =
            " join ((select id from account where username like ? escape '!' order by username limit " + ENOUGH
                    + ") union (select id from account where id = ?)) as named on named.id = m.user_id";
    /** By room_member_muted and room_member_banned. */
    private static final String SANCTIONED =
            " join ((select user_id from room_member where room_id = ? and muted_until > ? limit " + ENOUGH
                    + ") union (select user_id from room_member where room_id = ? and banned_until > ? limit " + ENOUGH
                    + ")) as held on held.user_id = m.user_id";

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
        var from = new StringBuilder(" from room_member m");
        var values = new ArrayList<Object>();
        String prefix = LikePattern.keyStartingWith(text);
        boolean everywhere = !text.isBlank() && known(room) > Slice.MOST;
        if (everywhere) {
            from.append(NAMED);
            values.addAll(List.of(prefix, text.strip()));
        }
        if (onlySanctioned) {
            from.append(SANCTIONED);
            values.addAll(List.of(room.value(), clock.millis(), room.value(), clock.millis()));
        }
        String where = from + " where m.room_id = ?";
        values.add(room.value());
        if (!text.isBlank() && !everywhere) {
            where += NAMED_HERE;
            values.addAll(List.of(prefix, text.strip()));
        }
        String count = "select count(*) from (select m.user_id" + where + " limit " + ENOUGH + ") as found";
        int counted = reads.first(count, row -> row.getInt(1), values.toArray()).orElseThrow();
        boolean cut = everywhere && namesakes(prefix) > Slice.MOST;
        values.add(Math.clamp(limit, 1, 100));
        values.add(Math.clamp(offset, 0, Slice.MOST));
        String members = "(select m.user_id, m.role, m.muted_until, m.banned_until" + where
                + " order by m.user_id limit ? offset ?)";
        String sql = COLUMNS + " from " + members + " as m join account a on a.id = m.user_id order by m.user_id";
        return Slice.of(reads.list(sql, RoomMembers::row, values.toArray()), cut ? ENOUGH : counted);
    }

    /** Of how many people the room knows something, counted up to {@link #ENOUGH}; by the primary key. */
    private int known(RoomId room) {
        return reads.first(
                        "select count(*) from (select user_id from room_member where room_id = ? limit " + ENOUGH
                                + ") as found",
                        row -> row.getInt(1),
                        room.value())
                .orElseThrow();
    }

    /** How many names begin so, counted up to {@link #ENOUGH}: of more than that not all were looked for in the room. */
    private int namesakes(String prefix) {
        return reads.first(
                        "select count(*) from (select id from account where username like ? escape '!' limit " + ENOUGH
                                + ") as found",
                        row -> row.getInt(1),
                        prefix)
                .orElseThrow();
    }

    /** One person; somebody of whom the room knows nothing is nobody here. */
    public Optional<Row> find(RoomId room, UserId user) {
        return reads.first(COLUMNS + ONE, RoomMembers::row, room.value(), user.value());
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
