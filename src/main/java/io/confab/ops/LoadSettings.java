package io.confab.ops;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * When a node gives something up because it has too much to do; keys, units and effects in server-config/README.md.
 *
 * @param beginPercent pressure at which presence is given up
 * @param fullPercent pressure at which messages are refused; what stands between is given up at equal distances
 * @param lag time that work for sockets waits for its turn at which the pressure is 100 percent
 * @param heapPercent of the heap in use after a collection from which on it counts; 100 percent of it is a pressure of 100
 * @param calm how long the pressure must be lower before half of what was given up is taken up again
 * @param retryAfter least time that the refused are asked to wait; the most is twice as long
 */
public record LoadSettings(
        int beginPercent, int fullPercent, Duration lag, int heapPercent, Duration calm, Duration retryAfter) {
    public static LoadSettings from(Configuration c) {
        int begin = c.integer("confab.load.begin-percent", 50, 1, 100); // at 0 all would be given up by nodes at rest
        int full = c.integer("confab.load.full-percent", 95, 1, 100);
        c.require(
                full >= begin,
                "confab.load.full-percent",
                begin + " or more, since confab.load.begin-percent is " + begin);
        return new LoadSettings(
                begin,
                full,
                c.duration("confab.load.lag", Duration.ofSeconds(2), Duration.ofMillis(10), Duration.ofMinutes(1)),
                c.integer("confab.load.heap-percent", 75, 0, 99),
                c.duration("confab.load.calm", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(5)),
                c.duration(
                        "confab.load.retry-after",
                        Duration.ofSeconds(2),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1)));
    }
}
