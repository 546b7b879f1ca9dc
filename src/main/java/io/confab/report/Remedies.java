package io.confab.report;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.AccountActs;
import io.confab.identity.Outcome;
import io.confab.job.DecidedJobs;
import io.confab.job.Task;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.RoomActs;
import io.confab.notice.Notice;
import io.confab.notice.Notices;
import io.confab.room.SanctionKind;
import io.confab.store.Database;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Carries decisions out: each act through the entry bean that does it for everybody, by the server on behalf of who decided.
 * So whoever finishes it, on whichever node, sends the very same command, and doing it again does nothing; and what was
 * decided by somebody who might is done, though they are no longer there. Blocks until the commits. Thread-safe.
 */
@Singleton
public class Remedies {
    private static final System.Logger LOG = System.getLogger(Remedies.class.getName());
    private static final int MOST_TOLD = 1_000;
    private static final String DONE = "select 1 from room_event where by_id = ? and cid = ?"; // index room_event_cid
    private static final String SEEN = "they have seen it already";

    private final Transactions transactions;
    private final RoomActs roomActs;
    private final AccountActs accountActs;
    private final DecidedJobs jobs;
    private final Clock clock;

    @Inject
    public Remedies(Database database, RoomActs roomActs, AccountActs accountActs, DecidedJobs jobs, Clock clock) {
        this.transactions = database.transactions();
        this.roomActs = roomActs;
        this.accountActs = accountActs;
        this.jobs = jobs;
        this.clock = clock;
    }

    private record Whole(CaseRow about, Decision decision) {}

    /** Does what is pending of a decision, in order, and marks it; what may pass by itself stays pending. */
    void carryOut(String decisionId) {
        carryOut(decisionId, Instant.MAX);
    }

    /** Likewise; waits for no room after {@code end}, and leaves pending what would come then. */
    void carryOut(String decisionId, Instant end) {
        carryOut(decisionId, end, act -> true);
    }

    /** Likewise, but for what orders a job. */
    void carryOutAtOnce(String decisionId, Instant end) {
        carryOut(decisionId, end, act -> !act.remedy().ordersJob());
    }

    private void carryOut(String decisionId, Instant end, Predicate<Decision.Act> which) {
        try {
            Whole whole = transactions.read((em, jdbc) -> {
                Decision decision = DecisionRows.find(jdbc, decisionId).orElseThrow();
                return new Whole(CaseRow.find(jdbc, decision.caseId()).orElseThrow(), decision);
            });
            for (Decision.Act act : whole.decision().acts()) {
                Duration left = Duration.between(clock.instant(), end);
                boolean asked = which.test(act) && act.state() == Decision.State.PENDING && left.isPositive();
                if (asked && isPending(whole.decision(), act)) {
                    settle(whole.decision(), act, perform(whole, act, roomActs.within(left)));
                }
            }
        } catch (StoreFailure e) { // it stands, and is done later
            LOG.log(Level.WARNING, "decision " + decisionId + " is not carried out yet", e);
        }
    }

    /** Somebody else may have done it meanwhile, and somebody may have taken it back since. */
    private boolean isPending(Decision decision, Decision.Act act) {
        return transactions.read((em, jdbc) -> DecisionRows.isPending(jdbc, decision.id(), act.no()));
    }

    private void settle(Decision decision, Decision.Act act, Outcome<?> outcome) {
        switch (outcome) {
            case Outcome.Done<?> ignored when act.remedy().marksItself() -> {}
            case Outcome.Done<?> ignored -> mark(decision, act, Decision.State.DONE, "");
            case Outcome.Refused<?>(Refusal.Internal unknown) ->
                LOG.log(
                        Level.WARNING,
                        "act {0} of decision {1} may not be done: {2}",
                        act.no(),
                        decision.id(),
                        unknown.message());
            case Outcome.Refused<?>(Refusal.Unavailable away) ->
                LOG.log(
                        Level.WARNING,
                        "act {0} of decision {1} is not done: {2}",
                        act.no(),
                        decision.id(),
                        away.message());
            case Outcome.Refused<?>(Refusal refusal) -> mark(decision, act, Decision.State.REFUSED, refusal.message());
        }
    }

    void mark(Decision decision, Decision.Act act, Decision.State state, String told) {
        String cut = told.length() > MOST_TOLD ? told.substring(0, MOST_TOLD) : told;
        try {
            transactions.write((em, jdbc) -> {
                DecisionRows.mark(jdbc, decision.id(), act.no(), state, cut);
                return true;
            });
        } catch (StoreFailure e) { // it is done all the same, and found so when it is done again
            LOG.log(Level.WARNING, "act " + act.no() + " of decision " + decision.id() + " is not marked", e);
        }
    }

    /**
     * What takes a sanction back and had to wait: meanwhile another decision may have asked for the same, or somebody laid
     * another, and that stands. As close before the act as can be, not in its transaction. What was done already, and only its
     * answer was lost, is sent again and known again.
     */
    private Optional<Refusal> standsMeanwhile(Whole whole, Decision.Act act) {
        if (whole.decision().verdict() != Verdict.UNDO || act.before() == null) {
            return Optional.empty();
        }
        return transactions.read((em, jdbc) -> {
            Optional<Instant> runs = Scene.read(jdbc, whole.about()).running(act.remedy(), clock.instant());
            String command = command(whole.decision(), act);
            if (runs.isEmpty()
                    || Sql.first(jdbc, DONE, row -> true, UserId.SERVER.value(), command)
                            .isPresent()) {
                return Optional.empty();
            }
            if (!runs.get().equals(act.before())) {
                return Optional.of(new Refusal.Conflict("somebody has changed it since"));
            }
            Decision former =
                    DecisionRows.takenBackBy(jdbc, whole.decision().id()).orElseThrow();
            var others = new OtherDecisions(jdbc, whole.about());
            for (Decision.Act sanction : former.acts()) {
                if (sanction.remedy().isTakenBackBy(act.remedy()) && others.hold(former, sanction)) {
                    return Optional.of(new Refusal.Conflict(Inverse.HELD));
                }
            }
            return Optional.empty();
        });
    }

    private Outcome<?> perform(Whole whole, Decision.Act act, RoomActs rooms) {
        CaseRow about = whole.about();
        Decision decision = whole.decision();
        // an account knows no command ids: the act is marked in the transaction that does it
        var order = new AccountActs.Order(decision.by(), jdbc -> DecisionRows.take(jdbc, decision.id(), act.no()));
        try {
            Optional<Refusal> stands = standsMeanwhile(whole, act);
            if (stands.isPresent()) {
                return Outcome.refused(stands.get());
            }
            return switch (act.remedy()) {
                case WARN -> warn(about, decision, act);
                case UNWARN -> takeWarningBack(about, decision, act);
                case SUSPEND -> accountActs.suspend(order, about.author(), act.until(), decision.reason());
                case UNSUSPEND -> accountActs.lift(order, about.author(), decision.reason());
                case DELETE_RECENT -> deleteRecent(about, decision, act, order);
                case RESTORE_RECENT -> restoreRecent(decision, act, order);
                case HIDE, DELETE, RESTORE, MUTE, BAN, KICK, UNMUTE, UNBAN -> inRoom(whole, act, rooms);
            };
        } catch (StoreFailure e) {
            LOG.log(Level.WARNING, "act " + act.no() + " of decision " + decision.id() + " met the database", e);
            return Outcome.refused(new Refusal.Internal("the database did not answer"));
        }
    }

    /** The row is written once, and pushed by whichever node the person is connected to. */
    private Outcome<?> warn(CaseRow about, Decision decision, Decision.Act act) {
        var notice = new Notice(
                warning(decision.id(), act.no()),
                about.author(),
                Notice.Kind.WARNING,
                decision.reason(),
                clock.instant(),
                false);
        return transactions.write((em, jdbc) -> {
            if (DecisionRows.take(jdbc, decision.id(), act.no())) {
                Notices.add(jdbc, notice);
                record(jdbc, about, decision, AuditAct.USER_WARNED, "not warned", "warned");
            }
            return Outcome.done(true);
        });
    }

    private Outcome<?> takeWarningBack(CaseRow about, Decision undoing, Decision.Act act) {
        return transactions.write((em, jdbc) -> {
            if (!DecisionRows.take(jdbc, undoing.id(), act.no())) {
                return Outcome.done(true);
            }
            Decision former = DecisionRows.takenBackBy(jdbc, undoing.id()).orElseThrow();
            boolean unseen = false;
            for (Decision.Act each : former.acts()) {
                if (each.remedy() == Remedy.WARN) {
                    unseen |= Notices.takeBack(jdbc, warning(former.id(), each.no()), about.author(), clock.instant());
                }
            }
            if (unseen) {
                record(jdbc, about, undoing, AuditAct.USER_UNWARNED, "warned, not seen", "not warned");
            } else {
                DecisionRows.refuse(jdbc, undoing.id(), act.no(), SEEN);
            }
            return Outcome.done(true); // marked as it is
        });
    }

    /** In all their rooms and conversations, muted first as briefly as a job mutes. */
    private Outcome<?> deleteRecent(CaseRow about, Decision decision, Decision.Act act, AccountActs.Order order) {
        var deletion = Task.Deletion.of(about.author(), Objects.requireNonNull(act.back()));
        return jobs.delete(order, Decision.job(decision.id(), act.no()), deletion, decision.reason(), decision.at());
    }

    private Outcome<?> restoreRecent(Decision undoing, Decision.Act act, AccountActs.Order order) {
        Decision former = transactions.read(
                (em, jdbc) -> DecisionRows.takenBackBy(jdbc, undoing.id()).orElseThrow());
        String deletion = former.acts().stream()
                .flatMap(each -> former.jobOf(each).stream())
                .findFirst()
                .orElseThrow();
        return jobs.takeBack(order, deletion, Decision.job(undoing.id(), act.no()), undoing.reason());
    }

    private static String warning(String decision, int no) {
        return decision + "-" + no;
    }

    private static void record(
            Connection jdbc, CaseRow about, Decision decision, AuditAct act, String before, String after)
            throws SQLException {
        AuditTrail.record(
                jdbc,
                new AuditLine(
                        UserId.SERVER,
                        act,
                        about.author().value(),
                        before,
                        after + ", on behalf of " + decision.by(),
                        decision.reason(),
                        null));
    }

    private static String command(Decision decision, Decision.Act act) {
        return decision.id() + "-" + act.no();
    }

    private static Outcome<?> inRoom(Whole whole, Decision.Act act, RoomActs rooms) {
        CaseRow about = whole.about();
        Decision decision = whole.decision();
        if (!(about.target() instanceof Target.Message message)) {
            return Outcome.refused(new Refusal.BadRequest("no room was reported"));
        }
        String why = decision.reason().isEmpty() ? decision.verdict().why() : decision.reason();
        String told = decision.reason().isEmpty() ? null : decision.reason();
        String command = command(decision, act);
        var order = RoomActs.Act.byServer(message.room(), why, told, command, decision.by());
        return switch (act.remedy()) {
            case HIDE ->
                act.stood() == Decision.Stood.DELETED
                        ? rooms.hideInstead(order, message.seq())
                        : rooms.hideForGood(order, message.seq());
            case DELETE -> rooms.delete(order, message.seq());
            case RESTORE -> rooms.restore(order, message.seq());
            case MUTE -> rooms.sanction(order, about.author(), SanctionKind.MUTE, act.until());
            case BAN -> rooms.sanction(order, about.author(), SanctionKind.BAN, act.until());
            case KICK -> rooms.kick(order, about.author());
            case UNMUTE -> rooms.lift(order, about.author(), SanctionKind.MUTE);
            case UNBAN -> rooms.lift(order, about.author(), SanctionKind.BAN);
            case SUSPEND, UNSUSPEND, WARN, UNWARN, DELETE_RECENT, RESTORE_RECENT ->
                throw new IllegalStateException(act.remedy() + " is not done in a room");
        };
    }
}
