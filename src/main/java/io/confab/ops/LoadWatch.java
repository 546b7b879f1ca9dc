package io.confab.ops;

import io.confab.delivery.Lanes;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Load;
import io.confab.kernel.Tally;
import io.confab.log.LogMetrics;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Measures, four times a second, how near this node is to more than it can bear: how full the queues of the log are, how long
 * work for sockets waits for its turn, and the heap that is in use after a collection. The highest of the three is the pressure,
 * from 0 to 1. Thread-safe.
 */
@Singleton
public class LoadWatch implements Load {
    private static final System.Logger LOG = System.getLogger(LoadWatch.class.getName());
    private static final Duration TICK = Duration.ofMillis(250);

    private final LogMetrics log;
    private final Lanes lanes;
    private final LoadSettings settings;
    private final LoadLevel levels;
    private final List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    private final Tally<Kind> shed = new Tally<>(Kind.class);
    private final Clockwork clock = new Clockwork("confab-load");
    private volatile Set<Kind> givenUp = Set.of();
    private volatile double pressure;

    @Inject
    public LoadWatch(LogMetrics log, Lanes lanes, LoadSettings settings) {
        this.log = log;
        this.lanes = lanes;
        this.settings = settings;
        this.levels = new LoadLevel(settings);
    }

    void start(@Observes Startup startup) {
        clock.every(TICK, this::look);
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    @Override
    public boolean givesUp(Kind kind) {
        return givenUp.contains(kind);
    }

    @Override
    public boolean sheds(Kind kind) {
        boolean sheds = givesUp(kind);
        if (sheds) {
            shed.add(kind);
        }
        return sheds;
    }

    @Override
    public Duration retryAfter() {
        long least = settings.retryAfter().toMillis();
        return Duration.ofMillis(least + ThreadLocalRandom.current().nextLong(least + 1));
    }

    /** How many kinds of work are given up now. */
    public int level() {
        return givenUp.size();
    }

    /** From 0 to 1, or more. */
    public double pressure() {
        return pressure;
    }

    /** Things of this kind given up since the start. */
    public long shedCount(Kind kind) {
        return shed.of(kind);
    }

    private void look() {
        double queue = log.fullness();
        double lag = (double) lanes.lag(TICK).toNanos() / settings.lag().toNanos();
        double memory = heapPressure();
        pressure = Math.max(queue, Math.max(lag, memory));
        int level = levels.at(pressure, System.nanoTime());
        int before = level();
        if (level != before) {
            givenUp = first(level);
            LOG.log(
                    Level.WARNING,
                    "load: level {0} (was {1}); queues of the log {2}, lag of delivery {3}, heap {4}; given up: {5}",
                    level,
                    before,
                    queue,
                    lag,
                    memory,
                    givenUp);
        }
    }

    private static Set<Kind> first(int kinds) {
        return Arrays.stream(Kind.values())
                .limit(kinds)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
    }

    private double heapPressure() {
        long used = heap.stream()
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(usage -> usage != null)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
        double floor = settings.heapPercent() / 100.0;
        return Math.max(0, ((double) used / Runtime.getRuntime().maxMemory() - floor) / (1 - floor));
    }
}
