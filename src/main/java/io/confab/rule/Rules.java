package io.confab.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Actor;
import io.confab.identity.AdminActs;
import io.confab.identity.Outcome;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.Sha256;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What admins do with rules. Each act names the revision that it was decided on, and leaves its audit line in the same
 * transaction; all nodes have it after {@code confab.rules.refresh}. Thread-safe.
 */
@Singleton
public class Rules {
    private static final System.Logger LOG = System.getLogger(Rules.class.getName());
    static final Refusal NO_SUCH_RULE = new Refusal.NotFound("there is no such rule");
    static final Refusal UNREAD =
            new Refusal.Conflict("this node does not know such a rule; a newer one made it, and changes it");
    private static final Refusal CHANGED =
            new Refusal.Conflict("somebody else has changed this rule since you read it; look at it again");

    private static final String ALL = RuleRow.SELECT + " order by created_at, id"; // few
    private static final String ONE = RuleRow.SELECT + " where id = ?";
    private static final String COUNT = "select count(*) from rule";
    private static final String INSERT =
            "insert into rule (id, document, mode, edition, revision, created_at, changed_by,"
                    + " changed_at) values (?, ?, 'watch', 1, 1, ?, ?, ?)";
    private static final String CHANGE = "update rule set document = ?, mode = ?, edition = ?, revision = revision + 1,"
            + " trouble = null, changed_by = ?, changed_at = ? where id = ? and revision = ?";
    private static final String SWITCH =
            "update rule set mode = ?, revision = revision + 1, trouble = ?, changed_by = ?,"
                    + " changed_at = ? where id = ? and revision = ?";
    private static final String DELETE = "delete from rule where id = ? and revision = ?";
    private static final String DELETE_RUN = "delete from rule_dry_run where rule_id = ?";
    private static final String RAISE = "update rule_version set version = version + 1 where id = 1";
    private static final int MAX_TROUBLE_CHARS = 400;
    /** Code points of a text that a rule is tried on; as long as most messages may be. */
    public static final int MAX_TRIED_CHARS = 8_000;

    private static final int MOST_TOLD = 1_900;

    private final Transactions transactions;
    private final Reads reads;
    private final AdminActs acts;
    private final RuleSettings settings;
    private final RuleChecks checks;
    private final Clock clock;

    @Inject
    public Rules(Database database, AdminActs acts, RuleSettings settings, Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.acts = acts;
        this.settings = settings;
        this.checks = new RuleChecks(settings, clock);
        this.clock = clock;
    }

    /**
     * On what a change is decided.
     *
     * @param revision as it was read
     * @param why for the audit line; may be empty
     */
    public record Grounds(String rule, long revision, String why) {}

    /** All of them, oldest first. */
    public List<RuleRow> list() {
        return reads.list(ALL, RuleRow::of);
    }

    public Optional<RuleRow> find(String id) {
        return reads.first(ONE, RuleRow::of, id);
    }

    /**
     * Makes a rule that watches. The same command again changes nothing and gives the rule that it made, as it stands.
     *
     * @param document as {@link RuleDocument} has it
     */
    public Outcome<RuleRow> create(Actor by, JsonNode document, String commandId, String why) {
        return checks.checked(document, why)
                .then(definition -> acts.perform(by, jdbc -> {
                    String id = id(by, commandId);
                    Optional<RuleRow> known = row(jdbc, id);
                    if (known.isPresent()) {
                        return Outcome.done(known.get());
                    }
                    int there = Sql.first(jdbc, COUNT, row -> row.getInt(1)).orElse(0);
                    if (there >= settings.most()) {
                        return Outcome.refused(new Refusal.Conflict("there are " + there + " rules, and at most "
                                + settings.most() + " are allowed (confab.rules.most)"));
                    }
                    long now = clock.millis();
                    Sql.update(
                            jdbc, INSERT, id, text(definition), now, by.user().value(), now);
                    raise(jdbc);
                    AuditTrail.record(
                            jdbc, line(by, AuditAct.RULE_CREATED, id, null, "watch, " + told(definition), why));
                    return Outcome.done(row(jdbc, id).orElseThrow());
                }));
    }

    /** One that meets or does something else than before watches again, until it was run dry. */
    public Outcome<RuleRow> change(Actor by, Grounds grounds, JsonNode document) {
        return checks.checked(document, grounds.why())
                .then(definition -> acts.perform(by, jdbc -> {
                    Outcome<RuleRow> found = current(jdbc, grounds);
                    if (!(found instanceof Outcome.Done<RuleRow>(RuleRow before))) {
                        return found;
                    }
                    boolean same = definition.doesTheSameAs(before.definition());
                    RuleMode mode = same || before.mode() == RuleMode.OFF ? before.mode() : RuleMode.WATCH;
                    int changed = Sql.update(
                            jdbc,
                            CHANGE,
                            text(definition),
                            mode.word(),
                            same ? before.edition() : before.edition() + 1,
                            by.user().value(),
                            clock.millis(),
                            before.id(),
                            grounds.revision());
                    return changed == 0
                            ? Outcome.refused(CHANGED)
                            : told(jdbc, by, AuditAct.RULE_CHANGED, before, grounds.why());
                }));
    }

    /**
     * Switches a rule. On only after a dry run of what it is now; where that says that it would meet very many, only who is
     * sure.
     */
    public Outcome<RuleRow> turn(Actor by, Grounds grounds, RuleMode mode, boolean sure) {
        Optional<Refusal> problem = RuleChecks.problem(grounds.why());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        return acts.perform(by, jdbc -> {
            Outcome<RuleRow> found = current(jdbc, grounds);
            if (!(found instanceof Outcome.Done<RuleRow>(RuleRow before))) {
                return found;
            }
            if (before.mode() == mode) {
                return Outcome.done(before);
            }
            Optional<Refusal> obstacle = mode == RuleMode.ON ? checks.obstacle(jdbc, before, sure) : Optional.empty();
            if (obstacle.isPresent()) {
                return Outcome.refused(obstacle.get());
            }
            int switched = Sql.update(
                    jdbc,
                    SWITCH,
                    mode.word(),
                    null,
                    by.user().value(),
                    clock.millis(),
                    before.id(),
                    grounds.revision());
            return switched == 0
                    ? Outcome.refused(CHANGED)
                    : told(jdbc, by, AuditAct.RULE_SWITCHED, before, grounds.why());
        });
    }

    /** For admins, who make rules. The text is written down nowhere; who is exempt is not asked. */
    public Outcome<Tried> tryOut(Actor by, JsonNode document, String text) {
        return checks.checked(document, "")
                .then(definition -> acts.perform(by, jdbc -> Outcome.done(definition))) // they may
                .map(definition -> checks.tried(definition.trigger(), text));
    }

    /** What it met stays in the list of hits until that is purged. */
    public Outcome<RuleRow> delete(Actor by, Grounds grounds) {
        Optional<Refusal> problem = RuleChecks.problem(grounds.why());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        return acts.perform(by, jdbc -> {
            Outcome<RuleRow> found = current(jdbc, grounds);
            if (!(found instanceof Outcome.Done<RuleRow>(RuleRow before))) {
                return found;
            }
            if (Sql.update(jdbc, DELETE, before.id(), grounds.revision()) == 0) {
                return Outcome.refused(CHANGED);
            }
            Sql.update(jdbc, DELETE_RUN, before.id());
            raise(jdbc);
            AuditTrail.record(
                    jdbc, line(by, AuditAct.RULE_DELETED, before.id(), state(before), "deleted", grounds.why()));
            return Outcome.done(before);
        });
    }

    /** The server itself switches a rule down that does not do what a rule may: from on to watching, from watching to off. */
    void fell(RuleRow rule, String trouble) {
        RuleMode down = rule.mode() == RuleMode.ON ? RuleMode.WATCH : RuleMode.OFF;
        String said = trouble.length() > MAX_TROUBLE_CHARS ? trouble.substring(0, MAX_TROUBLE_CHARS) : trouble;
        boolean fell = transactions.write((em, jdbc) -> {
            int switched = Sql.update(
                    jdbc, SWITCH, down.word(), said, UserId.SERVER.value(), clock.millis(), rule.id(), rule.revision());
            if (switched == 1) {
                raise(jdbc);
                AuditTrail.record(
                        jdbc,
                        new AuditLine(
                                UserId.SERVER,
                                AuditAct.RULE_SWITCHED,
                                target(rule.id()),
                                rule.mode().word(),
                                down.word(),
                                said,
                                null));
            }
            return switched == 1;
        });
        if (fell) {
            LOG.log(
                    Level.WARNING,
                    "rule {0} failed and goes from {1} to {2}: {3}",
                    rule.id(),
                    rule.mode().word(),
                    down.word(),
                    said);
        }
    }

    /** Why a rule should be switched on only by who is sure. @param run its last dry run */
    public List<String> warnings(RuleRow rule, DryRun run) {
        return checks.warnings(rule, run);
    }

    private static Outcome<RuleRow> current(Connection jdbc, Grounds grounds) throws SQLException {
        Optional<RuleRow> row = row(jdbc, grounds.rule());
        if (row.isEmpty()) {
            return Outcome.refused(NO_SUCH_RULE);
        }
        if (row.get().isUnread()) {
            return Outcome.refused(UNREAD);
        }
        return row.get().revision() == grounds.revision() ? Outcome.done(row.get()) : Outcome.refused(CHANGED);
    }

    private static Outcome<RuleRow> told(Connection jdbc, Actor by, AuditAct act, RuleRow before, String why)
            throws SQLException {
        raise(jdbc);
        RuleRow after = row(jdbc, before.id()).orElseThrow();
        AuditTrail.record(jdbc, line(by, act, before.id(), state(before), state(after), why));
        return Outcome.done(after);
    }

    private static AuditLine line(
            Actor by, AuditAct act, String id, @Nullable String before, String after, String why) {
        return new AuditLine(by.user(), act, target(id), before, after, why.isEmpty() ? null : why, by.address());
    }

    private static String target(String id) {
        return "rule/" + id;
    }

    private static String state(RuleRow rule) {
        return rule.mode().word() + ", " + told(rule.definition());
    }

    /** For the audit trail, which cuts what is too long: of such a rule it says what it was a hash of. */
    private static String told(RuleDefinition definition) {
        String text = text(definition);
        return text.length() <= MOST_TOLD ? text : "SHA-256 " + Sha256.hex(text) + ", " + text;
    }

    private static String text(RuleDefinition definition) {
        return Json.write(RuleDocument.write(definition));
    }

    private static void raise(Connection jdbc) throws SQLException {
        Sql.update(jdbc, RAISE);
    }

    static Optional<RuleRow> row(Connection jdbc, String id) throws SQLException {
        return Sql.first(jdbc, ONE, RuleRow::of, id);
    }

    private static String id(Actor by, String commandId) {
        return "q_" + Sha256.version((by.user() + " " + commandId).getBytes(StandardCharsets.UTF_8));
    }
}
