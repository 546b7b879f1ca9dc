package io.confab.job;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands.
 *
 * @param id of who ordered it
 * @param byName username of who ordered it
 * @param why for staff
 * @param told what the rooms are told as the reason; empty: nothing
 * @param expected messages, or rooms, that were counted when it was ordered; of what takes a deletion back, as many as that
 *     had deleted by then, and in the end; 0 also when they could not be counted
 * @param doneAt null: it is under way
 * @param stop null: nobody called it off
 */
public record Job(
        String id,
        Task task,
        UserId by,
        String byName,
        String why,
        String told,
        Instant orderedAt,
        long expected,
        @Nullable Instant doneAt,
        @Nullable Stop stop,
        Progress progress) {
    /** Somebody called it off: nothing more is begun. */
    public record Stop(UserId by, String byName, Instant at) {}

    /**
     * How far it is.
     *
     * @param rooms in which it works, as far as they are found
     * @param waiting rooms in which it is not done
     * @param failedRooms rooms in which something was not done
     * @param done messages deleted or brought back, or rooms told
     * @param failed likewise, not
     */
    public record Progress(long rooms, long waiting, long failedRooms, long done, long failed) {
        static final Progress NONE = new Progress(0, 0, 0, 0, 0);

        Progress plus(Progress more) {
            return new Progress(
                    rooms + more.rooms,
                    waiting + more.waiting,
                    failedRooms + more.failedRooms,
                    done + more.done,
                    failed + more.failed);
        }
    }

    /** Neither done nor stopped. */
    boolean isUnderWay() {
        return doneAt == null && stop == null;
    }

    Job with(Progress known) {
        return new Job(id, task, by, byName, why, told, orderedAt, expected, doneAt, stop, known);
    }

    Instant since() {
        return task instanceof Task.Deletion deletion ? orderedAt.minus(deletion.back()) : orderedAt;
    }

    /** What its lines in the audit trail are about: a person, a room, or a person in a room; else the job. */
    String target() {
        return switch (task) {
            case Task.Deletion deletion -> target(deletion.user(), deletion.room());
            case Task.Restoration back ->
                target(back.deletion().user(), back.deletion().room());
            case Task.Announcement ignored -> "job/" + id;
        };
    }

    private static String target(@Nullable UserId user, @Nullable RoomId room) {
        return user == null ? String.valueOf(room) : room == null ? user.value() : room + "/" + user;
    }
}
