package io.confab.report;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Outcome;
import io.confab.job.DecidedJobs;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffMember;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what is decided of a case, in a transaction in which whoever decides may: the case by comparing its version, the
 * decision, its acts that are to be done, its audit line, and what the reporters' word is worth from now on. A moderator of the
 * room decides within their reach, and judges no reporter by it (docs/adr/0084). Longer than most by its statements and refusals.
 */
final class CaseMoves {
    private static final Refusal OWN_CASE = new Refusal.Forbidden("of a case about you somebody else decides");
    private static final Refusal FOR_ADMINS = new Refusal.Forbidden("this case was handed to the admins");
    private static final Refusal NO_CASE = new Refusal.NotFound("there is no such case");
    private static final Refusal NO_DECISION = new Refusal.NotFound("there is no such decision");
    private static final Refusal NOT_TO_STAFF =
            new Refusal.BadRequest("staff decide: only a moderator of the room leaves it to them");
    private static final Refusal PASSED = new Refusal.Conflict("it was left to staff already");

    private static final String MOVE = "update mod_case set state = ?, version = version + 1, changed_at = ?,"
            + " handed_round = case when ? then round else handed_round end, touched_at = ?, claimed_by = null, claimed_until = null where id = ? and version = ? and state <> 'closed'";
    // its version stays: who of staff is about to decide is not disturbed
    private static final String PASS = "update mod_case set passed_round = round, changed_at = ?, touched_at = ?,"
            + " claimed_until = case when claimed_by = ? then null else claimed_until end"
            + " where id = ? and version = ? and state = 'open' and passed_round < round";
    // taken back by the room it is for staff in this round: else to agree and take back again would keep them from it
    private static final String REOPEN = "update mod_case set state = ?, version = version + 1, changed_at = ?,"
            + " passed_round = case when ? then round else passed_round end, touched_at = ? where id = ? and version = ? and state = 'closed'";
    private static final String TAKE_BACK = "update mod_decision set undone_by = ? where id = ? and undone_by is null";
    private static final String ROLE = "select role from account where id = ?";

    private final Connection jdbc;
    private final StaffMember by;
    private final Instant now;
    private final Ids ids;
    private final CaseReach reach;

    /** @param now as columns and events keep it, in milliseconds */
    CaseMoves(Connection jdbc, StaffMember by, Instant now, Ids ids) {
        this.jdbc = jdbc;
        this.by = by;
        this.now = now;
        this.ids = ids;
        this.reach = new CaseReach(by.reach(), now.toEpochMilli());
    }

    private boolean isOfRoom() {
        return !reach.isAll();
    }

    /** The case, if they reach it; nothing of what gives a moderator of the room their reach changes until the commit. */
    private Optional<CaseRow> locked(String caseId) throws SQLException {
        Optional<CaseRow> reached = reach.find(jdbc, caseId);
        if (reached.isEmpty() || !isOfRoom()) { // who does not reach it holds nobody up
            return reached;
        }
        RoomRight.lock(jdbc, reached.get());
        return reach.find(jdbc, caseId);
    }

    Outcome<Decision> decide(Wish wish) throws SQLException {
        Optional<CaseRow> found = locked(wish.caseId());
        if (found.isEmpty()) {
            return Outcome.refused(NO_CASE);
        }
        CaseRow about = found.get();
        if (about.isClosed() || about.version() != wish.version()) {
            return Outcome.refused(beaten(about.id()));
        }
        var others = new OtherDecisions(jdbc, about).underWay(); // before the scene
        Scene scene = Scene.read(jdbc, about);
        Optional<Refusal> refusal = isOfRoom() ? refusalInRoom(about, scene, wish) : refusalOfStaff(about, scene, wish);
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        if (wish.verdict() == Verdict.PASS) {
            return pass(about, wish);
        }
        CaseRow.State next = wish.verdict().closes() ? CaseRow.State.CLOSED : CaseRow.State.ESCALATED;
        boolean handed = next == CaseRow.State.ESCALATED;
        long at = now.toEpochMilli();
        if (Sql.update(jdbc, MOVE, next.word(), at, handed, at, about.id(), about.version()) == 0) {
            return Outcome.refused(beaten(about.id()));
        }
        boolean judges = wish.verdict() == Verdict.AGREE || wish.verdict() == Verdict.DISAGREE;
        if (judges && !isOfRoom()) {
            Standing.learn(jdbc, about.id(), about.round(), wish.verdict() == Verdict.AGREE);
        }
        return Outcome.done(record(about, wish, acts(wish, scene, others)));
    }

    private Outcome<Decision> pass(CaseRow about, Wish wish) throws SQLException {
        long at = now.toEpochMilli();
        int passed = Sql.update(jdbc, PASS, at, at, by.user().value(), about.id(), about.version());
        return passed == 1 ? Outcome.done(record(about, wish, List.of())) : Outcome.refused(PASSED);
    }

    Outcome<Decision> note(Wish wish) throws SQLException {
        Optional<CaseRow> about = reach.find(jdbc, wish.caseId());
        if (about.isEmpty()) {
            return Outcome.refused(NO_CASE);
        }
        Optional<Refusal> refusal = isOfRoom() ? RoomRight.noteRefusal(jdbc, about.get()) : Optional.empty();
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        Decision note = decision(about.get(), wish, List.of());
        DecisionRows.add(jdbc, note, wish.commandId()); // a remark is no act: no audit line
        return Outcome.done(note);
    }

    /** @param version of the case, as it was read */
    Outcome<Decision> takeBack(String decisionId, long version, String command) throws SQLException {
        Optional<Decision> found = DecisionRows.find(jdbc, decisionId);
        if (found.isEmpty()) {
            return Outcome.refused(NO_DECISION);
        }
        Decision former = found.get();
        Optional<CaseRow> there = locked(former.caseId());
        if (there.isEmpty()) {
            return Outcome.refused(NO_DECISION);
        }
        CaseRow about = there.get();
        if (!former.isUndoable() || about.version() != version || about.round() != former.round()) {
            return Outcome.refused(beaten(about.id()));
        }
        boolean forAdmins = DecisionRows.wasEscalated(jdbc, about.id(), about.round());
        Scene scene = Scene.read(jdbc, about);
        GlobalRole role = role();
        Optional<Refusal> refusal = isOfRoom()
                ? RoomRight.undoRefusal(jdbc, about, former)
                : mayDecide(about, forAdmins, role).or(() -> onWhomTheyMayNot(former, scene, role));
        if (refusal.isPresent()) {
            return Outcome.refused(refusal.get());
        }
        CaseRow.State reopened = forAdmins ? CaseRow.State.ESCALATED : CaseRow.State.OPEN;
        var wish = new Wish(about.id(), version, Verdict.UNDO, List.of(), "taken back", "", command);
        var others = new OtherDecisions(jdbc, about);
        return switch (Inverse.of(former, scene, others, now)) {
            case Outcome.Refused<List<Decision.Act>>(Refusal no) -> Outcome.refused(no);
            case Outcome.Done<List<Decision.Act>>(List<Decision.Act> acts) -> {
                Optional<Refusal> obstacle = isOfRoom()
                        ? RoomRight.read(jdbc, about, scene, by.user(), now).refusal(acts)
                        : Optional.empty();
                yield obstacle.isPresent()
                        ? Outcome.refused(obstacle.get())
                        : takeBack(about, reopened, former, decision(about, wish, acts), command);
            }
        };
    }

    private Outcome<Decision> takeBack(
            CaseRow about, CaseRow.State reopened, Decision former, Decision decision, String command)
            throws SQLException {
        long at = now.toEpochMilli();
        boolean first = Sql.update(jdbc, REOPEN, reopened.word(), at, isOfRoom(), at, about.id(), about.version()) == 1
                && Sql.update(jdbc, TAKE_BACK, decision.id(), former.id()) == 1;
        if (!first) {
            return Outcome.refused(beaten(about.id()));
        }
        if (former.verdict() != Verdict.IGNORE && !former.byRoom()) { // it had judged nobody
            Standing.forget(jdbc, about.id(), about.round(), former.verdict() == Verdict.AGREE);
        }
        record(about, decision, command);
        return Outcome.done(decision);
    }

    /** A decision that they may have carried out. */
    Outcome<Decision> mayFinish(String decisionId) throws SQLException {
        Optional<Decision> found = DecisionRows.find(jdbc, decisionId);
        Optional<CaseRow> about = found.isEmpty()
                ? Optional.empty()
                : reach.find(jdbc, found.get().caseId());
        if (found.isEmpty() || about.isEmpty() || (isOfRoom() && !found.get().byRoom())) {
            return Outcome.refused(NO_DECISION);
        }
        return about.get().author().equals(by.user()) ? Outcome.refused(OWN_CASE) : Outcome.done(found.get());
    }

    private Optional<Refusal> refusalOfStaff(CaseRow about, Scene scene, Wish wish) throws SQLException {
        if (wish.verdict() == Verdict.PASS) {
            return Optional.of(NOT_TO_STAFF);
        }
        GlobalRole role = role();
        return mayDecide(about, about.state() == CaseRow.State.ESCALATED, role).or(() -> obstacle(scene, wish, role));
    }

    private Optional<Refusal> refusalInRoom(CaseRow about, Scene scene, Wish wish) throws SQLException {
        return reach.isWaiting(jdbc, about.id())
                ? RoomRight.read(jdbc, about, scene, by.user(), now).refusal(wish, scene)
                : Optional.of(PASSED);
    }

    /** Who may not do it may not take it back. */
    private Optional<Refusal> onWhomTheyMayNot(Decision former, Scene scene, GlobalRole role) {
        return former.acts().stream()
                .map(Decision.Act::remedy)
                .filter(Remedy::marksItself)
                .flatMap(remedy -> scene.obstacle(remedy, by.user(), role).stream())
                .findFirst()
                .map(Refusal.Forbidden::new);
    }

    private Optional<Refusal> mayDecide(CaseRow about, boolean forAdmins, GlobalRole role) {
        if (about.author().equals(by.user())) {
            return Optional.of(OWN_CASE);
        }
        return forAdmins && role != GlobalRole.ADMIN ? Optional.of(FOR_ADMINS) : Optional.empty();
    }

    private Optional<Refusal> obstacle(Scene scene, Wish wish, GlobalRole role) {
        for (Wish.Asked asked : wish.remedies()) {
            Optional<String> obstacle = scene.obstacle(asked.remedy(), by.user(), role);
            if (obstacle.isPresent()) {
                return Optional.of(asked.remedy().cannot(obstacle.get()));
            }
        }
        return Optional.empty();
    }

    /** @param underWay what others have decided of each sanction, and is still to be done */
    private List<Decision.Act> acts(Wish wish, Scene scene, Map<Remedy, Optional<Instant>> underWay) {
        var acts = new ArrayList<Decision.Act>();
        for (Wish.Asked asked : wish.remedies()) {
            int no = acts.size() + 1;
            Remedy remedy = asked.remedy();
            Duration back = asked.back();
            acts.add(
                    back != null
                            ? Decision.Act.lookingBack(no, remedy, back, scene.goesSince(now.minus(back)))
                            : remedy.onMessage()
                                    ? Decision.Act.onMessage(no, remedy, scene.stood())
                                    : Decision.Act.pending(
                                            no,
                                            remedy,
                                            asked.until(),
                                            underWay.getOrDefault(remedy, scene.running(remedy, now))
                                                    .orElse(null)));
        }
        boolean stays = wish.verdict().closes() && acts.stream().noneMatch(Decision.Act::takesMessageAway);
        boolean away = wish.verdict() == Verdict.DISAGREE ? scene.hidden() : scene.forReview();
        if (stays && away && scene.kept()) {
            acts.add(Decision.Act.onMessage(acts.size() + 1, Remedy.RESTORE, scene.stood()));
        }
        return acts;
    }

    private Decision decision(CaseRow about, Wish wish, List<Decision.Act> acts) {
        return new Decision(
                DecidedJobs.PREFIX + ids.random(),
                about.id(),
                about.round(),
                wish.verdict(),
                by.user(),
                by.account().username(),
                now,
                wish.reason(),
                wish.note(),
                null,
                acts,
                isOfRoom());
    }

    private Decision record(CaseRow about, Wish wish, List<Decision.Act> acts) throws SQLException {
        Decision decision = decision(about, wish, acts);
        record(about, decision, wish.commandId());
        return decision;
    }

    private void record(CaseRow about, Decision decision, String command) throws SQLException {
        DecisionRows.add(jdbc, decision, command);
        AuditTrail.record(
                jdbc,
                new AuditLine(
                        by.user(),
                        decision.verdict() == Verdict.UNDO ? AuditAct.CASE_REOPENED : AuditAct.CASE_DECIDED,
                        about.target().key(),
                        about.state().word(),
                        decision.summary() + (decision.byRoom() ? ", by a moderator of the room" : ""),
                        // never the note: whom it is about reads the trail too, when they are of staff
                        decision.reason().isEmpty() ? decision.verdict().why() : decision.reason(),
                        by.address()));
    }

    /** The role as it is in this transaction, which holds the account. */
    private GlobalRole role() throws SQLException {
        return Sql.first(jdbc, ROLE, row -> row.getString(1), by.user().value())
                .map(word -> GlobalRole.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElseThrow();
    }

    private Refusal beaten(String caseId) throws SQLException {
        return CaseRows.last(jdbc, caseId, reach)
                .<Refusal>map(last -> new Refusal.Conflict(last.who() + " was faster, at "
                        + last.at().truncatedTo(ChronoUnit.SECONDS) + ": " + last.summary() + "; nothing was done"))
                .orElseGet(() -> new Refusal.Conflict("the case has changed since it was read; nothing was done"));
    }
}
