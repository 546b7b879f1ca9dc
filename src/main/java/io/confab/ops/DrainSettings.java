package io.confab.ops;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * How a node leaves; keys, units and effects in server-config/README.md.
 *
 * @param time bound on the whole drain; zero: a node that is told to stop does so at once
 * @param notice from being unready to the first socket that is told, so that balancers send nobody here any more
 * @param batch sockets told at once; more when there would be no time for all otherwise
 * @param pause between two batches
 * @param jitter the window in which a socket that was told is to come back elsewhere
 */
public record DrainSettings(Duration time, Duration notice, int batch, Duration pause, Duration jitter) {
    public static DrainSettings from(Configuration c) {
        return new DrainSettings(
                c.duration("confab.drain.time", Duration.ofSeconds(25), Duration.ZERO, Duration.ofMinutes(10)),
                c.duration("confab.drain.notice", Duration.ofSeconds(2), Duration.ZERO, Duration.ofMinutes(1)),
                c.integer("confab.drain.batch", 100, 1, 100_000),
                c.duration("confab.drain.pause", Duration.ofMillis(500), Duration.ofMillis(50), Duration.ofSeconds(10)),
                c.duration(
                        "confab.drain.jitter", Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofMinutes(1)));
    }
}
