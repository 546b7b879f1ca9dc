package io.confab.delivery;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * Bounds of this node's sockets; keys, units and effects in server-config/README.md.
 *
 * @param threads that sequence rooms and write to sockets
 * @param replayThreads that read the log for replays and holes
 * @param queueEvents live events that may wait for one socket
 * @param queueBytes bytes of live events that may wait for one socket
 * @param replyBytes bytes of replies that may wait for one socket
 * @param totalBytes that may wait for all sockets or be under way to them; beyond, those with more than 64 KiB waiting are full
 * @param frameBytes of the largest array frame
 * @param sendTimeout age of a write after which its socket is closed
 * @param closeTimeout time for what still waits when a socket is closed
 * @param heartbeat silence after which the server pings; twice this: closed
 * @param tokenLeeway time a socket lives beyond its token
 * @param roomsPerConnection live rooms of one socket
 * @param connectionsPerUser sockets of one person on this node
 * @param replayRoom events replayed for one room
 * @param replayTotal events replayed for one {@code hello}
 * @param replayLag events by which a replay may fall behind before it is given up
 * @param chunkEvents events read, or given to a socket, at once in a replay
 * @param chunkBytes bytes read, or given to a socket, at once in a replay
 * @param tailEvents events of a room kept encoded
 * @param tailBytes bytes of a room kept encoded
 * @param tailTotalBytes bytes of all rooms kept encoded; beyond, a room that goes on keeps 16 KiB
 * @param idleRoom time after which a room nobody listens to is forgotten
 * @param holeWait time a missing number is waited for before the log is read
 * @param heldEvents events held behind a missing number; beyond, the log is read at once
 */
public record DeliverySettings(
        int threads,
        int replayThreads,
        int queueEvents,
        int queueBytes,
        int replyBytes,
        long totalBytes,
        int frameBytes,
        Duration sendTimeout,
        Duration closeTimeout,
        Duration heartbeat,
        Duration tokenLeeway,
        int roomsPerConnection,
        int connectionsPerUser,
        int replayRoom,
        int replayTotal,
        int replayLag,
        int chunkEvents,
        int chunkBytes,
        int tailEvents,
        int tailBytes,
        long tailTotalBytes,
        Duration idleRoom,
        Duration holeWait,
        int heldEvents) {
    private static final int KIB = 1024;

    /** Reads the settings; a value out of range stops the start. */
    public static DeliverySettings from(Configuration c) {
        int replayRoom = c.integer("confab.replay.room", 300, 1, 10_000);
        int replayLag = c.integer("confab.replay.lag", 3_000, 300, 100_000);
        c.require( // else a room answers ok, and a gap follows
                replayLag >= replayRoom,
                "confab.replay.lag",
                replayRoom + " or more, since confab.replay.room is " + replayRoom);
        return new DeliverySettings(
                c.integer("confab.delivery.threads", 2, 1, 64),
                c.integer("confab.delivery.replay-threads", 3, 1, 64),
                c.integer("confab.delivery.queue-events", 256, 16, 10_000),
                c.integer("confab.delivery.queue-bytes", 1024 * KIB, 64 * KIB, 64 * 1024 * KIB),
                c.integer("confab.delivery.reply-bytes", 2048 * KIB, 512 * KIB, 64 * 1024 * KIB),
                c.whole("confab.delivery.total-bytes", 64L * 1024 * KIB, 1024L * KIB, 16L * 1024 * 1024 * KIB),
                c.integer("confab.delivery.frame-bytes", 256 * KIB, 16 * KIB, 256 * KIB),
                c.duration("confab.delivery.send-timeout", seconds(15), seconds(1), seconds(120)),
                c.duration("confab.delivery.close-timeout", seconds(2), Duration.ofMillis(100), seconds(30)),
                c.duration("confab.heartbeat", seconds(25), seconds(1), seconds(54)),
                c.duration("confab.token-leeway", seconds(30), Duration.ZERO, seconds(300)),
                c.integer("confab.rooms-per-connection", 200, 1, 2_000),
                c.integer("confab.connections-per-user", 10, 1, 1_000),
                replayRoom,
                c.integer("confab.replay.total", 2_000, 1, 100_000),
                replayLag,
                c.integer("confab.replay.chunk-events", 200, 1, 1_000),
                c.integer("confab.replay.chunk-bytes", 256 * KIB, 16 * KIB, 256 * KIB),
                c.integer("confab.tail.events", 300, 16, 10_000),
                c.integer("confab.tail.bytes", 512 * KIB, 16 * KIB, 64 * 1024 * KIB),
                c.whole("confab.tail.total-bytes", 64L * 1024 * KIB, 1024L * KIB, 16L * 1024 * 1024 * KIB),
                c.duration("confab.tail.idle", seconds(60), seconds(1), seconds(86_400)),
                c.duration("confab.hole-wait", Duration.ofMillis(50), Duration.ofMillis(1), seconds(5)),
                c.integer("confab.hole-held", 256, 1, 10_000));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
