package io.confab.rule;

import io.confab.identity.Outcome;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.report.ServerReports;
import io.confab.room.SanctionKind;
import io.confab.room.Verdict;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final int PURGE = 1_000;
    private static final int MOST_MUTES = 100;

    /** Once, though a commit whose outcome nobody learnt is tried again. */
    private static final String INSERT =
            "insert into rule_hit (id, rule_id, at, author_id, room_id, seq, outcome, met, shown)"
                    + " select cast(? as varchar), cast(? as varchar), cast(? as bigint), cast(? as varchar),"
                    + " cast(? as varchar), cast(? as bigint), cast(? as varchar), cast(? as varchar), cast(? as boolean)"
                    + " where not exists (select 1 from rule_hit where id = ?)";

    // primary keys
    private static final String PEOPLE =
            "select a.id, a.role, a.created_at, r.id as room_id, r.kind, m.role as room_role"
                    + " from unnest(cast(? as varchar array), cast(? as varchar array)) as k(room_id, user_id)"
                    + " join account a on a.id = k.user_id join room r on r.id = k.room_id"
                    + " left join room_member m on m.room_id = k.room_id and m.user_id = k.user_id";
    // of a message that is gone, its text is gone here, too; index rule_hit_rule, then primary keys
    static final String PAGE = "select h.id, h.rule_id, h.at, h.author_id, h.room_id, h.seq, h.outcome,"
            + " case when h.seq is null or e.body is not null then h.met else '' end as met from rule_hit h"
            + " left join room_event e on e.room_id = h.room_id and e.seq = h.seq"
            + " where h.rule_id = ? and h.shown = true and (h.at, h.id) < (?, ?)"
            + " order by h.at desc, h.id desc limit ?";
    private static final String PLACE = "select at from rule_hit where id = ? and rule_id = ?";
    private static final String SINCE = "select 1 from rule_hit where rule_id = ? and at > ? and shown = ";
    static final String LATELY =
            "select count(*) from (" + SINCE + "true union all " + SINCE + "false limit ?) as lately";
    // index rule_hit_at
    private static final String OLD =
            "delete from rule_hit where id in (select id from rule_hit where at < ? order by at limit " + PURGE + ")";

    private final Transactions transactions;
    private final Reads reads;
    private final RoomActs acts;
    private final ServerReports reports;
    private final RuleSettings settings;
    private final RuleMetrics metrics;
    private final Clock clock;
    private final Ids ids = new Ids();
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicInteger mutes = new AtomicInteger(); // that wait
    private final Clockwork work = new Clockwork("confab-rule-hits");
    private final Clockwork muting = new Clockwork("confab-rule-mutes");
    private volatile boolean stopped;

    @Inject
    public RuleHits(
            Database database,
            RoomActs acts,
            ServerReports reports,
            RuleSettings settings,
            RuleMetrics metrics,
            Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.acts = acts;
        this.reports = reports;
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * @param decided the rule decided it, so its author is not exempt
     * @param told its alert has made a case
     */
    record Waiting(
            String id,
            RuleRow rule,
            Instant at,
            UserId by,
            RoomId room,
            @Nullable Long seq,
            RuleHit.Outcome outcome,
            String met,
            boolean decided,
            boolean told) {
        Waiting noted() {
            return new Waiting(id, rule, at, by, room, seq, RuleHit.Outcome.NOTED, met, decided, told);
        }

        Waiting asCase() {
            return new Waiting(id, rule, at, by, room, seq, outcome, met, decided, true);
        }
    }

    record Place(RoomId room, UserId user) {}

    record Standing(@Nullable String role, @Nullable String roomRole, long createdMillis, boolean isPublic) {}

    void start(@Observes Startup startup) {
        work.every(PAUSE, this::round);
        work.every(PURGE_PAUSE, this::purge);
    }

    @PreDestroy
    void stop() {
        work.stop();
        muting.stop();
        metrics.lost(mutes.get());
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
        long at = before.isEmpty()
                ? Long.MAX_VALUE
                : reads.first(PLACE, row -> row.getLong(1), before, rule).orElse(0L);
        return reads.list(PAGE, RuleHits::hit, rule, at, before, limit);
    }

    /** How many since then, counted up to {@code most}. */
    public long lately(String rule, Instant since, int most) {
        long at = since.toEpochMilli();
        return reads.first(LATELY, row -> row.getLong(1), rule, at, rule, at, most)
                .orElse(0L);
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
        add(new Waiting(
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

    private void add(Waiting hit) {
        if (stopped || !waiting.offer(hit)) {
            metrics.lost(1);
        }
    }

    private void mute(Judgement judgement, Judgement.Met met) {
        if (mutes.incrementAndGet() > MOST_MUTES) {
            mutes.decrementAndGet();
            metrics.lost(1);
            add(judgement, met, null, RuleHit.Outcome.BLOCKED);
            return;
        }
        muting.after(Duration.ZERO, () -> {
            mutes.decrementAndGet();
            boolean muted = false;
            try {
                muted = muteNow(judgement, met.rule());
            } finally {
                add(judgement, met, null, muted ? RuleHit.Outcome.MUTED : RuleHit.Outcome.BLOCKED);
            }
        });
    }

    /** Whether it was this that muted them. */
    private boolean muteNow(Judgement judgement, RuleRow rule) {
        RuleDefinition definition = rule.definition();
        var act = RoomActs.Act.byServer(
                judgement.room(), "rule: " + definition.name(), definition.told(), "rule-" + ids.random(), null);
        var outcome = acts.sanctionAtLeast(
                act, judgement.by(), SanctionKind.MUTE, clock.instant().plus(definition.muteFor()));
        if (outcome instanceof Outcome.Refused<Answer.Accepted> refused) {
            LOG.log(
                    Level.DEBUG,
                    "{0} was not muted in {1}: {2}",
                    judgement.by(),
                    judgement.room(),
                    refused.refusal().message());
        }
        return outcome instanceof Outcome.Done<Answer.Accepted>(Answer.Accepted accepted) && !accepted.duplicate();
    }

    /** Writes down what waits, some at most; what cannot be written just now waits on. */
    void round() {
        var hits = new ArrayList<Waiting>();
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

    private void writeAlone(Waiting hit) {
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
    void write(List<Waiting> hits) {
        Map<Place, Standing> people = reads.query(jdbc -> people(jdbc, hits));
        hits.removeIf(hit -> !hit.decided() && isExempt(hit, people));
        for (int i = 0; i < hits.size(); i++) {
            hits.set(i, reported(hits.get(i)));
        }
        transactions.write((em, jdbc) -> insert(jdbc, hits, people));
    }

    /** An alert is one only where it has made a case: the message may be gone. Once, though its hit is tried again. */
    private Waiting reported(Waiting hit) {
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
        int deleted;
        do {
            deleted = transactions.write((em, jdbc) -> Sql.update(jdbc, OLD, before));
        } while (deleted == PURGE);
    }

    private Map<Place, Standing> people(Connection jdbc, List<Waiting> hits) throws SQLException {
        Set<Place> places = new LinkedHashSet<>();
        hits.forEach(hit -> places.add(new Place(hit.room(), hit.by())));
        var found = new HashMap<Place, Standing>();
        try (var statement = jdbc.prepareStatement(PEOPLE)) {
            statement.setArray(
                    1,
                    jdbc.createArrayOf(
                            "varchar",
                            places.stream().map(place -> place.room().value()).toArray()));
            statement.setArray(
                    2,
                    jdbc.createArrayOf(
                            "varchar",
                            places.stream().map(place -> place.user().value()).toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            new Place(new RoomId(rows.getString("room_id")), new UserId(rows.getString("id"))),
                            new Standing(
                                    rows.getString("role"),
                                    rows.getString("room_role"),
                                    rows.getLong("created_at"),
                                    rows.getString("kind").equals("public")));
                }
            }
        }
        return found;
    }

    private static boolean isExempt(Waiting hit, Map<Place, Standing> people) {
        Standing standing = people.get(new Place(hit.room(), hit.by()));
        RuleDefinition rule = hit.rule().definition();
        return standing != null
                && (isExempt(rule.exempt(), standing.role(), standing.roomRole())
                        || isOld(
                                rule.youngerThan(),
                                standing.createdMillis(),
                                hit.at().toEpochMilli()));
    }

    static boolean isExempt(Set<Verdict.Exempt> exempt, @Nullable String role, @Nullable String roomRole) {
        return ("admin".equals(role) && exempt.contains(Verdict.Exempt.ADMIN))
                || ("moderator".equals(role) && exempt.contains(Verdict.Exempt.MODERATOR))
                || ("owner".equals(roomRole) && exempt.contains(Verdict.Exempt.ROOM_OWNER))
                || ("moderator".equals(roomRole) && exempt.contains(Verdict.Exempt.ROOM_MODERATOR));
    }

    /** Whether an account was too old for a rule that is about younger ones. */
    static boolean isOld(Duration younger, long createdMillis, long atMillis) {
        return !younger.isZero() && atMillis - createdMillis >= younger.toMillis();
    }

    int insert(Connection jdbc, List<Waiting> hits, Map<Place, Standing> people) throws SQLException {
        try (var statement = jdbc.prepareStatement(INSERT)) {
            for (Waiting hit : hits) {
                Standing standing = people.get(new Place(hit.room(), hit.by()));
                boolean shown = standing != null && standing.isPublic();
                statement.setString(1, hit.id());
                statement.setString(2, hit.rule().id());
                statement.setLong(3, hit.at().toEpochMilli());
                statement.setString(4, hit.by().value());
                statement.setString(5, hit.room().value());
                statement.setObject(6, hit.seq(), Types.BIGINT);
                statement.setString(7, hit.outcome().word());
                statement.setString(8, shown ? shortened(hit.met()) : "");
                statement.setBoolean(9, shown);
                statement.setString(10, hit.id());
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return hits.size();
    }

    static String shortened(String met) {
        return met.codePointCount(0, met.length()) <= RuleHit.MAX_MET_CHARS
                ? met
                : met.substring(0, met.offsetByCodePoints(0, RuleHit.MAX_MET_CHARS)) + "…";
    }

    private static RuleHit hit(ResultSet row) throws SQLException {
        long seq = row.getLong("seq");
        boolean refused = row.wasNull();
        return new RuleHit(
                row.getString("id"),
                row.getString("rule_id"),
                Instant.ofEpochMilli(row.getLong("at")),
                new UserId(row.getString("author_id")),
                new RoomId(row.getString("room_id")),
                refused ? null : (Long) seq,
                RuleHit.Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                row.getString("met"));
    }
}
