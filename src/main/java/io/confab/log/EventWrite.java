package io.confab.log;

import io.confab.kernel.UserId;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.room.Mention;
import io.confab.room.RoomEvent;
import io.confab.room.SanctionKind;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes events and what follows from them in the projections, after the heads of their rooms have been moved in the same
 * transaction. The number of statements does not grow with the number of events. Belongs to one transaction.
 */
final class EventWrite {
    private static final String FORGET_MENTIONS = "delete from room_mention where room_id = ? and seq = ?";
    private static final String POINT_TO_EDIT = "update room_event set edited_seq = ? where room_id = ? and seq = ?";
    private static final String DELETE =
            "update room_event set deleted_seq = ?, body = null, detail = ? where room_id = ? and seq = ?";
    // index room_event_target; whatever else carries its text, of a newer version too
    private static final String EMPTY_EDITS = "update room_event set body = null, detail = ?"
            + " where room_id = ? and target_seq = ? and body is not null";
    private static final String MEMBER = "update room_member set role = ?, joined_seq = ?, muted_until = ?,"
            + " banned_until = ?, last_sent_at = ? where room_id = ? and user_id = ?";
    private static final String END_INTERVAL = "update membership_interval set to_seq = ?"
            + " where room_id = ? and user_id = ? and to_seq is null and from_seq < ?";

    private final EntityManager entities;
    private final Connection jdbc;
    private final AccountRows accounts;
    private final List<LoggedEvent> edits = new ArrayList<>();
    private final List<LoggedEvent> deletions = new ArrayList<>();
    private final List<LoggedEvent> departures = new ArrayList<>();
    private final Map<MessageKey, Set<UserId>> mentions = new HashMap<>();
    private final Set<MessageKey> mentionsReplaced = new LinkedHashSet<>();
    private final Set<UserId> roomListsChanged = new TreeSet<>();

    EventWrite(EntityManager entities, Connection jdbc, AccountRows accounts) {
        this.entities = entities;
        this.jdbc = jdbc;
        this.accounts = accounts;
    }

    /** @param requestMac keyed hash of the command's request, on its first event */
    record Row(LoggedEvent logged, @Nullable String requestMac) {}

    void write(List<Row> rows, Map<MemberKey, FactBook.MemberRow> members, Deleted deleted) throws SQLException {
        rows.forEach(this::sortOut);
        Sql.batch(jdbc, FORGET_MENTIONS, mentionsReplaced, (statement, message) -> {
            statement.setString(1, message.room().value());
            statement.setLong(2, message.seq());
        });
        rows.forEach(row -> entities.persist(new EventEntity(row.logged(), row.requestMac())));
        mentions.forEach((message, users) -> users.forEach(user -> entities.persist(new MentionEntity(user, message))));
        members.forEach((key, row) -> {
            if (!row.stored()) {
                entities.persist(new MemberEntity(key, row.membership(), row.joinedSeq()));
            }
        });
        entities.flush(); // what follows may change rows that were only now inserted
        pointToEdits();
        empty(deleted);
        updateMembers(members);
        endIntervals();
        accounts.raiseRev(jdbc, roomListsChanged);
    }

    /** The column {@code detail} that a message keeps when it is deleted. */
    @FunctionalInterface
    interface Deleted {
        String detail(MessageKey message);
    }

    private void sortOut(Row row) {
        LoggedEvent logged = row.logged();
        switch (logged.event()) {
            case RoomEvent.MessagePosted posted -> mention(logged, logged.seq(), posted.mentions());
            case RoomEvent.MessageEdited edited -> {
                edits.add(logged);
                replaceMentions(logged, edited.target());
                mention(logged, edited.target(), edited.mentions());
            }
            case RoomEvent.MessageDeleted gone -> {
                deletions.add(logged);
                replaceMentions(logged, gone.target());
            }
            case RoomEvent.MemberJoined joined -> {
                entities.persist(new IntervalEntity(new MemberKey(logged.room(), joined.user()), logged.seq()));
                roomListsChanged.add(joined.user());
            }
            case RoomEvent.MemberLeft left -> {
                departures.add(logged);
                roomListsChanged.add(left.user());
            }
            case RoomEvent.SanctionSet set -> sanctioned(set.user(), set.kind());
            case RoomEvent.SanctionLifted lifted -> sanctioned(lifted.user(), lifted.kind());
            case RoomEvent.MemberRoleChanged ignored -> {}
            case RoomEvent.RoomCreated ignored -> {}
            case RoomEvent.RoomUpdated ignored -> {}
            case RoomEvent.RoomArchived ignored -> {}
            case RoomEvent.Opaque ignored -> {} // never decided here
        }
    }

    /** A ban takes the room from somebody's list, or gives it back. */
    private void sanctioned(UserId user, SanctionKind kind) {
        if (kind == SanctionKind.BAN) {
            roomListsChanged.add(user);
        }
    }

    private void mention(LoggedEvent logged, long seq, List<Mention> found) {
        var users = new LinkedHashSet<UserId>();
        found.forEach(mention -> users.add(mention.user()));
        users.remove(logged.by());
        mentions.put(new MessageKey(logged.room(), seq), users);
    }

    private void replaceMentions(LoggedEvent logged, long target) {
        var message = new MessageKey(logged.room(), target);
        mentionsReplaced.add(message);
        mentions.remove(message);
    }

    private void pointToEdits() throws SQLException {
        Sql.batch(jdbc, POINT_TO_EDIT, edits, (statement, logged) -> {
            var edited = (RoomEvent.MessageEdited) logged.event();
            statement.setLong(1, logged.seq());
            statement.setString(2, logged.room().value());
            statement.setLong(3, edited.target());
        });
    }

    /** A deletion reaches the log: the message and every edit of it lose their texts. */
    private void empty(Deleted deleted) throws SQLException {
        Sql.batch(jdbc, DELETE, deletions, (statement, logged) -> {
            var gone = (RoomEvent.MessageDeleted) logged.event();
            statement.setLong(1, logged.seq());
            statement.setString(2, deleted.detail(new MessageKey(logged.room(), gone.target())));
            statement.setString(3, logged.room().value());
            statement.setLong(4, gone.target());
        });
        Sql.batch(jdbc, EMPTY_EDITS, deletions, (statement, logged) -> {
            var gone = (RoomEvent.MessageDeleted) logged.event();
            statement.setString(1, EventJson.detail(new RoomEvent.MessageEdited(gone.target(), null, List.of())));
            statement.setString(2, logged.room().value());
            statement.setLong(3, gone.target());
        });
    }

    private void updateMembers(Map<MemberKey, FactBook.MemberRow> members) throws SQLException {
        var stored = members.entrySet().stream()
                .filter(entry -> entry.getValue().stored())
                .toList();
        Sql.batch(jdbc, MEMBER, stored, (statement, entry) -> {
            var membership = entry.getValue().membership();
            statement.setString(
                    1, membership.role() == null ? null : membership.role().word());
            statement.setObject(2, entry.getValue().joinedSeq(), java.sql.Types.BIGINT);
            Sql.setInstant(statement, 3, membership.mutedUntil());
            Sql.setInstant(statement, 4, membership.bannedUntil());
            Sql.setInstant(statement, 5, membership.lastSentAt());
            statement.setString(6, entry.getKey().room().value());
            statement.setString(7, entry.getKey().user().value());
        });
    }

    private void endIntervals() throws SQLException {
        Sql.batch(jdbc, END_INTERVAL, departures, (statement, logged) -> {
            var left = (RoomEvent.MemberLeft) logged.event();
            statement.setLong(1, logged.seq());
            statement.setString(2, logged.room().value());
            statement.setString(3, left.user().value());
            statement.setLong(4, logged.seq());
        });
    }
}
