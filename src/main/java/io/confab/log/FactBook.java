package io.confab.log;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.EventJson;
import io.confab.room.Facts;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.Mention;
import io.confab.room.MessageBody;
import io.confab.room.RoomEvent;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomState;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one batch: as {@link FactReader} found them after the states of the rooms, then moved on event by event, so
 * that later commands of the batch see what earlier ones did. Belongs to one transaction.
 */
final class FactBook implements EventWrite.Messages {
    private final Map<UserId, AccountRows.Account> accounts;
    private final Map<MemberKey, MemberRow> members = new HashMap<>();
    private final Map<MessageKey, Facts.Message> messages = new HashMap<>();
    private final Map<MessageKey, String> emptyDetails = new HashMap<>();
    private final Map<String, UserId> names = new HashMap<>();
    private final Map<RoomId, Map<Long, Long>> pins = new HashMap<>();

    /**
     * A person in a room as the batch leaves them.
     *
     * @param stored whether the table has a row
     */
    record MemberRow(Membership membership, @Nullable Long joinedSeq, boolean stored, boolean changed) {}

    FactBook(Map<UserId, AccountRows.Account> accounts) {
        this.accounts = accounts;
    }

    void keep(MemberKey key, Membership membership, @Nullable Long joinedSeq) {
        members.put(key, new MemberRow(membership, joinedSeq, true, false));
    }

    /** @param emptyDetail the column {@code detail} that is left of it once it is deleted */
    void keep(MessageKey key, Facts.Message message, String emptyDetail) {
        messages.put(key, message);
        emptyDetails.put(key, emptyDetail);
    }

    void keep(String username, UserId user) {
        names.put(username, user);
    }

    /** @param pinned number of each pinned message and of the event that pinned it */
    void keep(RoomId room, Map<Long, Long> pinned) {
        pins.put(room, Map.copyOf(pinned));
    }

    Facts of(Pending.InRoom c, Instant now) {
        AccountRows.Account sender = account(c.sender);
        UserId target = c.command.targetUser();
        AccountRows.Account targetAccount =
                target == null || target.equals(UserId.SERVER) ? null : accounts.get(target);
        var needed = new HashMap<Long, Facts.Message>();
        for (long seq : c.command.messagesNeeded()) {
            Facts.Message message = messages.get(new MessageKey(c.room, seq));
            if (message != null) {
                needed.put(seq, message);
            }
        }
        return new Facts(
                new Facts.Actor(c.sender, sender.role(), sender.isSuspendedAt(now), sender.createdAt()),
                member(new MemberKey(c.room, c.sender)).membership(),
                targetAccount == null
                        ? null
                        : member(new MemberKey(c.room, targetAccount.user())).membership(),
                targetAccount == null ? null : targetAccount.username(),
                needed,
                mentioned(c),
                c.command.pinsNeeded() ? pins.getOrDefault(c.room, Map.of()) : Map.of());
    }

    /** What the server knows when it takes away a message that stands. */
    Facts ofServer(RoomId room, RoomEvent event) {
        Long seq = EventJson.target(event);
        Facts.Message message = seq == null ? null : messages.get(new MessageKey(room, seq));
        return new Facts(
                new Facts.Actor(UserId.SERVER, GlobalRole.MODERATOR, false),
                Membership.none(UserId.SERVER),
                null,
                null,
                message == null ? Map.of() : Map.of(message.seq(), message),
                Map.of());
    }

    Optional<Facts.Message> message(MessageKey key) {
        return Optional.ofNullable(messages.get(key));
    }

    /** Moves the facts on by an event that follows {@code before}. */
    void apply(RoomState before, LoggedEvent logged) {
        pins.computeIfPresent(logged.room(), (room, pinned) -> RoomEvolution.evolve(pinned, logged));
        switch (logged.event()) {
            case RoomEvent.MessagePosted posted -> {
                var key = new MessageKey(logged.room(), logged.seq());
                messages.put(
                        key,
                        new Facts.Message(
                                logged.seq(),
                                logged.by(),
                                logged.ts(),
                                text(posted.body(), posted.mentions(), null),
                                null));
                emptyDetails.put(
                        key,
                        EventJson.detail(
                                new RoomEvent.MessagePosted(null, posted.replyTo(), posted.thread(), List.of())));
                evolve(logged.by(), before, logged);
            }
            case RoomEvent.MessageEdited edited ->
                change(
                        logged,
                        edited.target(),
                        message -> message.saying(text(edited.body(), edited.mentions(), logged.ts())));
            case RoomEvent.MessageDeleted deleted ->
                change(
                        logged,
                        deleted.target(),
                        message -> message.takenAway(logged.seq(), logged.by(), deleted.hidden()));
            case RoomEvent.MessageRestored restored ->
                change(
                        logged,
                        restored.target(),
                        message -> message.saying(text(restored.body(), restored.mentions(), restored.editedAt())));
            case RoomEvent.MessagesDeleted deleted ->
                deleted.targets()
                        .forEach(seq ->
                                change(logged, seq, message -> message.takenAway(logged.seq(), logged.by(), false)));
            case RoomEvent.MemberJoined joined -> evolve(joined.user(), before, logged);
            case RoomEvent.MemberLeft left -> evolve(left.user(), before, logged);
            case RoomEvent.MemberRoleChanged changed -> evolve(changed.user(), before, logged);
            case RoomEvent.SanctionSet set -> evolve(set.user(), before, logged);
            case RoomEvent.SanctionLifted lifted -> evolve(lifted.user(), before, logged);
            case RoomEvent.RoomCreated ignored -> {}
            case RoomEvent.RoomUpdated ignored -> {}
            case RoomEvent.RoomArchived ignored -> {}
            case RoomEvent.MessagePinned ignored -> {}
            case RoomEvent.MessageUnpinned ignored -> {}
            case RoomEvent.Opaque ignored -> {} // never decided here
        }
    }

    /** The people whose rows of {@code rooms} the batch has to write. */
    Map<MemberKey, MemberRow> changed(Set<RoomId> rooms) {
        var changed = new LinkedHashMap<MemberKey, MemberRow>();
        members.forEach((key, row) -> {
            if (row.changed() && rooms.contains(key.room())) {
                changed.put(key, row);
            }
        });
        return changed;
    }

    @Override
    public UserId author(MessageKey message) {
        Facts.Message found = messages.get(message);
        if (found == null) {
            throw new IllegalStateException("message " + message + " is not among the facts");
        }
        return found.by();
    }

    @Override
    public String emptyDetail(MessageKey message) {
        String detail = emptyDetails.get(message);
        if (detail == null) {
            throw new IllegalStateException("message " + message + " is not among the facts");
        }
        return detail;
    }

    private void evolve(UserId user, RoomState before, LoggedEvent logged) {
        var key = new MemberKey(logged.room(), user);
        MemberRow row = member(key);
        Membership next = RoomEvolution.evolve(row.membership(), before, logged);
        if (next.equals(row.membership())) {
            return;
        }
        Long joinedSeq = switch (logged.event()) {
            case RoomEvent.MemberJoined ignored -> Long.valueOf(logged.seq());
            case RoomEvent.MemberLeft ignored -> null;
            default -> row.joinedSeq();
        };
        members.put(key, new MemberRow(next, joinedSeq, row.stored(), true));
    }

    private void change(LoggedEvent logged, long seq, UnaryOperator<Facts.Message> to) {
        messages.computeIfPresent(new MessageKey(logged.room(), seq), (key, message) -> to.apply(message));
    }

    /** Of an event that was only now decided: it has one. */
    private static Facts.Text text(@Nullable MessageBody body, List<Mention> mentions, @Nullable Instant editedAt) {
        return new Facts.Text(Objects.requireNonNull(body), mentions, editedAt);
    }

    private MemberRow member(MemberKey key) {
        return members.computeIfAbsent(key, k -> new MemberRow(Membership.none(k.user()), null, false, false));
    }

    private AccountRows.Account account(UserId user) {
        AccountRows.Account account = accounts.get(user);
        if (account == null) {
            throw new IllegalStateException("account " + user + " is not among the facts");
        }
        return account;
    }

    private Map<String, UserId> mentioned(Pending.InRoom c) {
        var found = new HashMap<String, UserId>();
        for (String name : c.command.namesNeeded()) {
            UserId user = names.get(name);
            if (user != null) {
                found.put(name, user);
            }
        }
        return found;
    }
}
