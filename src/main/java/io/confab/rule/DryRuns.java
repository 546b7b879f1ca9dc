package io.confab.rule;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Actor;
import io.confab.identity.AdminActs;
import io.confab.identity.Outcome;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Daemon;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.Transactions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tries rules on the messages of the last days as they stand, one rule at a time on each node, in pages. What is found is written as it
 * goes, so a page shows how far it is; a node that goes away leaves what it had. Thread-safe.
 */
@Singleton
public class DryRuns {
    private static final System.Logger LOG = System.getLogger(DryRuns.class.getName());
    private static final int WAITING = 10;

    private static final String FORGET = "delete from rule_dry_run where rule_id = ?";
    private static final String BEGIN = "insert into rule_dry_run (rule_id, run, edition, by_id, since, started_at,"
            + " beat_at, state, looked_at, hits, authors, samples) values (?, ?, ?, ?, ?, ?, ?, 'running', 0, 0, 0, '[]')";
    private static final String STANDS = // primary key; at most as many as there are samples
            "select 1 from room_event where room_id = ? and seq = ? and body is not null";
    private static final String BEAT =
            "update rule_dry_run set beat_at = ? where run = ? and state = 'running'"; // few rows
    private static final String END =
            "update rule_dry_run set state = 'partial' where rule_id = ? and run = ? and state = 'running'";
    private static final Duration BEAT_PAUSE = Duration.ofSeconds(10);
    private final Transactions transactions;
    private final Reads reads;
    private final AdminActs acts;
    private final RuleSettings settings;
    private final Clock clock;
    private final Ids ids = new Ids();
    private final ThreadPoolExecutor work = new ThreadPoolExecutor(
            1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), Daemon.named("confab-dry-run"));

    private final Set<String> going = ConcurrentHashMap.newKeySet();
    private final Clockwork beats = new Clockwork("confab-dry-run-beats");

    @Inject
    public DryRuns(Database database, AdminActs acts, RuleSettings settings, Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.acts = acts;
        this.settings = settings;
        this.clock = clock;
        work.allowCoreThreadTimeOut(true);
        beats.every(BEAT_PAUSE, this::beat);
    }

    @PreDestroy
    void stop() {
        beats.stop();
        work.shutdownNow();
    }

    /** Of those that wait here, and of those at a page that takes long. */
    void beat() {
        going.forEach(run -> transactions.write((em, jdbc) -> Sql.update(jdbc, BEAT, clock.millis(), run)));
    }

    /** The last one of a rule. One that nobody goes on with is {@code partial}. */
    public Optional<DryRun> last(String rule) {
        return reads.query(jdbc -> DryRun.find(jdbc, rule)).map(run -> standing(run.asOf(clock.instant())));
    }

    /** Of a message that is gone, its text is gone here, too. */
    private DryRun standing(DryRun run) {
        return run.with(run.samples().stream()
                .map(sample -> stands(sample) ? sample : sample.withoutText())
                .toList());
    }

    private boolean stands(DryRun.Sample sample) {
        return reads.first(STANDS, row -> true, sample.room().value(), sample.seq())
                .isPresent();
    }

    /** Begins one, in place of the last. */
    public Outcome<DryRun> start(Actor by, String ruleId) {
        String run = ids.random();
        long now = clock.millis();
        long since = now - settings.dryRun().toMillis();
        return acts.perform(by, jdbc -> {
                    Optional<RuleRow> rule = Rules.row(jdbc, ruleId);
                    if (rule.isEmpty()) {
                        return Outcome.<Begun>refused(Rules.NO_SUCH_RULE);
                    }
                    if (rule.get().isUnread()) {
                        return Outcome.<Begun>refused(Rules.UNREAD);
                    }
                    if (work.getQueue().remainingCapacity() == 0) {
                        return Outcome.<Begun>refused(busy());
                    }
                    Sql.update(jdbc, FORGET, ruleId);
                    Sql.update(
                            jdbc,
                            BEGIN,
                            ruleId,
                            run,
                            rule.get().edition(),
                            by.user().value(),
                            since,
                            now,
                            now);
                    AuditTrail.record(
                            jdbc,
                            new AuditLine(
                                    by.user(),
                                    AuditAct.RULE_DRY_RUN,
                                    "rule/" + ruleId,
                                    null,
                                    "messages since " + Instant.ofEpochMilli(since),
                                    null,
                                    by.address()));
                    return Outcome.done(
                            new Begun(rule.get(), DryRun.find(jdbc, ruleId).orElseThrow()));
                })
                .then(this::goOn);
    }

    private record Begun(RuleRow rule, DryRun run) {}

    private Outcome<DryRun> goOn(Begun begun) {
        going.add(begun.run().run());
        try {
            work.execute(() -> guarded(begun.rule(), begun.run()));
            return Outcome.done(begun.run());
        } catch (RejectedExecutionException e) {
            ended(begun.run());
            return Outcome.refused(busy());
        }
    }

    private static Refusal busy() {
        return new Refusal.Unavailable("other dry runs wait at this node", Duration.ofSeconds(30));
    }

    private void guarded(RuleRow rule, DryRun run) {
        try {
            new DryLook(transactions, reads, settings, clock, rule, run).through();
        } catch (RuntimeException | BadRule e) {
            LOG.log(Level.WARNING, "the dry run of rule {0} ended: {1}", rule.id(), e.getMessage());
        }
        Clockwork.guarded("the end of a dry run", () -> ended(run)).run();
    }

    /** Whatever has not come to its end stands as a part. */
    private void ended(DryRun run) {
        going.remove(run.run());
        transactions.write((em, jdbc) -> Sql.update(jdbc, END, run.rule(), run.run()));
    }
}
