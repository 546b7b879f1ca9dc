package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.room.Decision;
import io.confab.room.Facts;
import io.confab.room.RoomCommand;
import io.confab.room.RoomDecisions;
import io.confab.room.RoomState;
import io.confab.store.Transactions;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One transaction for commands to any number of rooms, in the order that DESIGN gives: accounts, repeats, states and facts,
 * decisions, heads by compare-and-set, events and projections. Nothing here answers anybody: that is for after the commit.
 * Used once, by one thread.
 */
final class BatchTransaction implements Transactions.Work<BatchTransaction.Outcome> {
    private final Writing writing;
    private final StateCache cache;
    private final Locking locking;
    private final List<Pending.InRoom> batch;
    private final List<Pending.InRoom> open;
    private final List<Pending.InRoom> busy = new ArrayList<>();
    private final Map<Pending, Answer> answers = new LinkedHashMap<>();
    private final Map<RoomId, List<AppendWitness.Act>> acts = new LinkedHashMap<>();
    private Instant now = Instant.EPOCH;
    private @Nullable Outcome outcome;

    BatchTransaction(Writing writing, StateCache cache, Locking locking, List<Pending.InRoom> batch) {
        this.writing = writing;
        this.cache = cache;
        this.locking = locking;
        this.batch = batch;
        this.open = new ArrayList<>(batch);
    }

    /**
     * @param answers to give once this is committed
     * @param missed commands whose room had moved on, to be decided again, in their order
     * @param busy commands whose room or account another transaction holds, in their order
     */
    record Outcome(
            Map<Pending, Answer> answers,
            List<Pending.InRoom> missed,
            List<Pending.InRoom> busy,
            List<RoomCommit> commits) {}

    /** What comes of it if it is committed; null: it did not come so far, so it cannot have been. */
    @Nullable
    Outcome outcome() {
        return outcome;
    }

    @Override
    public Outcome in(EntityManager entities, Connection jdbc) throws SQLException {
        Map<UserId, AccountRows.Account> accounts = lockAccounts(jdbc);
        now = writing.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        refuseWhoMayNotAct(jdbc, accounts);
        answerRepeats(jdbc);
        Map<RoomId, RoomState> states = states(jdbc);
        FactBook facts = FactReader.read(jdbc, accounts, open); // after the states: else a moved room would not miss
        Map<RoomId, RoomDraft> drafts = decide(states, facts);
        Set<RoomId> missed = missed(jdbc, drafts);
        Outcome written = write(entities, jdbc, drafts, missed, facts);
        Pending.committing(batch);
        outcome = written;
        return written;
    }

    private Map<UserId, AccountRows.Account> lockAccounts(Connection jdbc) throws SQLException {
        var senders = new HashSet<UserId>();
        var actedOn = new HashSet<UserId>();
        for (Pending.InRoom c : open) {
            senders.add(c.sender);
            UserId target = c.command.targetUser();
            if (target != null) {
                actedOn.add(target);
            } else if (c.command instanceof RoomCommand.JoinRoom || c.command instanceof RoomCommand.LeaveRoom) {
                actedOn.add(c.sender);
            }
        }
        var accounts = writing.accounts().lock(jdbc, senders, actedOn, locking == Locking.PASS_OVER);
        writing.accounts().demoteWithoutFactor(jdbc, accounts, senders);
        if (locking == Locking.PASS_OVER) {
            setAsidePassedOver(jdbc, accounts, senders, actedOn);
        }
        return accounts;
    }

    /** An account that is there but was not given is in another transaction's hands. */
    private void setAsidePassedOver(
            Connection jdbc, Map<UserId, AccountRows.Account> accounts, Set<UserId> senders, Set<UserId> actedOn)
            throws SQLException {
        var ungiven = new HashSet<>(senders);
        ungiven.addAll(actedOn);
        ungiven.removeAll(accounts.keySet());
        Set<UserId> held = writing.accounts().existing(jdbc, ungiven);
        setAside(c -> {
            UserId target = c.command.targetUser();
            return held.contains(c.sender) || (target != null && held.contains(target));
        });
    }

    private void refuseWhoMayNotAct(Connection jdbc, Map<UserId, AccountRows.Account> accounts) throws SQLException {
        var signIns = new HashSet<SignInId>();
        for (Pending.InRoom c : open) {
            if (c.signIn != null) {
                signIns.add(c.signIn);
            }
        }
        Map<SignInId, UserId> live = writing.accounts().liveSignIns(jdbc, signIns);
        close(c -> writing.accounts()
                .refusal(accounts.get(c.sender), c.signIn == null || c.sender.equals(live.get(c.signIn)), now)
                .map(Answer.Refused::new));
    }

    private void answerRepeats(Connection jdbc) throws SQLException {
        Map<CidKey, KnownCids.Known> known = KnownCids.find(jdbc, open);
        close(c -> Optional.ofNullable(known.get(c.key()))
                .map(first -> first.mac().equals(writing.mac().of(c.room, c.command))
                        ? first.accepted(c.cid, true)
                        : new Answer.Refused(
                                new Refusal.CidConflict("this cid was used for another request; take a new one"))));
    }

    private Map<RoomId, RoomState> states(Connection jdbc) throws SQLException {
        var states = new HashMap<RoomId, RoomState>();
        var unread = new HashSet<RoomId>();
        for (Pending.InRoom c : open) {
            Optional<RoomState> cached = locking == Locking.OPTIMISTIC ? cache.get(c.room) : Optional.empty();
            cached.ifPresentOrElse(state -> states.put(c.room, state), () -> unread.add(c.room));
        }
        states.putAll(RoomRows.states(jdbc, unread, locking));
        unread.removeAll(states.keySet());
        Set<RoomId> held =
                locking == Locking.PASS_OVER ? RoomRows.heads(jdbc, unread).keySet() : Set.of();
        setAside(c -> held.contains(c.room));
        close(c -> states.containsKey(c.room)
                ? Optional.empty()
                : Optional.of(new Answer.Refused(RoomDecisions.NO_SUCH_ROOM)));
        return states;
    }

    private Map<RoomId, RoomDraft> decide(Map<RoomId, RoomState> states, FactBook facts) {
        var drafts = new TreeMap<RoomId, RoomDraft>();
        for (Pending.InRoom c : open) {
            RoomDraft draft =
                    drafts.computeIfAbsent(c.room, room -> new RoomDraft(Objects.requireNonNull(states.get(room))));
            RoomState before = draft.state();
            Facts known = facts.of(c, now);
            Decision decision = writing.decisions().decide(before, c.command, known, c.verdict, now);
            draft.take(c, decision, now, writing.mac().of(c.room, c.command), facts);
            if (known.moderating()) {
                List<AppendWitness.Act> ofRoom = acts.computeIfAbsent(c.room, room -> new ArrayList<>());
                draft.rowsAfter(before).stream()
                        .map(EventWrite.Row::logged)
                        .filter(logged -> logged.by().equals(c.sender))
                        .forEach(logged -> ofRoom.add(new AppendWitness.Act(logged, before, known, c.address, null)));
            }
        }
        drafts.values().stream()
                .filter(draft -> !draft.byRules().isEmpty())
                .forEach(draft -> acts.computeIfAbsent(draft.room(), room -> new ArrayList<>())
                        .addAll(draft.byRules()));
        return drafts;
    }

    /** The compare-and-set; a room without events was only refused things, and must not have moved either. */
    private Set<RoomId> missed(Connection jdbc, Map<RoomId, RoomDraft> drafts) throws SQLException {
        var advances = new ArrayList<RoomRows.Advance>();
        var still = new ArrayList<RoomDraft>();
        for (RoomDraft draft : drafts.values()) {
            if (draft.hasEvents()) {
                advances.add(new RoomRows.Advance(draft.from(), draft.state()));
            } else {
                still.add(draft);
            }
        }
        Set<RoomId> missed = RoomRows.advance(jdbc, advances);
        if (locking == Locking.OPTIMISTIC) {
            Map<RoomId, RoomReader.Head> heads =
                    RoomRows.heads(jdbc, still.stream().map(RoomDraft::room).toList());
            for (RoomDraft draft : still) {
                var expected =
                        new RoomReader.Head(draft.from().epoch(), draft.from().head());
                if (!expected.equals(heads.get(draft.room()))) {
                    missed.add(draft.room());
                }
            }
        }
        return missed;
    }

    private Outcome write(
            EntityManager entities, Connection jdbc, Map<RoomId, RoomDraft> drafts, Set<RoomId> missed, FactBook facts)
            throws SQLException {
        var rows = new ArrayList<EventWrite.Row>();
        var commits = new ArrayList<RoomCommit>();
        var advanced = new HashSet<RoomId>();
        for (RoomDraft draft : drafts.values()) {
            if (!missed.contains(draft.room())) {
                answers.putAll(draft.answers());
                if (draft.hasEvents()) {
                    rows.addAll(draft.rows());
                    commits.add(draft.commit());
                    advanced.add(draft.room());
                }
            }
        }
        if (!rows.isEmpty()) {
            new EventWrite(entities, jdbc, writing.accounts()).write(rows, facts.changed(advanced), facts);
            showWitnesses(jdbc, advanced);
        }
        List<Pending.InRoom> again =
                open.stream().filter(c -> missed.contains(c.room)).toList();
        return new Outcome(answers, again, busy, commits);
    }

    private void showWitnesses(Connection jdbc, Set<RoomId> advanced) throws SQLException {
        List<AppendWitness.Act> shown = acts.entrySet().stream()
                .filter(ofRoom -> advanced.contains(ofRoom.getKey()))
                .flatMap(ofRoom -> ofRoom.getValue().stream())
                .toList();
        if (!shown.isEmpty()) {
            for (AppendWitness witness : writing.witnesses()) {
                witness.appended(jdbc, shown);
            }
        }
    }

    private interface Closing {
        Optional<Answer> answer(Pending.InRoom command);
    }

    /** Takes the commands that have their answer out of the open ones. */
    private void close(Closing closing) {
        open.removeIf(c -> {
            Optional<Answer> answer = closing.answer(c);
            answer.ifPresent(a -> answers.put(c, a));
            return answer.isPresent();
        });
    }

    /** Takes the commands that have to wait for another transaction out of the open ones. */
    private void setAside(Predicate<Pending.InRoom> waits) {
        open.removeIf(c -> waits.test(c) && busy.add(c));
    }
}
