package io.confab.audit;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the history of sanctions in the transaction of the act that lays or lifts one (docs/adr/0080). What holds stands in
 * the account and the room; this is for staff who ask who, when, why and until when.
 */
public final class SanctionHistory {
    /** The end of what ends only when it is lifted. */
    public static final Instant UNTIL_LIFTED = Instant.ofEpochMilli(253_402_300_799_000L);

    /** By sanction_user. */
    private static final String END = "update sanction set over_at = ?, ended = ?, ended_by = ?, ended_why = ?"
            + " where user_id = ? and over_at > ? and kind = ? and room_id = ?";

    private static final String LAY =
            "insert into sanction (kind, room_id, user_id, by_id, at, over_at, why) values (?, ?, ?, ?, ?, ?, ?)";

    private SanctionHistory() {}

    /** What it keeps somebody from. */
    public enum Kind {
        MUTE,
        BAN,
        SUSPENSION;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param room null: everywhere, which is a suspension */
    public record On(Kind kind, @Nullable RoomId room, UserId user) {
        private String roomText() {
            return room == null ? "" : room.value();
        }
    }

    /** Who did it, when and why. */
    public record By(UserId user, Instant at, @Nullable String why) {}

    /** From now on, in place of one of its kind that runs. @param until null: until lifted */
    public static void laid(Connection jdbc, On on, By by, @Nullable Instant until) throws SQLException {
        end(jdbc, on, by, "replaced");
        try (var statement = jdbc.prepareStatement(LAY)) {
            statement.setString(1, on.kind().word());
            statement.setString(2, on.roomText());
            statement.setString(3, on.user().value());
            statement.setString(4, by.user().value());
            statement.setLong(5, by.at().toEpochMilli());
            statement.setLong(6, end(until).toEpochMilli());
            statement.setString(7, by.why());
            statement.executeUpdate();
        }
    }

    public static void lifted(Connection jdbc, On on, By by) throws SQLException {
        end(jdbc, on, by, "lifted");
    }

    private static void end(Connection jdbc, On on, By by, String how) throws SQLException {
        try (var statement = jdbc.prepareStatement(END)) {
            statement.setLong(1, by.at().toEpochMilli());
            statement.setString(2, how);
            statement.setString(3, by.user().value());
            statement.setString(4, by.why());
            statement.setString(5, on.user().value());
            statement.setLong(6, by.at().toEpochMilli());
            statement.setString(7, on.kind().word());
            statement.setString(8, on.roomText());
            statement.executeUpdate();
        }
    }

    private static Instant end(@Nullable Instant until) {
        return until == null || until.isAfter(UNTIL_LIFTED) ? UNTIL_LIFTED : until;
    }
}
