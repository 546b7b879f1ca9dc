package io.confab.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.identity.Outcome;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.RoomReader;
import io.confab.moderation.RoomActs;
import io.confab.room.SanctionKind;
import io.confab.store.Database;
import io.confab.store.Reads;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;

/**
 * Takes a deletion back in one room, a message at a time (docs/adr/0085): along the log, from the moment at which it was ordered,
 * each event by which it took messages away, and of each event its messages. As everything a job does, done twice it is done once.
 * Thread-safe; blocks until the commits.
 */
final class RoomReturn {
    /** Clocks of nodes differ less: the events of a deletion lie after its order all the same. */
    private static final Duration CLOCKS = Duration.ofMinutes(10);
    /**
     * After a deletion is over, so long a command of it may still be on its way: twice as long as anybody waits
     * for a commit.
     */
    static final Duration SETTLED = Duration.ofMinutes(1);

    /** By the primary key: a bounded part of one room. */
    private static final String NEXT = "select seq, detail from room_event where room_id = ? and seq > ? and seq <= ?"
            + " and type = 'msgs.deleted' and by_id = ? and cid like ? order by seq limit 1";
    /** By the primary key. */
    private static final String MESSAGE =
            "select deleted_seq from room_event where room_id = ? and seq = ? and type = 'msg.new'";

    /** By room_event_cid. */
    private static final String OWN = "select 1 from room_event where by_id = ? and cid in (?, ?)";
    /** How it stood: the last that was done to it alone; by room_event_target. */
    private static final String BEFORE = "select type, detail from room_event where room_id = ? and target_seq = ?"
            + " and seq < ? and type in ('msg.deleted', 'msg.restored') order by seq desc limit 1";
    /** By room_event_cid. */
    private static final String LAID = "select 1 from room_event where by_id = ? and cid = ?";

    private final Reads reads;
    private final JobRows rows;
    private final RoomReader reader;
    private final RoomActs acts;
    private final MessageCount count;
    private final Clock clock;

    RoomReturn(Database database, RoomReader reader, RoomActs acts, MessageCount count, Clock clock) {
        this.reads = database.reads();
        this.rows = new JobRows(database);
        this.reader = reader;
        this.acts = acts;
        this.count = count;
        this.clock = clock;
    }

    /** As {@link RoomTurn#step}. */
    JobRoom step(Job job, JobRoom at, Task.Restoration task) {
        Job deletion = rows.ordered(task.of()).orElseThrow();
        if (deletion.doneAt() == null) { // stopped, and not over yet: its rooms may still change
            return at.later(0);
        }
        boolean settled = isSettled(deletion); // before it is read how far the room goes
        Optional<RoomReader.Head> head = reader.head(at.room());
        if (head.isEmpty()) {
            return at.failing(0, 0, "the room is gone").over();
        }
        if (at.passed() == JobRoom.NOT_BEGUN) {
            long from = count.firstSince(at.room(), deletion.orderedAt().minus(CLOCKS)) - 1;
            return unmuted(job, deletion, at, at.between(from, 0), UnaryOperator.identity());
        }
        return walk(job, deletion, at, settled, head.get().head());
    }

    /** Nothing that the deletion began is on its way any more: a node that lost its lease may have sent a command of its own. */
    private boolean isSettled(Job deletion) {
        Instant over = deletion.doneAt();
        return over != null && !clock.instant().isBefore(over.plus(SETTLED));
    }

    private JobRoom walk(Job job, Job deletion, JobRoom at, boolean settled, long head) {
        long end = Math.min(head, at.passed() + RoomTurn.EVENTS);
        Optional<Taken> next = reads.first(
                NEXT,
                Taken::of,
                at.room().value(),
                at.passed(),
                end,
                UserId.SERVER.value(),
                JobKeys.of(deletion.id()) + "%");
        if (next.isPresent()) {
            return giveBack(job, at, next.get());
        }
        if (end < head) {
            return at.between(end, 0);
        }
        if (!settled) { // what comes later stands behind this
            return end > at.passed() ? at.between(end, 0) : at.later(0);
        }
        return unmuted(job, deletion, at, at.between(end, 0), JobRoom::over); // laid late, it is lifted late
    }

    /** An event that took messages away, in their order. */
    private record Taken(long seq, List<Long> messages) {
        static Taken of(ResultSet row) throws SQLException {
            var seqs = Json.read(row.getString("detail")).path("seqs").spliterator();
            List<Long> messages = StreamSupport.stream(seqs, false)
                    .map(JsonNode::longValue)
                    .sorted()
                    .toList();
            return new Taken(row.getLong("seq"), messages);
        }

        /** Its next message behind this one; 0: there is none. */
        long behind(long message) {
            return messages.stream().filter(each -> each > message).findFirst().orElse(0L);
        }
    }

    /** One message of those that an event took; then it stands right before that event, until there are no more. */
    private JobRoom giveBack(Job job, JobRoom at, Taken taken) {
        boolean begun = at.passed() == taken.seq() - 1;
        long message = taken.behind(begun ? at.until() : 0);
        if (message == 0) {
            return at.between(taken.seq(), 0);
        }
        JobRoom then = at.between(taken.seq() - 1, message);
        long takenBy = reads.first(MESSAGE, row -> row.getLong(1), at.room().value(), message)
                .orElse(0L);
        // somebody has changed it since, or this job did, by a node that died before it said so
        if (takenBy != taken.seq()) {
            return then.at(then.passed(), isOwn(job, at.room(), message, taken.seq()) ? 1 : 0);
        }
        Before before = before(at.room(), message, taken.seq());
        return before == Before.DELETED ? then : giveBack(job, at, then, taken.seq(), before == Before.HIDDEN);
    }

    private JobRoom giveBack(Job job, JobRoom at, JobRoom then, long takenBy, boolean hidden) {
        long message = then.until();
        String what = what(hidden, message, takenBy);
        return switch (acts.giveBack(RoomTurn.act(job, at.room(), what), message, takenBy, hidden)) {
            case Outcome.Done<Answer.Accepted>(Answer.Accepted answer) ->
                then.at(then.passed(), !answer.duplicate() || isOwn(job, at.room(), message, takenBy) ? 1 : 0);
            case Outcome.Refused<Answer.Accepted>(Refusal refusal) ->
                RoomTurn.refused(at, refusal, then.failing(then.passed(), 1, refusal.message()));
        };
    }

    private static String what(boolean hidden, long message, long takenBy) {
        return (hidden ? "hide " : "return ") + message + " of " + takenBy;
    }

    /** Whether this job has brought a message back from that event. */
    private boolean isOwn(Job job, RoomId room, long message, long takenBy) {
        String shown = JobKeys.command(job.id(), room, what(false, message, takenBy));
        String hidden = JobKeys.command(job.id(), room, what(true, message, takenBy));
        return reads.first(OWN, row -> true, UserId.SERVER.value(), shown, hidden)
                .isPresent();
    }

    private enum Before {
        SHOWN,
        HIDDEN,
        /** At the very moment somebody else was about it: then it is theirs. */
        DELETED
    }

    private Before before(RoomId room, long message, long takenBy) {
        return reads.first(BEFORE, RoomReturn::stood, room.value(), message, takenBy)
                .orElse(Before.SHOWN);
    }

    private static Before stood(ResultSet row) throws SQLException {
        if (row.getString("type").equals("msg.restored")) {
            return Before.SHOWN;
        }
        return Json.read(row.getString("detail")).path("hidden").asBoolean() ? Before.HIDDEN : Before.DELETED;
    }

    /** The mute that the deletion laid here is lifted, if it still is as it laid it. @param end what becomes of it when that is settled */
    private JobRoom unmuted(Job job, Job deletion, JobRoom at, JobRoom then, UnaryOperator<JobRoom> end) {
        if (!(deletion.task() instanceof Task.Deletion task) || task.user() == null) {
            return end.apply(then);
        }
        Instant until = deletion.orderedAt().plus(task.mute());
        String laid = JobKeys.command(deletion.id(), at.room(), RoomTurn.MUTE);
        if (!clock.instant().isBefore(until)
                || reads.first(LAID, row -> true, UserId.SERVER.value(), laid).isEmpty()) {
            return end.apply(then);
        }
        var act = RoomTurn.act(job, at.room(), "un" + RoomTurn.MUTE);
        return switch (acts.liftEnding(act, task.user(), SanctionKind.MUTE, until)) {
            case Outcome.Done<Answer.Accepted> done -> end.apply(then);
            case Outcome.Refused<Answer.Accepted>(Refusal refusal) ->
                RoomTurn.refused(
                        at, refusal, end.apply(then.failing(then.passed(), 0, "still muted: " + refusal.message())));
        };
    }
}
