package io.confab.log;

import io.confab.kernel.UserId;
import io.confab.room.LoggedEvent;
import io.confab.room.Mention;
import io.confab.room.RoomEvent;
import io.confab.room.SanctionKind;
import io.confab.store.Sql;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private static final String MEMBER = "update room_member set role = ?, joined_seq = ?, muted_until = ?,"
            + " banned_until = ?, last_sent_at = ? where room_id = ? and user_id = ?";
    private static final String END_INTERVAL = "update membership_interval set to_seq = ?"
            + " where room_id = ? and user_id = ? and to_seq is null and from_seq < ?";

    private static final String UNPIN = "delete from room_pin where room_id = ? and seq = ?";
    private static final String PIN = "insert into room_pin (room_id, seq, pinned_seq) values (?, ?, ?)";

    /** Texts of one message that are kept apart beside its first one, the last ones: edits have no bound. */
    static final int MOST_VERSIONS = 50;
    /** Likewise of all messages that one event takes away; of each at least one, its last. */
    static final int MOST_VERSIONS_OF_MANY = 200;

    /** For events among which none takes a message away. */
    static final Messages NO_MESSAGES = new Messages() {
        @Override
        public UserId author(MessageKey message) {
            throw new IllegalStateException("message " + message + " is not among the facts");
        }

        @Override
        public String emptyDetail(MessageKey message) {
            throw new IllegalStateException("message " + message + " is not among the facts");
        }
    };

    private final EntityManager entities;
    private final Connection jdbc;
    private final AccountRows accounts;
    private final List<LoggedEvent> edits = new ArrayList<>();
    private final List<TextChanges.Change> changes = new ArrayList<>();
    private final List<LoggedEvent> departures = new ArrayList<>();
    private final Map<MessageKey, Set<UserId>> mentions = new HashMap<>();
    private final Set<MessageKey> mentionsReplaced = new LinkedHashSet<>();
    private final Set<UserId> roomListsChanged = new TreeSet<>();
    private final Set<MessageKey> pinsReplaced = new LinkedHashSet<>();
    private final Map<MessageKey, Long> pins = new LinkedHashMap<>(); // those that stand in the end

    EventWrite(EntityManager entities, Connection jdbc, AccountRows accounts) {
        this.entities = entities;
        this.jdbc = jdbc;
        this.accounts = accounts;
    }

    /** @param requestMac keyed hash of the command's request, on its first event */
    record Row(LoggedEvent logged, @Nullable String requestMac) {}

    void write(List<Row> rows, Map<MemberKey, FactBook.MemberRow> members, Messages messages) throws SQLException {
        rows.forEach(row -> sortOut(row, messages));
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
        TextChanges.write(jdbc, changes, messages);
        writePins();
        updateMembers(members);
        endIntervals();
        accounts.raiseRev(jdbc, roomListsChanged);
    }

    /** What is known of the messages that events take away or bring back. */
    interface Messages {
        UserId author(MessageKey message);

        /** The column {@code detail} of a message once it is deleted: without its mentions. */
        String emptyDetail(MessageKey message);
    }

    private void sortOut(Row row, Messages messages) {
        LoggedEvent logged = row.logged();
        switch (logged.event()) {
            case RoomEvent.MessagePosted posted -> mention(logged, logged.seq(), logged.by(), posted.mentions());
            case RoomEvent.MessageEdited edited -> {
                edits.add(logged);
                replaceMentions(logged, edited.target());
                mention(logged, edited.target(), logged.by(), edited.mentions());
            }
            case RoomEvent.MessageDeleted gone -> {
                UserId author = messages.author(new MessageKey(logged.room(), gone.target()));
                takeAway(logged, gone.target(), gone.hidden() || !author.equals(logged.by()) ? MOST_VERSIONS : 0);
            }
            case RoomEvent.MessagesDeleted gone -> {
                int each = Math.clamp(MOST_VERSIONS_OF_MANY / gone.targets().size(), 1, MOST_VERSIONS);
                for (long seq : gone.targets()) {
                    UserId author = messages.author(new MessageKey(logged.room(), seq));
                    takeAway(logged, seq, author.equals(logged.by()) ? 0 : each);
                }
            }
            case RoomEvent.MessageRestored back -> {
                var message = new MessageKey(logged.room(), back.target());
                changes.add(new TextChanges.Back(message));
                unpin(message); // one that an older version left when it took the message away
                replaceMentions(logged, back.target());
                mention(logged, back.target(), messages.author(message), back.mentions());
            }
            case RoomEvent.MessagePinned pinned -> {
                var message = new MessageKey(logged.room(), pinned.target());
                unpin(message);
                pins.put(message, logged.seq());
            }
            case RoomEvent.MessageUnpinned unpinned -> unpin(new MessageKey(logged.room(), unpinned.target()));
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

    private void takeAway(LoggedEvent logged, long seq, int kept) {
        var message = new MessageKey(logged.room(), seq);
        changes.add(new TextChanges.Gone(message, logged.seq(), logged.ts(), kept));
        unpin(message);
        replaceMentions(logged, seq);
    }

    private void unpin(MessageKey message) {
        pinsReplaced.add(message);
        pins.remove(message);
    }

    private void mention(LoggedEvent logged, long seq, UserId author, List<Mention> found) {
        var users = new LinkedHashSet<UserId>();
        found.forEach(mention -> users.add(mention.user()));
        users.remove(author);
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

    private void writePins() throws SQLException {
        Sql.batch(jdbc, UNPIN, pinsReplaced, (statement, message) -> {
            statement.setString(1, message.room().value());
            statement.setLong(2, message.seq());
        });
        Sql.batch(jdbc, PIN, pins.entrySet(), (statement, pin) -> {
            statement.setString(1, pin.getKey().room().value());
            statement.setLong(2, pin.getKey().seq());
            statement.setLong(3, pin.getValue());
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
