package io.confab.fanout;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the broker is, and the bounds of what goes through it; keys, units and effects in server-config/README.md.
 *
 * @param url of an external broker or cluster; empty: one inside this process
 * @param memoryBytes the broker inside this process may use
 * @param waiting commits and notices that may wait to be published; more are dropped and found by the heads check
 * @param waitingBytes about so many bytes of them
 * @param retry pause between two attempts to connect
 * @param headsCheckBound within which what the broker lost is read from the database: it is compared twice as often
 */
public record BrokerSettings(
        Optional<String> url,
        Optional<String> user,
        Optional<String> password,
        long memoryBytes,
        int waiting,
        long waitingBytes,
        Duration retry,
        Duration headsCheckBound) {
    private static final long MIB = 1024L * 1024;
    private static final Pattern URL = Pattern.compile("\\(?tcp://\\S{1,2000}");

    /** Reads the settings; a value out of range stops the start. */
    public static BrokerSettings from(Configuration c) {
        return new BrokerSettings(
                c.url(
                        "confab.broker.url",
                        URL.asMatchPredicate(),
                        "tcp://host:port, or (tcp://host:port,tcp://host:port) for a cluster"),
                c.optional("confab.broker.user", any -> true, ""),
                c.secret("confab.broker.password", any -> true, ""),
                c.whole("confab.broker.memory-bytes", 64 * MIB, 8 * MIB, 16_384 * MIB),
                c.integer("confab.broker.waiting", 8_192, 64, 1_000_000),
                c.whole("confab.broker.waiting-bytes", 16 * MIB, MIB, 4_096 * MIB),
                c.duration("confab.broker.retry", Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofSeconds(60)),
                c.duration(
                        "confab.heads-check.bound",
                        Duration.ofSeconds(2),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(120)));
    }

    @Override
    public String toString() {
        return "BrokerSettings[url=" + url.map(any -> "set").orElse("none") + "]"; // URLs may hold passwords
    }
}
