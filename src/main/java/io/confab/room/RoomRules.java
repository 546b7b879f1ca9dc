package io.confab.room;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * The bounds of rooms and messages that an operator may set ({@code confab.room.*}, {@code confab.message.*}).
 *
 * @param editWindow how long after sending a message may be edited; zero: for ever
 * @param maxSlowMode the longest slow mode a room may have
 * @param maxMembers members of one room
 * @param maxInitialMembers people named when a room is created
 * @param maxPins messages pinned in one room at the same time
 * @param maxTextChars code points of one text
 * @param maxBodyBytes UTF-8 bytes of one body, attributes included
 */
public record RoomRules(
        Duration editWindow,
        Duration maxSlowMode,
        int maxMembers,
        int maxInitialMembers,
        int maxPins,
        int maxTextChars,
        int maxBodyBytes) {
    /** Code points of a room's name; the column's length. */
    public static final int MAX_NAME_CHARS = 100;
    /** Code points of a room's topic; the column's length. */
    public static final int MAX_TOPIC_CHARS = 500;
    /** Code points of the reason of a sanction, kick or deletion. */
    public static final int MAX_REASON_CHARS = 500;

    private static final int DEFAULT_TEXT_CHARS = 8_000;
    private static final int DEFAULT_BODY_BYTES = 65_536;

    /** What holds when nothing is set. */
    public static RoomRules defaults() {
        return from(new Configuration(key -> java.util.Optional.empty()));
    }

    public static RoomRules from(Configuration settings) {
        return new RoomRules(
                settings.duration("confab.message.edit-window", Duration.ZERO, Duration.ZERO, Duration.ofDays(3_650)),
                settings.duration("confab.room.max-slow-mode", Duration.ofHours(6), Duration.ZERO, Duration.ofDays(1)),
                settings.integer("confab.room.max-members", 100_000, 2, 1_000_000),
                settings.integer("confab.room.max-initial-members", 100, 1, 1_000),
                settings.integer("confab.room.max-pins", 50, 1, 100),
                settings.integer("confab.message.max-text-chars", DEFAULT_TEXT_CHARS, 1, DEFAULT_TEXT_CHARS),
                settings.integer("confab.message.max-body-bytes", DEFAULT_BODY_BYTES, 1_024, DEFAULT_BODY_BYTES));
    }
}
