package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.EventJson;
import io.confab.room.Facts;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.RoomEvent;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomState;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one batch: as {@link FactReader} found them after the states of the rooms, then moved on event by event, so
 * that later commands of the batch see what earlier ones did. Belongs to one transaction.
 */
final class FactBook {
    private final Map<UserId, AccountRows.Account> accounts;
    private final Map<MemberKey, MemberRow> members = new HashMap<>();
    private final Map<MessageKey, Facts.Message> messages = new HashMap<>();
    private final Map<MessageKey, String> emptyDetails = new HashMap<>();
    private final Map<String, UserId> names = new HashMap<>();

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

    Facts of(Pending.InRoom c, Instant now) {
        AccountRows.Account sender = account(c.sender);
        UserId target = c.command.targetUser();
        AccountRows.Account targetAccount = target == null ? null : accounts.get(target);
        var needed = new HashMap<Long, Facts.Message>();
        for (long seq : c.command.messagesNeeded()) {
            Facts.Message message = messages.get(new MessageKey(c.room, seq));
            if (message != null) {
                needed.put(seq, message);
            }
        }
        return new Facts(
                new Facts.Actor(c.sender, sender.role(), sender.isSuspendedAt(now)),
                member(new MemberKey(c.room, c.sender)).membership(),
                targetAccount == null
                        ? null
                        : member(new MemberKey(c.room, targetAccount.user())).membership(),
                targetAccount == null ? null : targetAccount.username(),
                needed,
                mentioned(c));
    }

    Optional<Facts.Message> message(MessageKey key) {
        return Optional.ofNullable(messages.get(key));
    }

    /** Moves the facts on by an event that follows {@code before}. */
    void apply(RoomState before, LoggedEvent logged) {
        switch (logged.event()) {
            case RoomEvent.MessagePosted posted -> {
                var key = new MessageKey(logged.room(), logged.seq());
                messages.put(key, new Facts.Message(logged.seq(), logged.by(), logged.ts(), posted.body()));
                emptyDetails.put(
                        key,
                        EventJson.detail(
                                new RoomEvent.MessagePosted(null, posted.replyTo(), posted.thread(), List.of())));
                evolve(logged.by(), before, logged);
            }
            case RoomEvent.MessageEdited edited -> standing(logged.room(), edited.target(), edited.body());
            case RoomEvent.MessageDeleted deleted -> standing(logged.room(), deleted.target(), null);
            case RoomEvent.MemberJoined joined -> evolve(joined.user(), before, logged);
            case RoomEvent.MemberLeft left -> evolve(left.user(), before, logged);
            case RoomEvent.MemberRoleChanged changed -> evolve(changed.user(), before, logged);
            case RoomEvent.SanctionSet set -> evolve(set.user(), before, logged);
            case RoomEvent.SanctionLifted lifted -> evolve(lifted.user(), before, logged);
            case RoomEvent.RoomCreated ignored -> {}
            case RoomEvent.RoomUpdated ignored -> {}
            case RoomEvent.RoomArchived ignored -> {}
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

    /** The column {@code detail} of a message once it is deleted: without its mentions. */
    String emptyDetail(MessageKey message) {
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

    private void standing(RoomId room, long seq, io.confab.room.@Nullable MessageBody body) {
        messages.computeIfPresent(
                new MessageKey(room, seq), (key, m) -> new Facts.Message(m.seq(), m.by(), m.ts(), body));
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
