package io.confab.job;

import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.RoomReader;
import io.confab.log.RoomReader.Access;
import io.confab.moderation.RoomActs;
import io.confab.room.Checked;
import io.confab.room.MessageBody;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomRules;
import io.confab.room.SanctionKind;
import io.confab.store.Reads;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a job does in one room, one command at a time. Each is the server's own, on behalf of who ordered the job, with a key
 * made of the job, the room and what exactly is done: done twice, by two nodes or by one that came back, it is done once.
 * Thread-safe; blocks until the commits.
 */
final class RoomTurn {
    /** What laying a mute is called in its key. */
    static final String MUTE = "mute";

    private static final String BROKEN = "it failed for a reason of the server's own";

    /** Of what may have been done, or fails; after that its room is given up, so that it does not hold up its job for ever. */
    static final int MOST_TRIES = 30;

    /** Events that are looked at in one step. */
    static final int EVENTS = 5_000;

    /**
     * Those that stand, those that are hidden until somebody decides, who might show them again, and those that this job took
     * away: tried again, it means the same ones, and counts them.
     */
    private static final String SPOKEN = "select e.seq from room_event e"
            + " left join room_event d on d.room_id = e.room_id and d.seq = e.deleted_seq"
            + " where e.room_id = ? and e.seq > ? and e.seq <= ? and e.type = 'msg.new'"
            + " and (e.deleted_seq is null or " + MessageCount.HIDDEN + " or d.cid like ?)";

    private static final String IN_ORDER = " order by e.seq limit " + RoomCommand.RemoveMessages.MOST;
    /** By the primary key: a bounded part of one room. */
    private static final String OF_ALL = SPOKEN + IN_ORDER;

    private static final String OF_PERSON = SPOKEN + " and e.by_id = ?" + IN_ORDER;

    private final Reads reads;
    private final RoomReader reader;
    private final RoomActs acts;
    private final MessageCount count;
    private final RoomRules rules;
    private final RoomReturn giveBack;

    RoomTurn(Reads reads, RoomReader reader, RoomActs acts, MessageCount count, RoomRules rules, RoomReturn giveBack) {
        this.reads = reads;
        this.giveBack = giveBack;
        this.reader = reader;
        this.acts = acts;
        this.count = count;
        this.rules = rules;
    }

    /** How the room stands after one step; no further: it could not be done just now, and is tried again. */
    JobRoom step(Job job, JobRoom at) {
        return switch (job.task()) {
            case Task.Announcement announcement -> announce(job, at, announcement);
            case Task.Deletion deletion -> delete(job, at, deletion);
            case Task.Restoration back -> giveBack.step(job, at, back);
        };
    }

    private JobRoom announce(Job job, JobRoom at, Task.Announcement announcement) {
        if (!(OrderRules.body(announcement.text(), rules) instanceof Checked.Valid<MessageBody>(MessageBody body))) {
            // the limits were lowered since
            return at.failing(0, 1, "the text is too long by now").over();
        }
        return switch (acts.announce(act(job, at.room(), "announce"), body)) {
            case Outcome.Done<Answer.Accepted> ignored -> at.at(0, 1).over();
            case Outcome.Refused<Answer.Accepted>(Refusal refusal) ->
                refused(at, refusal, at.failing(0, 1, refusal.message()).over());
        };
    }

    private JobRoom delete(Job job, JobRoom at, Task.Deletion deletion) {
        UserId user = deletion.user();
        Optional<Access> access = reader.access(at.room(), user == null ? job.by() : user);
        if (access.isEmpty()) {
            return at.failing(0, 0, "the room is gone").over();
        }
        if (at.passed() == JobRoom.NOT_BEGUN) {
            return begin(job, at, deletion, access.get());
        }
        return walk(
                job, at, user, user == null ? at.until() : access.get().state().head());
    }

    /** Muted first: whatever the person has said is below the head from here on. */
    private JobRoom begin(Job job, JobRoom at, Task.Deletion deletion, Access access) {
        long from = count.firstSince(at.room(), job.since()) - 1;
        UserId user = deletion.user();
        if (user == null) { // only what was there when it was ordered: a busy room would never be done
            return at.between(from, count.firstSince(at.room(), job.orderedAt()) - 1);
        }
        Instant until = job.orderedAt().plus(deletion.mute());
        if (!canBeMuted(access, until)) {
            return at.at(from, 0);
        }
        return switch (acts.sanctionAtLeast(act(job, at.room(), MUTE), user, SanctionKind.MUTE, until)) {
            case Outcome.Done<Answer.Accepted> ignored -> at.at(from, 0);
            case Outcome.Refused<Answer.Accepted>(Refusal refusal) ->
                refused(at, refusal, at.failing(from, 0, "not muted: " + refusal.message()));
        };
    }

    /** Nobody is in a conversation of two, nothing is said in an archive, and a longer mute stays. */
    private static boolean canBeMuted(Access access, Instant until) {
        Instant muted = access.membership().mutedUntil();
        return access.state().kind() != RoomKind.DIRECT
                && !access.state().archived()
                && (muted == null || muted.isBefore(until));
    }

    private JobRoom walk(Job job, JobRoom at, @Nullable UserId user, long last) {
        if (at.passed() >= last) {
            return at.over();
        }
        long end = Math.min(last, at.passed() + EVENTS);
        String own = JobKeys.of(job.id()) + "%";
        List<Long> seqs = user == null
                ? reads.list(OF_ALL, row -> row.getLong(1), at.room().value(), at.passed(), end, own)
                : reads.list(OF_PERSON, row -> row.getLong(1), at.room().value(), at.passed(), end, own, user.value());
        if (seqs.isEmpty()) {
            return at.at(end, 0);
        }
        long to = seqs.size() < RoomCommand.RemoveMessages.MOST ? end : seqs.getLast();
        return switch (acts.removeMessages(act(job, at.room(), seqs.toString()), seqs)) {
            case Outcome.Done<Answer.Accepted> ignored -> at.at(to, seqs.size());
            case Outcome.Refused<Answer.Accepted>(Refusal refusal) ->
                refused(at, refusal, at.failing(to, seqs.size(), refusal.message()));
        };
    }

    static RoomActs.Act act(Job job, RoomId room, String what) {
        String told = job.told().isEmpty() ? null : job.told();
        return RoomActs.Act.byServer(room, job.why(), told, JobKeys.command(job.id(), room, what), job.by());
    }

    /** What passes by itself is tried again; so is what may have been done, but not for ever: some of it fails every time. */
    static JobRoom refused(JobRoom at, Refusal refusal, JobRoom givenUp) {
        if (refusal instanceof Refusal.Unavailable) {
            return at.later(0);
        }
        return refusal instanceof Refusal.Internal && at.tries() + 1 < MOST_TRIES ? at.later(1) : givenUp;
    }

    /** After something that nobody foresaw: as {@link #step} does what fails every time. */
    static JobRoom broken(Job job, JobRoom at) {
        int untold =
                job.task() instanceof Task.Announcement ? 1 : 0; // how many messages it would have been nobody knows
        return refused(
                at,
                new Refusal.Internal(BROKEN),
                at.failing(at.passed(), untold, BROKEN).over());
    }
}
