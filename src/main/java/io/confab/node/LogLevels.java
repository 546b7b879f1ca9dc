package io.confab.node;

import io.confab.kernel.Clockwork;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Levels of this node's loggers, set for a while: then the logger is as it was, so that nobody forgets one. Only of Confab's
 * own loggers, which name ids and never texts or secrets; a library's might. Thread-safe.
 */
@Singleton
public class LogLevels {
    /** Longest time. */
    static final Duration MOST = Duration.ofDays(1);

    private static final System.Logger LOG = System.getLogger(LogLevels.class.getName());
    private static final Pattern OWN = Pattern.compile("io\\.confab(\\.[A-Za-z]{1,40}){0,3}");

    private final Clock clock;
    private final Clockwork later = new Clockwork("confab-log-levels");
    private final Map<String, Held> held = new HashMap<>();

    @Inject
    public LogLevels(Clock clock) {
        this.clock = clock;
    }

    /** How much a logger says. */
    public enum Level {
        WARNING,
        INFO,
        DEBUG,
        TRACE;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Its name in java.util.logging. */
        private java.util.logging.Level there() {
            return switch (this) {
                case WARNING -> java.util.logging.Level.WARNING;
                case INFO -> java.util.logging.Level.INFO;
                case DEBUG -> java.util.logging.Level.FINE;
                case TRACE -> java.util.logging.Level.FINER;
            };
        }
    }

    /** A logger that is set. */
    record Set(Level level, Instant until) {}

    /** @param logger held here, else its level is lost with it @param before null: as the logger above it */
    private record Held(Logger logger, java.util.logging.@Nullable Level before, Set set, Runnable noReturn) {}

    /** Whether this is the name of a logger of ours, or of a package of ours. */
    public static boolean isOwn(String logger) {
        return OWN.matcher(logger).matches();
    }

    /** Sets it from now on; a second time counts from then on, and leads back to what was at first. */
    synchronized Instant set(String name, Level level, Duration time) {
        if (!isOwn(name)) {
            throw new IllegalArgumentException("no logger of Confab: " + name);
        }
        Held before = held.get(name);
        if (before != null) {
            before.noReturn().run();
        }
        Logger logger = Logger.getLogger(name);
        java.util.logging.Level first = before == null ? logger.getLevel() : before.before();
        Instant until = clock.instant().plus(time).truncatedTo(ChronoUnit.SECONDS);
        logger.setLevel(level.there());
        var set = new Set(level, until);
        held.put(name, new Held(logger, first, set, later.after(time, () -> giveBack(name, set))));
        LOG.log(System.Logger.Level.WARNING, "log level: {0} is {1} until {2}", name, level.word(), until);
        return until;
    }

    private synchronized void giveBack(String name, Set set) {
        Held now = held.get(name);
        if (now != null && Objects.equals(now.set(), set)) {
            held.remove(name);
            now.logger().setLevel(now.before());
            LOG.log(System.Logger.Level.WARNING, "log level: {0} is as it was", name);
        }
    }

    /** Those that are set now, by name. */
    synchronized Map<String, Set> set() {
        var all = new TreeMap<String, Set>();
        held.forEach((name, each) -> all.put(name, each.set()));
        return all;
    }

    @PreDestroy
    void stop() {
        later.stop();
    }
}
