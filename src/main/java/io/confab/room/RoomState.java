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
        Instant lastTs) {}
