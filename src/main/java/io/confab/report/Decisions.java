package io.confab.report;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Outcome;
import io.confab.identity.StaffRight;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.StaffMember;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Staff decide cases. A decision is a row first, with its acts and its audit line, in a transaction that compares the case's
 * version: of two who decide at the same moment one does, and the other is told who and what, with nothing done. Then its acts
 * are carried out ({@link Remedies}); what a dead node or a database that was away left undone, {@link #finish} does.
 * Each takes a command id: the same one again changes nothing and gives the first decision, with {@code duplicate}.
 * Thread-safe; throws {@link StoreFailure} when it is not known to be decided.
 */
@Singleton
public class Decisions {
    private static final String MOVE = "update mod_case set state = ?, version = version + 1, changed_at = ?,"
            + " claimed_by = null, claimed_until = null where id = ? and version = ? and state <> 'closed'";
    private static final String REOPEN = "update mod_case set state = ?, version = version + 1, changed_at = ?"
            + " where id = ? and version = ? and state = 'closed'";
    private static final String TAKE_BACK = "update mod_decision set undone_by = ? where id = ? and undone_by is null";
    private static final Refusal OWN_CASE = new Refusal.Forbidden("of a case about you somebody else decides");
    private static final Refusal FOR_ADMINS = new Refusal.Forbidden("this case was handed to the admins");
    private static final String ROLE = "select role from account where id = ?";

    private final Transactions transactions;
    private final StaffRight right;
    private final Remedies remedies;
    private final Clock clock;
    private final Ids ids = new Ids();

    @Inject
    public Decisions(Database database, StaffRight right, Remedies remedies, Clock clock) {
        this.transactions = database.transactions();
        this.right = right;
        this.remedies = remedies;
        this.clock = clock;
    }

    /** A decision as it stands. @param duplicate it had been made by this very command */
    public record Made(Decision decision, boolean duplicate) {}

    private record Written(CaseRow about, Made made) {}

    /**
     * Decides a case, or hands it to the admins. Refused with {@code forbidden}, {@code not_found} or {@code bad_request};
     * with {@code conflict} when somebody else has decided since the case was read.
     */
    public Outcome<Made> decide(StaffMember by, Wish wish) {
        return wish.problem()
                .<Outcome<Made>>map(Outcome::refused)
                .orElseGet(() -> carriedOut(by, transactions.write((em, jdbc) -> decide(em, jdbc, by, wish))));
    }

    /** A remark for the others of staff; the case stays as it is. */
    public Outcome<Made> note(StaffMember by, String caseId, String text, String commandId) {
        var wish = new Wish(caseId, 0, Verdict.NOTE, List.of(), "", text, commandId);
        return wish.problem()
                .<Outcome<Made>>map(Outcome::refused)
                .orElseGet(() -> transactions
                        .write((em, jdbc) -> note(em, jdbc, by, wish))
                        .map(Written::made));
    }

    /** Does what is still pending of a decision. */
    public Outcome<Made> finish(StaffMember by, String decisionId) {
        return carriedOut(by, transactions.write((em, jdbc) -> {
            Optional<Refusal> refusal = right.refusal(em, jdbc, by.actor());
            if (refusal.isPresent()) {
                return Outcome.refused(refusal.get());
            }
            Optional<Decision> decision = DecisionRows.find(jdbc, decisionId);
            if (decision.isEmpty()) {
                return Outcome.refused(noSuchDecision());
            }
            Written written = written(jdbc, decision.get(), false);
            return written.about().author().equals(by.user()) ? Outcome.refused(OWN_CASE) : Outcome.done(written);
        }));
    }

    /**
     * Takes a decision back: the case is open again, and what the decision laid on somebody is as it was before. Refused with
     * {@code conflict} when something of it no longer stands as the decision left it, or is not finished.
     *
     * @param version of the case, as it was read
     */
    public Outcome<Made> undo(StaffMember by, String decisionId, long version, String commandId) {
        return carriedOut(
                by, transactions.write((em, jdbc) -> undo(em, jdbc, by, new Undo(decisionId, version, commandId))));
    }

    private record Undo(String decision, long version, String command) {}

    private Outcome<Made> carriedOut(StaffMember by, Outcome<Written> outcome) {
        return outcome.map(written -> {
            Made made = written.made();
            if (!made.decision().isPending()) {
                return made;
            }
            remedies.carryOut(by, written.about(), made.decision());
            String id = made.decision().id();
            Decision now =
                    transactions.read((em, jdbc) -> DecisionRows.find(jdbc, id).orElse(made.decision()));
            return new Made(now, made.duplicate());
        });
    }

    private Outcome<Written> decide(EntityManager em, Connection jdbc, StaffMember by, Wish wish) throws SQLException {
        Optional<Refusal> refusal = right.refusal(em, jdbc, by.actor());
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        Optional<Decision> known = DecisionRows.ofCommand(jdbc, by.user(), wish.commandId());
        if (known.isPresent()) {
            return Outcome.done(written(jdbc, known.get(), true));
        }
        Optional<CaseRow> found = CaseRow.find(jdbc, wish.caseId());
        if (found.isEmpty()) {
            return Outcome.refused(noSuchCase());
        }
        CaseRow about = found.get();
        Instant now = now();
        if (about.isClosed() || about.version() != wish.version()) {
            return Outcome.refused(beaten(jdbc, about.id()));
        }
        if (about.author().equals(by.user())) {
            return Outcome.refused(OWN_CASE);
        }
        GlobalRole role = role(jdbc, by.user());
        if (about.state() == CaseRow.State.ESCALATED && role != GlobalRole.ADMIN) {
            return Outcome.refused(FOR_ADMINS);
        }
        Scene scene = Scene.read(jdbc, about);
        for (Wish.Asked asked : wish.remedies()) {
            Optional<String> obstacle = scene.obstacle(asked.remedy(), by.user(), role);
            if (obstacle.isPresent()) {
                return Outcome.refused(
                        new Refusal.BadRequest("cannot " + asked.remedy().title() + ": " + obstacle.get()));
            }
        }
        String state = (wish.verdict().closes() ? CaseRow.State.CLOSED : CaseRow.State.ESCALATED).word();
        if (Sql.update(jdbc, MOVE, state, now.toEpochMilli(), about.id(), about.version()) == 0) {
            return Outcome.refused(beaten(jdbc, about.id()));
        }
        var acts = new ArrayList<Decision.Act>();
        for (Wish.Asked asked : wish.remedies()) {
            Instant before = scene.running(asked.remedy(), now).orElse(null);
            acts.add(new Decision.Act(
                    acts.size() + 1, asked.remedy(), asked.until(), before, Decision.State.PENDING, ""));
        }
        if (wish.verdict() == Verdict.DISAGREE && scene.hidden() && scene.kept()) {
            acts.add(new Decision.Act(1, Remedy.RESTORE, null, null, Decision.State.PENDING, ""));
        }
        if (wish.verdict() == Verdict.AGREE || wish.verdict() == Verdict.DISAGREE) {
            Standing.learn(jdbc, about.id(), about.round(), wish.verdict() == Verdict.AGREE);
        }
        Decision decision = decision(by, about, wish, now, acts);
        record(jdbc, by, about, decision, wish.commandId());
        return Outcome.done(new Written(about, new Made(decision, false)));
    }

    private Outcome<Written> note(EntityManager em, Connection jdbc, StaffMember by, Wish wish) throws SQLException {
        Optional<Refusal> refusal = right.refusal(em, jdbc, by.actor());
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        Optional<Decision> known = DecisionRows.ofCommand(jdbc, by.user(), wish.commandId());
        if (known.isPresent()) {
            return Outcome.done(written(jdbc, known.get(), true));
        }
        Optional<CaseRow> about = CaseRow.find(jdbc, wish.caseId());
        if (about.isEmpty()) {
            return Outcome.refused(noSuchCase());
        }
        Decision note = decision(by, about.get(), wish, now(), List.of());
        DecisionRows.add(jdbc, note, wish.commandId()); // a remark is no act: no audit line
        return Outcome.done(new Written(about.get(), new Made(note, false)));
    }

    private Outcome<Written> undo(EntityManager em, Connection jdbc, StaffMember by, Undo undo) throws SQLException {
        Optional<Refusal> refusal = right.refusal(em, jdbc, by.actor());
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        Optional<Decision> known = DecisionRows.ofCommand(jdbc, by.user(), undo.command());
        if (known.isPresent()) {
            return Outcome.done(written(jdbc, known.get(), true));
        }
        Optional<Decision> found = DecisionRows.find(jdbc, undo.decision());
        if (found.isEmpty()) {
            return Outcome.refused(noSuchDecision());
        }
        Decision former = found.get();
        CaseRow about = CaseRow.find(jdbc, former.caseId()).orElseThrow();
        if (!former.isUndoable() || about.version() != undo.version() || about.round() != former.round()) {
            return Outcome.refused(beaten(jdbc, about.id()));
        }
        if (about.author().equals(by.user())) {
            return Outcome.refused(OWN_CASE);
        }
        boolean forAdmins = DecisionRows.wasEscalated(jdbc, about.id(), about.round());
        if (forAdmins && role(jdbc, by.user()) != GlobalRole.ADMIN) {
            return Outcome.refused(FOR_ADMINS);
        }
        CaseRow.State reopened = forAdmins ? CaseRow.State.ESCALATED : CaseRow.State.OPEN;
        Instant now = now();
        return switch (Inverse.of(former, Scene.read(jdbc, about), now)) {
            case Outcome.Refused<List<Decision.Act>>(Refusal no) -> Outcome.refused(no);
            case Outcome.Done<List<Decision.Act>>(List<Decision.Act> acts) -> {
                var wish =
                        new Wish(about.id(), undo.version(), Verdict.UNDO, List.of(), "taken back", "", undo.command());
                yield takeBack(jdbc, by, about, reopened, former, decision(by, about, wish, now, acts), undo.command());
            }
        };
    }

    private Outcome<Written> takeBack(
            Connection jdbc,
            StaffMember by,
            CaseRow about,
            CaseRow.State reopened,
            Decision former,
            Decision decision,
            String command)
            throws SQLException {
        long at = decision.at().toEpochMilli();
        boolean first = Sql.update(jdbc, REOPEN, reopened.word(), at, about.id(), about.version()) == 1
                && Sql.update(jdbc, TAKE_BACK, decision.id(), former.id()) == 1;
        if (!first) {
            return Outcome.refused(beaten(jdbc, about.id()));
        }
        if (former.verdict() != Verdict.IGNORE) {
            Standing.forget(jdbc, about.id(), about.round(), former.verdict() == Verdict.AGREE);
        }
        record(jdbc, by, about, decision, command);
        return Outcome.done(new Written(about, new Made(decision, false)));
    }

    private Decision decision(StaffMember by, CaseRow about, Wish wish, Instant now, List<Decision.Act> acts) {
        return new Decision(
                "d_" + ids.random(),
                about.id(),
                about.round(),
                wish.verdict(),
                by.user(),
                by.account().username(),
                now,
                wish.reason(),
                wish.note(),
                null,
                acts);
    }

    private static void record(Connection jdbc, StaffMember by, CaseRow about, Decision decision, String command)
            throws SQLException {
        DecisionRows.add(jdbc, decision, command);
        AuditTrail.record(
                jdbc,
                new AuditLine(
                        by.user(),
                        decision.verdict() == Verdict.UNDO ? AuditAct.CASE_REOPENED : AuditAct.CASE_DECIDED,
                        about.target().key(),
                        about.state().word(),
                        decision.summary(),
                        decision.reason().isEmpty() ? decision.note() : decision.reason(),
                        by.address()));
    }

    private static Written written(Connection jdbc, Decision decision, boolean duplicate) throws SQLException {
        return new Written(CaseRow.find(jdbc, decision.caseId()).orElseThrow(), new Made(decision, duplicate));
    }

    /** The role as it is in this transaction, which holds the account. */
    private static GlobalRole role(Connection jdbc, UserId user) throws SQLException {
        return Sql.first(jdbc, ROLE, row -> row.getString(1), user.value())
                .map(word -> GlobalRole.valueOf(word.toUpperCase(java.util.Locale.ROOT)))
                .orElseThrow();
    }

    private static Refusal beaten(Connection jdbc, String caseId) throws SQLException {
        return DecisionRows.last(jdbc, caseId)
                .<Refusal>map(last -> new Refusal.Conflict(last.byName() + " was faster, at "
                        + last.at().truncatedTo(ChronoUnit.SECONDS) + ": " + last.summary() + "; nothing was done"))
                .orElseGet(() -> new Refusal.Conflict("the case has changed since it was read; nothing was done"));
    }

    private static Refusal noSuchCase() {
        return new Refusal.NotFound("there is no such case");
    }

    private static Refusal noSuchDecision() {
        return new Refusal.NotFound("there is no such decision");
    }

    /** As columns and events keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
