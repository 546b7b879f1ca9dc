package io.confab.presence;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * Bounds of presence and typing; keys, units and effects in server-config/README.md.
 *
 * @param grace time after the last socket has gone until a person is offline
 * @param statePause pause between two full states to other nodes
 * @param nodeExpiry silence after which another node and its people are gone
 * @param people of one other node that are kept
 * @param smallRoom people online up to which each change is told within a second
 * @param middleRoom members up to which names are told every few seconds; beyond, only the number. Typing is told up to as
 *     many listeners of this node
 * @param middlePause pause between two events of a middle room
 * @param bigPause pause between two events of a big room
 * @param namesAtOnce names in one event
 * @param typingEvery least time between two typing frames of one person in one room that are taken
 * @param typingLives time after which somebody no longer types
 * @param typingRooms rooms in which typing is followed at a time
 */
public record PresenceSettings(
        Duration grace,
        Duration statePause,
        Duration nodeExpiry,
        int people,
        int smallRoom,
        int middleRoom,
        Duration middlePause,
        Duration bigPause,
        int namesAtOnce,
        Duration typingEvery,
        Duration typingLives,
        int typingRooms) {
    /** Reads the settings; a value out of range stops the start. */
    public static PresenceSettings from(Configuration c) {
        return new PresenceSettings(
                c.duration("confab.presence.grace", seconds(5), Duration.ZERO, seconds(300)),
                c.duration("confab.presence.state-interval", seconds(10), seconds(1), seconds(300)),
                c.duration("confab.presence.node-expiry", seconds(30), seconds(2), seconds(900)),
                c.integer("confab.presence.people", 50_000, 100, 1_000_000),
                c.integer("confab.presence.small-room", 50, 0, 1_000),
                c.integer("confab.presence.middle-room", 1_000, 0, 10_000),
                c.duration("confab.presence.middle-interval", seconds(5), seconds(1), seconds(300)),
                c.duration("confab.presence.big-interval", seconds(15), seconds(1), seconds(900)),
                c.integer("confab.presence.names", 200, 1, 1_000),
                c.duration("confab.typing.interval", seconds(5), Duration.ofMillis(100), seconds(60)),
                c.duration("confab.typing.lifetime", seconds(8), seconds(1), seconds(60)),
                c.integer("confab.typing.rooms", 5_000, 1, 1_000_000));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
