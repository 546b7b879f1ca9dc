package io.confab.room;

import io.confab.kernel.RoomId;
import java.time.Duration;
import java.time.Instant;

/**
 * What a room is at one number of its log. Small on purpose: it holds no members, so a room of 100,000 costs what a room
 * of two costs. Loaded in one statement.
 *
 * @param epoch of the numbers; changes only by a restore
 * @param head number of the last event
 * @param slowMode least time between two messages of one member; zero: off
 * @param members how many have a role in the room (the banned included)
 * @param lastTs time of the last event; the next event's is never earlier
 */
public record RoomState(
        RoomId room,
        String epoch,
        long head,
        RoomKind kind,
        String name,
        String topic,
        RoomMode mode,
        Duration slowMode,
        boolean archived,
        int members,
        Instant lastTs) {

    /** Time of what happens next when the clock says {@code now}: never before what happened last. */
    public Instant next(Instant now) {
        return now.isBefore(lastTs) ? lastTs : now;
    }

    RoomState at(long seq, Instant ts) {
        return new RoomState(room, epoch, seq, kind, name, topic, mode, slowMode, archived, members, ts);
    }

    RoomState created(RoomKind newKind, String newName) {
        return new RoomState(room, epoch, head, newKind, newName, topic, mode, slowMode, archived, members, lastTs);
    }

    RoomState updated(RoomEvent.RoomUpdated change) {
        return new RoomState(
                room,
                epoch,
                head,
                kind,
                change.name() == null ? name : change.name(),
                change.topic() == null ? topic : change.topic(),
                change.mode() == null ? mode : change.mode(),
                change.slowMode() == null ? slowMode : change.slowMode(),
                archived,
                members,
                lastTs);
    }

    RoomState asArchived() {
        return new RoomState(room, epoch, head, kind, name, topic, mode, slowMode, true, members, lastTs);
    }

    RoomState withMembers(int count) {
        return new RoomState(room, epoch, head, kind, name, topic, mode, slowMode, archived, count, lastTs);
    }
}
