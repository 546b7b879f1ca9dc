package io.confab.admin;

import io.confab.identity.Account;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.RoomMembers;
import io.confab.room.Membership;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From a line of the audit trail to the act that takes it back, while things still stand as the line says. */
@Named
@RequestScoped
public class Reversals {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private final Map<String, String> found = new HashMap<>();

    /** The address of the act's page; empty: nothing takes it back, or no longer, or not this reader. */
    public String link(String act, String target, @Nullable String after) {
        if (!staff.isActing() || after == null) {
            return "";
        }
        return found.computeIfAbsent(act + " " + target + " " + after, key -> find(act, target, after));
    }

    private String find(String act, String target, String after) {
        String[] parts = target.split("/", 2);
        if (!Ids.isId(parts[0]) || (parts.length == 2 && !Ids.isId(parts[1]))) {
            return "";
        }
        String first = parts[0];
        String second = parts.length == 2 ? parts[1] : "";
        return switch (act) {
            case "sanction.set" -> sanction(first, second, after);
            case "msg.hidden" -> message(first, second, true);
            case "msg.deleted" -> message(first, second, false);
            case "user.suspend" -> suspension(first, after);
            case "user.role" -> role(first, after);
            case "room.updated" -> mode(first, after);
            default -> "";
        };
    }

    private String sanction(String room, String user, String after) {
        Optional<RoomMembers.Row> stands =
                user.isEmpty() ? Optional.empty() : console.members().find(new RoomId(room), new UserId(user));
        String where = "&room=" + room + "&user=" + user;
        if (stands.filter(at -> runs(at.mutedUntil(), "mute", after)).isPresent()) {
            return "/admin/act?do=unmute" + where;
        }
        return stands.filter(at -> runs(at.bannedUntil(), "ban", after)).isPresent()
                ? "/admin/act?do=unban" + where
                : "";
    }

    /** The line ends with whom the server acted for, if it did. */
    private boolean runs(@Nullable Instant end, String kind, String after) {
        if (end == null || !door.now().isBefore(end)) {
            return false;
        }
        boolean lifted = end.equals(Membership.FOREVER);
        return (after + ",").startsWith(kind + " until " + (lifted ? "lifted" : end) + ",");
    }

    private String message(String room, String seq, boolean hidden) {
        if (!seq.matches("[1-9][0-9]{0,17}")) {
            return "";
        }
        long number = Long.parseLong(seq);
        return console.history().after(new RoomId(room), number - 1, number, 1).rows().stream()
                .filter(message ->
                        message.body() == null && message.hidden() == hidden && (hidden || message.byModerator()))
                .findFirst()
                .map(message -> "/admin/act?do=msg.restore&room=" + room + "&seq=" + number)
                .orElse("");
    }

    private String suspension(String user, String after) {
        return console.accounts()
                .find(new UserId(user))
                .filter(who -> who.suspendedAt(door.now()))
                .filter(who -> (after + ",").startsWith(suspended(who.suspendedUntil()) + ","))
                .map(who -> "/admin/act?do=unsuspend&user=" + user)
                .orElse("");
    }

    private static String suspended(@Nullable Instant until) {
        return until == null || !until.isBefore(Account.UNTIL_LIFTED) ? "suspended" : "suspended until " + until;
    }

    private String role(String user, String after) {
        return console.accounts()
                .find(new UserId(user))
                .filter(who -> staff.isAdmin() && who.role().word().equals(after))
                .map(who -> "/admin/act?do=role&user=" + user)
                .orElse("");
    }

    private String mode(String room, String after) {
        return console.rooms()
                .find(new RoomId(room))
                .filter(where -> !where.archived() && (after + ",").contains("mode " + where.mode() + ","))
                .map(where -> "/admin/roomact?do=mode&room=" + room)
                .orElse("");
    }
}
