package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.room.Decision;
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

    RoomCommit commit() {
        return new RoomCommit(state, rows.stream().map(EventWrite.Row::logged).toList());
    }

    void take(Pending.InRoom c, Decision decision, Instant now, String mac, FactBook facts) {
        switch (decision) {
            case Decision.Refused refused -> answers.put(c, new Answer.Refused(refused.refusal()));
            case Decision.Already already ->
                answers.put(c, new Answer.Accepted(room(), from.epoch(), already.seq(), state.lastTs(), c.cid, true));
            case Decision.Happens happens -> {
                long first = state.head() + 1;
                append(c, happens.events(), state.next(now), mac, facts);
                answers.put(c, new Answer.Accepted(room(), from.epoch(), first, state.lastTs(), c.cid, false));
            }
        }
    }

    private void append(Pending.InRoom c, List<RoomEvent> events, Instant ts, String mac, FactBook facts) {
        boolean first = true;
        for (RoomEvent event : events) {
            @Nullable String cid = first ? c.cid : null;
            var logged = new LoggedEvent(room(), from.epoch(), state.head() + 1, c.sender, ts, cid, event);
            facts.apply(state, logged);
            state = RoomEvolution.evolve(state, logged);
            rows.add(new EventWrite.Row(logged, first ? mac : null));
            first = false;
        }
    }
}
