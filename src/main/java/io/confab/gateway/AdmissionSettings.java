package io.confab.gateway;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * How many new sockets a node takes; keys, units and effects in server-config/README.md.
 *
 * @param handshakes per second
 * @param burst of them at once
 * @param reservedPercent of the burst that only those get who resume
 * @param retryAfter the most that the refused are asked to wait; each another time up to it
 */
public record AdmissionSettings(int handshakes, int burst, int reservedPercent, Duration retryAfter) {
    public static AdmissionSettings from(Configuration c) {
        return new AdmissionSettings(
                c.integer("confab.admission.handshakes-per-second", 300, 1, 1_000_000),
                c.integer("confab.admission.burst", 300, 1, 1_000_000),
                c.integer("confab.admission.reserved-percent", 50, 0, 99), // 100 would take newcomers never
                c.duration(
                        "confab.admission.retry-after",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10)));
    }
}
