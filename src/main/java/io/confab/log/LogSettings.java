package io.confab.log;

import io.confab.kernel.Configuration;
import io.confab.store.StoreSettings;
import java.time.Duration;

/**
 * Bounds of the log's writers.
 *
 * @param writers threads that commit; a room always has the same one
 * @param maxBatch most commands in one transaction
 * @param queueCommands most commands waiting at one writer
 * @param queueBytes most bytes (estimated) waiting at one writer
 * @param commandTimeout how long a command may wait before it is refused as unavailable
 * @param settleTimeout how long the outcome of a failed commit is looked up before the sender is told that it is unknown
 * @param retryAfter what a refused sender is asked to wait
 * @param cachedRooms most room states that one writer remembers
 * @param readMarkersInterval how often read markers are written
 * @param readMarkersPending most markers waiting to be written
 */
public record LogSettings(
        int writers,
        int maxBatch,
        int queueCommands,
        int queueBytes,
        Duration commandTimeout,
        Duration settleTimeout,
        Duration retryAfter,
        int cachedRooms,
        Duration readMarkersInterval,
        int readMarkersPending) {
    /** Connections of the log's pool that are no writer's: one for the look of readiness, one for a flush of H2. */
    private static final int BESIDE_WRITERS = 2;

    public static LogSettings from(Configuration c) {
        Duration tenthOfSecond = Duration.ofMillis(100);
        Duration oneMinute = Duration.ofMinutes(1);
        int writers = c.integer("confab.log.writers", 2, 1, 32);
        int least = writers + BESIDE_WRITERS;
        c.require(
                StoreSettings.from(c).logPool() >= least,
                "confab.db.log-pool",
                least + " or more, since confab.log.writers is " + writers
                        + " and readiness and flushes need a connection each");
        return new LogSettings(
                writers,
                c.integer("confab.log.max-batch", 128, 1, 1_000),
                c.integer("confab.log.queue-commands", 10_000, 1, 1_000_000),
                c.integer("confab.log.queue-bytes", 16 * 1024 * 1024, 64 * 1024, 1024 * 1024 * 1024),
                c.duration("confab.log.command-timeout", Duration.ofSeconds(5), tenthOfSecond, oneMinute),
                c.duration("confab.log.settle-timeout", Duration.ofSeconds(30), tenthOfSecond, Duration.ofMinutes(10)),
                c.duration("confab.log.retry-after", Duration.ofSeconds(1), tenthOfSecond, oneMinute),
                c.integer("confab.log.cached-rooms", 20_000, 1, 1_000_000),
                c.duration(
                        "confab.log.read-markers-interval", Duration.ofMillis(200), Duration.ofMillis(10), oneMinute),
                c.integer("confab.log.read-markers-pending", 50_000, 1, 10_000_000));
    }
}
