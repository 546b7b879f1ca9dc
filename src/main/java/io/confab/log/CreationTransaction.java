package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.room.Creation;
import io.confab.room.Facts;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.RoomEvent;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomState;
import io.confab.store.Transactions;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that makes a room: the room with head n, its events 1 to n, its members. Of two direct rooms of the same
 * people the second meets the unique {@code direct_key}; run again, it finds the first. Used once, by one thread.
 */
final class CreationTransaction implements Transactions.Work<CreationTransaction.Outcome> {
    // unique index on direct_key
    private static final String DIRECT = "select id, epoch, created_at from room where direct_key = ?";

    private final Writing writing;
    private final Pending.Creation wanted;
    private @Nullable Outcome outcome;

    CreationTransaction(Writing writing, Pending.Creation wanted) {
        this.writing = writing;
        this.wanted = wanted;
    }

    /** @param commit null when no room was made */
    record Outcome(Answer answer, @Nullable RoomCommit commit) {}

    /** What comes of it if it is committed; null: it did not come so far, so it cannot have been. */
    @Nullable
    Outcome outcome() {
        return outcome;
    }

    @Override
    public Outcome in(EntityManager entities, Connection jdbc) throws SQLException {
        Outcome decided = decide(entities, jdbc);
        Pending.committing(List.of(wanted));
        outcome = decided;
        return decided;
    }

    private Outcome decide(EntityManager entities, Connection jdbc) throws SQLException {
        Set<UserId> people = new HashSet<>(wanted.command.members());
        people.add(wanted.sender);
        var accounts = writing.accounts().lock(jdbc, Set.of(wanted.sender), people, false);
        Instant now = writing.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        AccountRows.Account creator = accounts.get(wanted.sender);
        SignInId signIn = Objects.requireNonNull(wanted.signIn); // the server makes no rooms
        boolean live = wanted.sender.equals(
                writing.accounts().liveSignIns(jdbc, List.of(signIn)).get(signIn));
        Optional<Refusal> refusal = writing.accounts().refusal(creator, live, now);
        if (refusal.isPresent() || creator == null) {
            return refused(refusal.orElseThrow());
        }
        String mac = writing.mac().of(wanted.command);
        KnownCids.Known known = KnownCids.find(jdbc, List.of(wanted)).get(wanted.key());
        if (known != null) {
            return known.mac().equals(mac)
                    ? new Outcome(known.accepted(wanted.cid, true), null)
                    : refused(new Refusal.CidConflict("this cid was used for another request; take a new one"));
        }
        var actor = new Facts.Actor(wanted.sender, creator.role(), creator.isSuspendedAt(now));
        var persons = new HashSet<>(accounts.keySet());
        persons.remove(UserId.SERVER);
        return switch (writing.decisions().create(wanted.command, actor, persons)) {
            case Creation.Refused no -> refused(no.refusal());
            case Creation.Created created -> make(entities, jdbc, created, now, mac);
        };
    }

    private Outcome make(EntityManager entities, Connection jdbc, Creation.Created created, Instant now, String mac)
            throws SQLException {
        if (created.directKey() != null) {
            Optional<Answer> first = direct(jdbc, created.directKey());
            if (first.isPresent()) {
                return new Outcome(first.get(), null);
            }
        }
        RoomState state = RoomEvolution.nothing(wanted.room, writing.ids().epoch());
        var rows = new ArrayList<EventWrite.Row>();
        for (RoomEvent event : created.events()) {
            boolean first = rows.isEmpty();
            var logged = new LoggedEvent(
                    wanted.room, state.epoch(), state.head() + 1, wanted.sender, now, first ? wanted.cid : null, event);
            state = RoomEvolution.evolve(state, logged);
            rows.add(new EventWrite.Row(logged, first ? mac : null));
        }
        entities.persist(new RoomEntity(state, created.directKey(), now));
        new EventWrite(entities, jdbc, writing.accounts()).write(rows, members(rows), EventWrite.NO_MESSAGES);
        return new Outcome(
                new Answer.Accepted(wanted.room, state.epoch(), 1, now, wanted.cid, false),
                new RoomCommit(state, rows.stream().map(EventWrite.Row::logged).toList()));
    }

    private Map<MemberKey, FactBook.MemberRow> members(List<EventWrite.Row> rows) {
        var members = new LinkedHashMap<MemberKey, FactBook.MemberRow>();
        for (EventWrite.Row row : rows) {
            if (row.logged().event() instanceof RoomEvent.MemberJoined joined) {
                var membership = new Membership(joined.user(), joined.role(), null, null, null);
                members.put(
                        new MemberKey(wanted.room, joined.user()),
                        new FactBook.MemberRow(membership, row.logged().seq(), false, true));
            }
        }
        return members;
    }

    private Optional<Answer> direct(Connection jdbc, String directKey) throws SQLException {
        try (var statement = jdbc.prepareStatement(DIRECT)) {
            statement.setString(1, directKey);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Answer.Accepted(
                                new RoomId(rows.getString(1)),
                                rows.getString(2),
                                1,
                                Instant.ofEpochMilli(rows.getLong(3)),
                                wanted.cid,
                                true))
                        : Optional.empty();
            }
        }
    }

    private static Outcome refused(Refusal refusal) {
        return new Outcome(new Answer.Refused(refusal), null);
    }
}
