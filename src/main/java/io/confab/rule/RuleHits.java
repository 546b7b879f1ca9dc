package io.confab.rule;

import io.confab.kernel.Clockwork;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.report.ServerReports;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What rules met, once the message has its answer: written down each second, some at most, and counted where there are more; with what a
 * rule does beside the message, that is to alert and to mute. Who is exempt leaves no hit. Thread-safe.
 */
@Singleton
public class RuleHits {
    static final int MOST_WAITING = 2_000;
    static final int MOST_A_ROUND = 200;

    private static final System.Logger LOG = System.getLogger(RuleHits.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PURGE_PAUSE = Duration.ofMinutes(1);
    private final HitRows rows;
    private final RuleMutes mutes;
    private final ServerReports reports;
    private final RuleSettings settings;
    private final RuleMetrics metrics;
    private final Clock clock;
    private final Ids ids = new Ids();
    private final BlockingQueue<WaitingHit> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Clockwork work = new Clockwork("confab-rule-hits");
    private volatile boolean stopped;

    @Inject
    public RuleHits(
            Database database,
            RoomActs acts,
            ServerReports reports,
            RuleSettings settings,
            RuleMetrics metrics,
            Clock clock) {
        this(new HitRows(database), acts, reports, settings, metrics, clock);
    }

    RuleHits(
            HitRows rows,
            RoomActs acts,
            ServerReports reports,
            RuleSettings settings,
            RuleMetrics metrics,
            Clock clock) {
        this.rows = rows;
        this.mutes = new RuleMutes(acts, clock);
        this.reports = reports;
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
    }

    void start(@Observes Startup startup) {
        work.every(PAUSE, this::round);
        work.every(PURGE_PAUSE, this::purge);
    }

    @PreDestroy
    void stop() {
        work.stop();
        metrics.lost(mutes.stop());
        Clockwork.guarded("the last hits of rules", this::last).run();
        stopped = true;
        metrics.lost(waiting.size());
    }

    private void last() {
        while (!waiting.isEmpty()) { // a round that fails ends it
            round();
        }
    }

    /** The newest first. @param before the id of one of them, or empty */
    public List<RuleHit> page(String rule, String before, int limit) {
        return rows.page(rule, before, limit);
    }

    /** How many since then, counted up to {@code most}. */
    public long lately(String rule, Instant since, int most) {
        return rows.lately(rule, since, most);
    }

    /** Any thread; never blocks. */
    void answered(Judgement judgement, Answer answer) {
        switch (answer) {
            case Answer.Accepted accepted -> {
                if (!accepted.duplicate()) {
                    Long edited = judgement.edited();
                    long seq = edited == null ? accepted.seq() : edited;
                    judgement.met().forEach(met -> add(judgement, met, seq, outcome(met.rule())));
                }
            }
            case Answer.Refused(Refusal refusal) -> {
                if (refusal instanceof Refusal.BlockedByRule blocked) {
                    metrics.refused();
                    judgement.met().forEach(met -> refused(judgement, met, blocked.rule()));
                }
            }
        }
    }

    /** Of a message that stands. Whose message stands though the rule refuses is exempt. */
    private static RuleHit.@Nullable Outcome outcome(RuleRow rule) {
        if (rule.mode() != RuleMode.ON) {
            return RuleHit.Outcome.NOTED;
        }
        return switch (rule.definition().act()) {
            case ALERT -> RuleHit.Outcome.ALERTED;
            case HIDE -> RuleHit.Outcome.HIDDEN;
            case BLOCK -> null;
            case MUTE -> null;
        };
    }

    private void refused(Judgement judgement, Judgement.Met met, String by) {
        if (!met.rule().id().equals(by)) {
            add(judgement, met, null, RuleHit.Outcome.NOTED);
        } else if (met.rule().definition().act() == RuleAct.MUTE) {
            mute(judgement, met);
        } else {
            add(judgement, met, null, RuleHit.Outcome.BLOCKED);
        }
    }

    private void add(Judgement judgement, Judgement.Met met, @Nullable Long seq, RuleHit.@Nullable Outcome outcome) {
        if (outcome == null) {
            return;
        }
        boolean decided = outcome == RuleHit.Outcome.BLOCKED || outcome == RuleHit.Outcome.MUTED;
        add(new WaitingHit(
                "h_" + ids.random(),
                met.rule(),
                judgement.at(),
                judgement.by(),
                judgement.room(),
                seq,
                outcome,
                met.text(),
                decided,
                false));
    }

    private void add(WaitingHit hit) {
        if (stopped || !waiting.offer(hit)) {
            metrics.lost(1);
        }
    }

    private void mute(Judgement judgement, Judgement.Met met) {
        boolean waits = mutes.mute(
                judgement,
                met.rule(),
                muted -> add(judgement, met, null, muted ? RuleHit.Outcome.MUTED : RuleHit.Outcome.BLOCKED));
        if (!waits) {
            metrics.lost(1);
            add(judgement, met, null, RuleHit.Outcome.BLOCKED);
        }
    }

    /** Writes down what waits, some at most; what cannot be written just now waits on. */
    void round() {
        var hits = new ArrayList<WaitingHit>();
        waiting.drainTo(hits, MOST_A_ROUND);
        if (hits.isEmpty()) {
            return;
        }
        try {
            write(hits);
        } catch (StoreFailure e) {
            if (passes(e)) {
                hits.forEach(this::add);
                throw e;
            }
            hits.forEach(this::writeAlone); // one of them can never be written, the others can
        }
    }

    private void writeAlone(WaitingHit hit) {
        var one = new ArrayList<>(List.of(hit));
        try {
            write(one);
        } catch (StoreFailure e) {
            if (passes(e)) {
                one.forEach(this::add);
            } else {
                LOG.log(
                        Level.WARNING,
                        "a hit of rule {0} cannot be written: {1}",
                        hit.rule().id(),
                        e.getMessage());
                metrics.lost(one.size());
            }
        }
    }

    /** Tried again, it may be done; done twice it is written once. */
    private static boolean passes(StoreFailure e) {
        return e.mayBeTriedAgain() || e instanceof StoreFailure.CommitUnknown;
    }

    /** @param hits those that are left, as they are when it fails */
    void write(List<WaitingHit> hits) {
        Map<HitRows.Place, HitRows.Standing> people = rows.people(hits);
        hits.removeIf(hit -> !hit.decided() && isExempt(hit, people));
        for (int i = 0; i < hits.size(); i++) {
            hits.set(i, reported(hits.get(i)));
        }
        rows.insert(hits, people);
    }

    /** An alert is one only where it has made a case: the message may be gone. Once, though its hit is tried again. */
    private WaitingHit reported(WaitingHit hit) {
        if (hit.outcome() != RuleHit.Outcome.ALERTED || hit.seq() == null || hit.told()) {
            return hit;
        }
        try {
            boolean isCase = reports.noticed(
                    hit.room(), hit.seq(), hit.rule().definition().name());
            return isCase ? hit.asCase() : hit.noted();
        } catch (StoreFailure e) {
            if (passes(e)) {
                throw e;
            }
            LOG.log(
                    Level.WARNING,
                    "an alert of rule {0} made no case: {1}",
                    hit.rule().id(),
                    e.getMessage());
            metrics.lost(1);
            return hit.noted();
        }
    }

    /** Deletes what was kept long enough. */
    void purge() {
        long before = clock.instant().minus(settings.keepHits()).toEpochMilli();
        while (rows.deleteSomeBefore(before)) {
            // the next ones
        }
    }

    private static boolean isExempt(WaitingHit hit, Map<HitRows.Place, HitRows.Standing> people) {
        HitRows.Standing standing = people.get(HitRows.Place.of(hit));
        RuleDefinition rule = hit.rule().definition();
        return standing != null
                && (rule.isExempt(standing.role(), standing.roomRole())
                        || rule.isOld(standing.createdMillis(), hit.at().toEpochMilli()));
    }
}
