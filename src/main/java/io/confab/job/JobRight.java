package io.confab.job;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Who of those that moderate may order which job, and stop it: deletions, and to take them back, of people whom they outrank and
 * of rooms; announcements only admins.
 */
final class JobRight {
    private static final String ROLE = "select role from account where id = ? and id <> '" + UserId.SERVER + "'";
    private static final String KIND = "select kind from room where id = ?";

    private JobRight() {}

    /** Why it is not theirs; empty: it is. In the transaction that holds their account. */
    static Optional<Refusal> refusal(Connection jdbc, UserId by, Task task) throws SQLException {
        GlobalRole own = role(jdbc, by).orElse(GlobalRole.USER);
        return switch (task) {
            case Task.Deletion deletion -> refusal(jdbc, by, own, deletion);
            case Task.Restoration back -> refusal(jdbc, by, own, back.deletion());
            case Task.Announcement announcement -> refusal(jdbc, own, announcement);
        };
    }

    private static Optional<Refusal> refusal(Connection jdbc, UserId by, GlobalRole own, Task.Deletion deletion)
            throws SQLException {
        RoomId room = deletion.room();
        if (room != null) {
            Optional<String> kind = Sql.first(jdbc, KIND, row -> row.getString(1), room.value());
            if (kind.isEmpty()) {
                return Optional.of(new Refusal.NotFound("no such room"));
            }
            if (kind.get().equals("direct") && deletion.user() == null) {
                return Optional.of(new Refusal.Forbidden("a conversation of two is not emptied; name one of them"));
            }
        }
        UserId user = deletion.user();
        if (user == null) {
            return Optional.empty();
        }
        Optional<GlobalRole> role = role(jdbc, user);
        if (role.isEmpty()) {
            return Optional.of(new Refusal.NotFound("no such account"));
        }
        if (user.equals(by)) {
            return Optional.of(new Refusal.Forbidden("nobody does this to themself"));
        }
        return role.get().isStaff() && own != GlobalRole.ADMIN
                ? Optional.of(new Refusal.Forbidden("only an admin does this to staff"))
                : Optional.empty();
    }

    private static Optional<Refusal> refusal(Connection jdbc, GlobalRole own, Task.Announcement announcement)
            throws SQLException {
        if (own != GlobalRole.ADMIN) {
            return Optional.of(new Refusal.Forbidden("only an admin announces"));
        }
        for (RoomId room : announcement.rooms()) {
            Optional<String> kind = Sql.first(jdbc, KIND, row -> row.getString(1), room.value());
            if (kind.isEmpty() || kind.get().equals("direct")) {
                return Optional.of(new Refusal.NotFound("there is no room " + room + " to announce in"));
            }
        }
        return Optional.empty();
    }

    private static Optional<GlobalRole> role(Connection jdbc, UserId user) throws SQLException {
        return Sql.first(
                jdbc,
                ROLE,
                row -> GlobalRole.valueOf(
                        Objects.requireNonNull(row.getString(1)).toUpperCase(Locale.ROOT)),
                user.value());
    }
}
