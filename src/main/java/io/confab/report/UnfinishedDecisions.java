package io.confab.report;

import io.confab.kernel.Clockwork;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.work.Lease;
import io.confab.work.Leases;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Finishes what decisions left undone when a node died or the database was away: every few seconds, on one node at a time. Two
 * that do it at once do it once ({@link Remedies}), so the lease only saves work.
 */
@Singleton
public class UnfinishedDecisions {
    private static final System.Logger LOG = System.getLogger(UnfinishedDecisions.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration LEASE = Duration.ofSeconds(15);

    /** Whoever decided is still about it until then. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final int AT_ONCE = 50;
    // index mod_act_state; in turns, so that what fails for ever keeps nothing else from being done
    private static final String LEFT = "select distinct a.decision_id, d.case_id from mod_act a join mod_decision d"
            + " on d.id = a.decision_id where a.state = 'pending' and a.decision_id > ? and d.at < ?"
            + " order by a.decision_id limit " + AT_ONCE;

    private final Reads reads;
    private final Remedies remedies;
    private final AutoHide autoHide;
    private final Lease lease;
    private final Clock clock;
    private final Clockwork work = new Clockwork("confab-decisions");
    private String last = ""; // this and the next: of the one thread
    private boolean failing;

    @Inject
    public UnfinishedDecisions(Database database, Remedies remedies, AutoHide autoHide, Leases leases, Clock clock) {
        this.reads = database.reads();
        this.remedies = remedies;
        this.autoHide = autoHide;
        this.lease = leases.lease("decisions", LEASE);
        this.clock = clock;
    }

    void start(@Observes Startup startup) {
        work.every(EVERY, this::roundOrLater);
    }

    @PreDestroy
    void stop() {
        work.stop();
    }

    private record Left(String decision, String caseId) {}

    private void roundOrLater() {
        try {
            round();
            failing = false;
        } catch (StoreFailure e) {
            LOG.log(failing ? Level.DEBUG : Level.WARNING, "unfinished decisions wait: {0}", e.getMessage());
            failing = true;
        }
    }

    /** For one thread. @throws StoreFailure when the database is away */
    void round() {
        if (!lease.keep()) {
            return;
        }
        long before = clock.instant().minus(GRACE).toEpochMilli();
        List<Left> left = reads.list(LEFT, row -> new Left(row.getString(1), row.getString(2)), last, before);
        last = left.size() < AT_ONCE ? "" : left.getLast().decision();
        for (Left each : left) {
            LOG.log(Level.INFO, "finishing decision {0}", each.decision());
            finish(each);
        }
    }

    /** One that fails keeps the others from nothing. */
    private void finish(Left left) {
        try {
            remedies.carryOut(left.decision());
            autoHide.decided(left.caseId());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "decision " + left.decision() + " cannot be finished, the next ones are", e);
        }
    }
}
