package io.confab.job;

import io.confab.kernel.RoomId;

/**
 * How far a job is in a room.
 *
 * @param name of the room; empty: a conversation of two
 * @param passed number of the last event it has looked at; {@link #NOT_BEGUN} before the first
 * @param note why something failed; empty: nothing did
 */
public record JobRoom(RoomId room, String name, State state, long passed, long done, long failed, String note) {
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

    /** Looked at up to here, with so much more done. */
    JobRoom at(long newPassed, int moreDone) {
        return new JobRoom(room, name, state, newPassed, done + moreDone, failed, note);
    }

    /** So much was not done, and why; it goes on behind it. */
    JobRoom failing(long newPassed, int moreFailed, String why) {
        return new JobRoom(room, name, state, newPassed, done, failed + moreFailed, why);
    }

    JobRoom over() {
        return new JobRoom(room, name, note.isEmpty() ? State.DONE : State.FAILED, passed, done, failed, note);
    }
}
