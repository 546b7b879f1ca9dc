package io.confab.job;

import io.confab.kernel.RoomId;
import java.time.Duration;
import java.time.Instant;

/**
 * How far a job is in a room.
 *
 * @param name of the room; empty: a conversation of two
 * @param passed number of the last event it has looked at; {@link #NOT_BEGUN} before the first
 * @param until of a deletion of everybody's messages, number of the last event it is to look at; of what takes a deletion
 *     back, number of the last message it has come to among those of the event behind {@code passed}; else 0
 * @param tries how often the next thing to do has failed, one time after the other
 * @param triedAt when something could not be done last, and had to wait
 * @param note why something failed; empty: nothing did
 */
public record JobRoom(
        RoomId room,
        String name,
        State state,
        long passed,
        long until,
        long done,
        long failed,
        int tries,
        Instant triedAt,
        String note) {
    static final long NOT_BEGUN = -1;
    private static final int MAX_NOTE = 500;

    public JobRoom {
        note = note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE) : note;
    }

    /** In rows and on the wire in lower case. */
    public enum State {
        WAITING,
        DONE,
        FAILED
    }

    /** It goes from behind this event to that one, or has come to that message. */
    JobRoom between(long first, long last) {
        return new JobRoom(room, name, state, first, last, done, failed, 0, triedAt, note);
    }

    /** Looked at up to here, with so much more done. */
    JobRoom at(long newPassed, int moreDone) {
        return new JobRoom(room, name, state, newPassed, until, done + moreDone, failed, 0, triedAt, note);
    }

    /** So much was not done, and why; it goes on behind it. */
    JobRoom failing(long newPassed, int moreFailed, String why) {
        return new JobRoom(room, name, state, newPassed, until, done, failed + moreFailed, 0, triedAt, why);
    }

    /** It could not be done just now. */
    JobRoom later(int moreTries) {
        return new JobRoom(room, name, state, passed, until, done, failed, tries + moreTries, triedAt, note);
    }

    JobRoom triedAt(Instant now) {
        return new JobRoom(room, name, state, passed, until, done, failed, tries, now, note);
    }

    JobRoom over() {
        State end = note.isEmpty() ? State.DONE : State.FAILED;
        return new JobRoom(room, name, end, passed, until, done, failed, 0, triedAt, note);
    }

    boolean isFurtherThan(JobRoom before) {
        return passed != before.passed || until != before.until || state != before.state;
    }

    /** By this node's clock; a time that is still to come was written by another's. */
    boolean wasTriedWithin(Duration time, Instant now) {
        return !now.isBefore(triedAt) && now.isBefore(triedAt.plus(time));
    }
}
