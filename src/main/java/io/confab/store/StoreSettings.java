package io.confab.store;

import io.confab.kernel.Configuration;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the database is and how many connections this node holds.
 *
 * @param url JDBC URL, H2 or PostgreSQL
 * @param pool connections for everything but the log's writers
 * @param logPool connections for the log's writers, so that no storm of reads can hold them up, and two more
 * @param connectTimeout how long a caller waits for a connection
 */
public record StoreSettings(
        String url,
        Optional<String> user,
        Optional<String> password,
        int pool,
        int logPool,
        Duration connectTimeout,
        Duration lockTimeout,
        Duration idleInTransactionTimeout,
        Duration statementTimeout) {
    private static final Pattern URL = Pattern.compile("jdbc:(h2|postgresql):.{1,2000}");
    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

    public static StoreSettings from(Configuration c) {
        Duration least = Duration.ofMillis(100);
        return new StoreSettings(
                c.url(
                        "confab.db.url",
                        "jdbc:h2:file:./data/confab",
                        URL.asMatchPredicate(),
                        "jdbc:h2:… or jdbc:postgresql:…"),
                c.optional("confab.db.user", any -> true, ""),
                c.secret("confab.db.password", any -> true, ""),
                c.integer("confab.db.pool", 10, 2, 200),
                c.integer("confab.db.log-pool", 4, 3, 64),
                c.duration("confab.db.connect-timeout", Duration.ofSeconds(2), Duration.ofMillis(250), ONE_MINUTE),
                c.duration("confab.db.lock-timeout", Duration.ofSeconds(1), least, ONE_MINUTE),
                c.duration("confab.db.idle-in-transaction-timeout", Duration.ofSeconds(3), least, ONE_MINUTE),
                c.duration("confab.db.statement-timeout", Duration.ofSeconds(5), least, ONE_MINUTE));
    }

    /** How long a transaction may take, as good as always: waits for two locks, a statement, a pause of its node, the commit. */
    public Duration longestTransaction() {
        return lockTimeout
                .multipliedBy(2)
                .plus(statementTimeout)
                .plus(idleInTransactionTimeout)
                .plusSeconds(2);
    }

    @Override
    public String toString() {
        return "StoreSettings[" + (isPostgres() ? "PostgreSQL" : "H2")
                + "]"; // never the password; URLs may hold one too
    }

    /** Whether the database is PostgreSQL (else H2). */
    public boolean isPostgres() {
        return url.startsWith("jdbc:postgresql:");
    }
}
