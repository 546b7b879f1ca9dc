package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.Decision;
import io.confab.room.Facts;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the batch would do to one room: it counts once the room's head is found where it began. */
final class RoomDraft {
    private final RoomState from;
    private final List<EventWrite.Row> rows = new ArrayList<>();
    private final List<LoggedEvent> told = new ArrayList<>();
    private final List<AppendWitness.Act> byRules = new ArrayList<>();
    private final Map<Pending, Answer> answers = new LinkedHashMap<>();
    private RoomState state;

    RoomDraft(RoomState from) {
        this.from = from;
        this.state = from;
    }

    RoomId room() {
        return from.room();
    }

    RoomState from() {
        return from;
    }

    RoomState state() {
        return state;
    }

    List<EventWrite.Row> rows() {
        return rows;
    }

    /** Those that follow a state which this draft went through. */
    List<EventWrite.Row> rowsAfter(RoomState before) {
        return rows.subList(Math.toIntExact(before.head() - from.head()), rows.size());
    }

    /** Answers to give once committed, in order of the commands. */
    Map<Pending, Answer> answers() {
        return answers;
    }

    boolean hasEvents() {
        return !rows.isEmpty();
    }

    /** What the server did in it by rules. */
    List<AppendWitness.Act> byRules() {
        return byRules;
    }

    /** As it is told: without the texts that a rule took away before anybody had them. */
    RoomCommit commit() {
        return new RoomCommit(state, told);
    }

    void take(Pending.InRoom c, Decision decision, Instant now, String mac, FactBook facts) {
        switch (decision) {
            case Decision.Refused refused -> answers.put(c, new Answer.Refused(refused.refusal()));
            case Decision.Already already ->
                answers.put(c, new Answer.Accepted(room(), from.epoch(), already.seq(), state.lastTs(), c.cid, true));
            case Decision.Happens happens -> {
                long first = state.head() + 1;
                append(c, happens, state.next(now), mac, facts);
                answers.put(c, new Answer.Accepted(room(), from.epoch(), first, state.lastTs(), c.cid, false));
            }
        }
    }

    private void append(Pending.InRoom c, Decision.Happens happens, Instant ts, String mac, FactBook facts) {
        boolean first = true;
        boolean veiled = !happens.byServer().isEmpty();
        for (RoomEvent event : happens.events()) {
            LoggedEvent logged = append(c.sender, first ? c.cid : null, ts, event, facts);
            rows.add(new EventWrite.Row(logged, first ? mac : null));
            told.add(veiled ? with(logged, event.withoutText()) : logged);
            first = false;
        }
        for (RoomEvent event : happens.byServer()) {
            RoomState before = state;
            Facts known = facts.ofServer(room(), event);
            LoggedEvent logged = append(UserId.SERVER, null, ts, event, facts);
            rows.add(new EventWrite.Row(logged, null));
            told.add(logged);
            byRules.add(new AppendWitness.Act(logged, before, known, null, happens.rule()));
        }
    }

    private LoggedEvent append(UserId by, @Nullable String cid, Instant ts, RoomEvent event, FactBook facts) {
        var logged = new LoggedEvent(room(), from.epoch(), state.head() + 1, by, ts, cid, event);
        facts.apply(state, logged);
        state = RoomEvolution.evolve(state, logged);
        return logged;
    }

    private static LoggedEvent with(LoggedEvent e, RoomEvent event) {
        return new LoggedEvent(e.room(), e.epoch(), e.seq(), e.by(), e.ts(), e.cid(), event);
    }
}
