package io.confab.report;

import io.confab.kernel.Clockwork;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Says on this node which cases changed, on whichever: asks the database for what was touched of late, twice a second, one
 * statement by an index. A row counts as changed when it reads otherwise than the last time, so a late commit and a clock that
 * is behind cost nothing, within the time that is looked back (docs/adr/0077). Thread-safe.
 */
@Singleton
public class CaseFeed {
    private static final System.Logger LOG = System.getLogger(CaseFeed.class.getName());
    private static final Duration EVERY = Duration.ofMillis(500);

    /** Beyond the longest transaction, and the difference between nodes' clocks. */
    private static final Duration LOOK_BACK = Duration.ofSeconds(20);

    private static final int MOST = 500;
    // index mod_case_touched
    private static final String TOUCHED =
            CaseRow.SELECT + " where c.touched_at > ? order by c.touched_at desc, c.id limit " + MOST;

    private final Reads reads;
    private final Consumer<CasesChanged> told;
    private final Clock clock;
    private final Clockwork work = new Clockwork("confab-cases");
    private Map<String, CaseRow> seen = Map.of();
    private boolean failing; // of the one thread

    @Inject
    public CaseFeed(Database database, Event<CasesChanged> told, Clock clock) {
        this(database, told::fire, clock);
    }

    CaseFeed(Database database, Consumer<CasesChanged> told, Clock clock) {
        this.reads = database.reads();
        this.told = told;
        this.clock = clock;
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
        List<CaseRow> touched =
                new ArrayList<>(reads.list(TOUCHED, CaseRow::of, clock.millis() - LOOK_BACK.toMillis()));
        Collections.reverse(touched);
        List<CaseRow> changed = remember(touched);
        if (!changed.isEmpty()) {
            told.accept(new CasesChanged(changed));
        }
    }

    private synchronized List<CaseRow> remember(List<CaseRow> touched) {
        Map<String, CaseRow> before = seen;
        var now = new HashMap<String, CaseRow>();
        touched.forEach(row -> now.put(row.id(), row));
        seen = now;
        return touched.stream().filter(row -> !row.equals(before.get(row.id()))).toList();
    }

    /** What changed in the time that is looked back: for somebody whose page was made meanwhile. */
    public synchronized List<CaseRow> recent() {
        return List.copyOf(seen.values());
    }
}
