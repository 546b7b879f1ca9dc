package io.confab.report;

import io.confab.kernel.Clockwork;
import io.confab.kernel.LookBack;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Says on this node which cases changed, on whichever: asks the database for what was touched of late, twice a second, one
 * statement by an index. A row counts as changed when it reads otherwise than the last time, so a late commit and a clock that
 * is behind cost nothing, within the time that is looked back; after a round that failed that is longer (docs/adr/0077).
 * Thread-safe.
 */
@Singleton
public class CaseFeed {
    private static final System.Logger LOG = System.getLogger(CaseFeed.class.getName());
    private static final Duration EVERY = Duration.ofMillis(500);

    /** Beyond the longest transaction, and the difference between nodes' clocks. */
    private static final Duration LOOK_BACK = Duration.ofSeconds(20);

    private static final Duration BEHIND = Duration.ofSeconds(5);
    private static final int MOST = 500;
    // index mod_case_touched
    private static final String TOUCHED =
            CaseRow.SELECT + " where c.touched_at > ? order by c.touched_at desc, c.id limit " + MOST;

    private final Reads reads;
    private final Consumer<CasesChanged> listeners;
    private final Clock clock;
    private final Clockwork work = new Clockwork("confab-cases");
    private final LookBack lookBack;
    private Map<String, CaseRow> told = Map.of(); // this and the next: of the one thread
    private boolean failing;
    private volatile List<CaseRow> recent = List.of();
    private volatile Instant read;

    @Inject
    public CaseFeed(Database database, Event<CasesChanged> listeners, Clock clock) {
        this(database, listeners::fire, clock);
    }

    CaseFeed(Database database, Consumer<CasesChanged> listeners, Clock clock) {
        this.reads = database.reads();
        this.listeners = listeners;
        this.clock = clock;
        this.read = clock.instant();
        this.lookBack = new LookBack(LOOK_BACK, clock);
    }

    void start(@Observes Startup startup) {
        work.every(EVERY, this::roundOrLater);
    }

    @PreDestroy
    void stop() {
        work.stop();
    }

    private void roundOrLater() {
        try {
            round();
            failing = false;
        } catch (StoreFailure e) {
            LOG.log(
                    failing ? Level.DEBUG : Level.WARNING,
                    "changes of cases wait for the database: {0}",
                    e.getMessage());
            failing = true;
        }
    }

    /** For one thread. */
    void round() {
        Instant began = clock.instant();
        List<CaseRow> touched = new ArrayList<>(
                reads.list(TOUCHED, CaseRow::of, lookBack.since().toEpochMilli()));
        Collections.reverse(touched);
        recent = List.copyOf(touched); // before it is told: whose page opens meanwhile misses nothing
        List<CaseRow> changed =
                touched.stream().filter(row -> !row.equals(told.get(row.id()))).toList();
        if (!changed.isEmpty()) {
            listeners.accept(new CasesChanged(changed));
        }
        told = touched.stream().collect(Collectors.toMap(CaseRow::id, Function.identity()));
        read = began;
        lookBack.toldAt(began); // not when a listener failed: then all of it is told again
    }

    /** For a while nothing could be read, or told: what changes meanwhile is told later. */
    public boolean isBehind() {
        return clock.instant().isAfter(read.plus(BEHIND));
    }

    /** What changed in the time that is looked back: for somebody whose page was made meanwhile. */
    public List<CaseRow> recent() {
        return recent;
    }
}
