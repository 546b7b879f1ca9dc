package io.confab.identity;

import io.confab.kernel.Configuration;
import java.time.Duration;

/**
 * The cost of a password hash (Argon2id; the defaults are OWASP's) and the bound on how many wait for one.
 *
 * @param memoryKib memory of one hash
 * @param iterations passes over it
 * @param queue how many may wait while others are hashed; more are refused with {@code unavailable}
 * @param maxWait how long one waits at most
 */
public record PasswordSettings(int memoryKib, int iterations, int queue, Duration maxWait) {
    public static PasswordSettings from(Configuration c) {
        return new PasswordSettings(
                c.integer("confab.password.memory-kib", 19_456, 7_168, 1_048_576),
                c.integer("confab.password.iterations", 2, 1, 50),
                c.integer("confab.password.queue", 40, 1, 10_000),
                c.duration(
                        "confab.password.max-wait",
                        Duration.ofSeconds(5),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1)));
    }
}
