package io.confab.report;

import static io.confab.report.ReportNode.done;
import static io.confab.report.ReportNode.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.NodeId;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.moderation.Reach;
import io.confab.notice.Notice;
import io.confab.report.Decisions.Made;
import io.confab.report.ReportNode.Person;
import io.confab.room.Membership;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.SanctionKind;
import io.confab.store.Sql;
import io.confab.work.Leases;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What staff decide, on whichever database: once, exactly, and undone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DecisionContract {
    private final Ids ids = new Ids();

    private ReportNode node;
    private Person ann;
    private Person ben;
    private Person mia;
    private Person max;
    private RoomId room;
    private long seq;
    private String caseId;

    abstract String url();

    /** Counts the transactions that wait for another's lock. */
    abstract String waiting();

    @BeforeAll
    void open() {
        node = new ReportNode(url());
    }

    @AfterAll
    void close() {
        node.close();
    }

    @BeforeEach
    void makeCase() {
        node.line = UnaryOperator.identity();
        node.dies = false;
        ann = node.person();
        ben = node.person();
        mia = node.person(GlobalRole.MODERATOR);
        max = node.person(GlobalRole.MODERATOR);
        room = node.room(ben, RoomKind.PUBLIC, ann);
        report(room, node.posts(ann, room, "you are all fools"));
    }

    private void report(RoomId where, long which) {
        room = where;
        seq = which;
        node.clock.advance(Duration.ofMillis(1)); // the newest report is the last one
        node.files(ben, room, seq, ReportType.HARASSMENT);
        caseId = node.texts("select id from mod_case where target = ?", key()).getFirst();
    }

    private String key() {
        return room.value() + "/" + seq;
    }

    private long ofCase(String column) {
        return node.number("select " + column + " from mod_case where id = ?", caseId);
    }

    private String state() {
        return node.texts("select state from mod_case where id = ?", caseId).getFirst();
    }

    private Instant in(Duration time) {
        return Instant.now().plus(time).truncatedTo(ChronoUnit.MILLIS);
    }

    private Wish wish(Verdict verdict, Wish.Asked... remedies) {
        String reason = remedies.length == 0 ? "" : "be kind";
        return new Wish(caseId, ofCase("version"), verdict, List.of(remedies), reason, "seen before", ids.cid());
    }

    private static Wish.Asked delete() {
        return new Wish.Asked(Remedy.DELETE, null);
    }

    private static Wish.Asked mute(@Nullable Instant until) {
        return new Wish.Asked(Remedy.MUTE, until);
    }

    private List<String> lines() {
        return node.texts(
                "select act from audit where target in (?, ?) order by id", key(), room.value() + "/" + ann.user());
    }

    private @Nullable Instant muted() {
        return node.database
                .reads()
                .list(
                        "select muted_until from room_member where room_id = ? and user_id = ?",
                        row -> java.util.Optional.ofNullable(Sql.instant(row, "muted_until")),
                        room.value(),
                        ann.user().value())
                .getFirst()
                .orElse(null);
    }

    private boolean isDeleted() {
        return node.number(
                        "select count(*) from room_event where room_id = ? and seq = ? and deleted_seq is not null",
                        room.value(),
                        seq)
                == 1;
    }

    private ReportOutcome outcome() {
        return node.reports.mine(ben.user(), "", 1).getFirst().outcome();
    }

    @Test
    void whoAgreesDeletesAndMutesEachWithItsLineAndTheReporterIsTold() {
        Instant end = in(Duration.ofHours(1));

        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete(), mute(end))));

        assertThat(made.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(isDeleted()).isTrue();
        assertThat(muted()).isEqualTo(end);
        assertThat(lines()).containsExactly("case.decided", "msg.deleted", "sanction.set");
        assertThat(state()).isEqualTo("closed");
        assertThat(outcome()).isEqualTo(ReportOutcome.UPHELD);
        assertThat(node.texts("select why from audit where target in (?, ?)", key(), room.value() + "/" + ann.user()))
                .containsOnly("be kind");
    }

    @Test
    void theReportersWeighWhatTheirReportsWereWorth() {
        done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE)));
        report(room, node.posts(ann, room, "again"));

        assertThat(ofCase("score")).isEqualTo(Math.round(20 * (0.5 + 1.0 / 3)));
        assertThat(isDeleted()).isFalse();
        done(node.decisions.decide(mia.staff(), wish(Verdict.IGNORE)));
        assertThat(outcome()).isEqualTo(ReportOutcome.CLOSED);
        assertThat(node.number(
                        "select count(*) from reporter_standing where reporter_id = ? and disagreed = 1",
                        ben.user().value()))
                .isEqualTo(1);
    }

    @Test
    void ofTwoWhoDecideAtTheSameMomentOneDoesAndTheOtherIsToldWhoAndWhat() throws Exception {
        for (int round = 0; round < 7; round++) {
            report(room, node.posts(ann, room, "fools " + round));
            Wish remove = wish(Verdict.AGREE, delete());
            Wish dismiss = wish(Verdict.DISAGREE);
            var together = new CyclicBarrier(2);
            try (var threads = Executors.newFixedThreadPool(2)) {
                var first = threads.submit(() -> {
                    together.await();
                    return node.decisions.decide(mia.staff(), remove);
                });
                var second = threads.submit(() -> {
                    together.await();
                    return node.decisions.decide(max.staff(), dismiss);
                });
                boolean removed = first.get() instanceof Outcome.Done<Made>;
                var beaten = refused(Refusal.Conflict.class, removed ? second.get() : first.get());

                assertThat(beaten.message())
                        .startsWith((removed ? mia : max).username() + " was faster")
                        .contains(removed ? "agree: delete the message" : "disagree");
                assertThat(isDeleted()).isEqualTo(removed);
            }
            assertThat(node.number("select count(*) from mod_decision where case_id = ?", caseId))
                    .isEqualTo(1);
        }
    }

    @Test
    void whoComesLaterIsToldWhoAndWhatAndNothingIsDone() {
        Wish late = wish(Verdict.AGREE, mute(null));
        done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete())));

        var beaten = refused(Refusal.Conflict.class, node.decisions.decide(max.staff(), late));

        assertThat(beaten.message()).contains(mia.username(), "agree: delete the message");
        assertThat(muted()).isNull();
        assertThat(lines()).containsExactly("case.decided", "msg.deleted");
    }

    @Test
    void theSameCommandIsDecidedOnceHoweverOftenItComes() throws Exception {
        Wish wish = wish(Verdict.AGREE, delete());
        var made = new ArrayList<Made>();

        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var future : threads.invokeAll(java.util.Collections.<java.util.concurrent.Callable<Made>>nCopies(
                    4, () -> done(node.decisions.decide(mia.staff(), wish))))) {
                made.add(future.get());
            }
        }

        assertThat(made).extracting(Made::duplicate).containsOnlyOnce(false);
        assertThat(made)
                .extracting(each -> each.decision().id())
                .containsOnly(made.getFirst().decision().id());
        assertThat(lines()).containsExactly("case.decided", "msg.deleted");
    }

    @Test
    void whoIsNoModeratorAnyMoreDecidesNothing() {
        Person auditor = node.person(GlobalRole.AUDITOR);
        Wish wish = wish(Verdict.AGREE, delete());
        node.sql("update account set role = 'user' where id = ?", mia.user().value());
        node.sql("update sign_in set ended_at = 1 where id = ?", max.signIn().value());

        refused(Refusal.Forbidden.class, node.decisions.decide(mia.staff(), wish));
        refused(Refusal.Forbidden.class, node.decisions.decide(auditor.staff(), wish));
        refused(Refusal.Unauthorized.class, node.decisions.decide(max.staff(), wish));
        refused(Refusal.Forbidden.class, node.decisions.note(mia.staff(), caseId, "hm", ids.cid()));

        assertThat(state()).isEqualTo("open");
        assertThat(isDeleted()).isFalse();
        assertThat(lines()).isEmpty();
    }

    @Test
    void whatWasHandedToTheAdminsIsDecidedByThem() {
        done(node.decisions.decide(mia.staff(), wish(Verdict.ESCALATE)));

        refused(Refusal.Forbidden.class, node.decisions.decide(max.staff(), wish(Verdict.AGREE, delete())));
        assertThat(outcome()).isEqualTo(ReportOutcome.OPEN);
        Person admin = node.person(GlobalRole.ADMIN);
        var made = done(node.decisions.decide(admin.staff(), wish(Verdict.DISAGREE)));

        assertThat(outcome()).isEqualTo(ReportOutcome.REJECTED);

        String decision = made.decision().id();
        refused(Refusal.Forbidden.class, node.decisions.undo(mia.staff(), decision, ofCase("version"), ids.cid()));
        done(node.decisions.undo(admin.staff(), decision, ofCase("version"), ids.cid()));
        refused(Refusal.Forbidden.class, node.decisions.decide(mia.staff(), wish(Verdict.AGREE)));
    }

    @Test
    void nobodyDecidesOfThemselvesNorLearnsWhoReportedThem() {
        Person staff = node.person(GlobalRole.MODERATOR);
        RoomId open = node.room(staff, RoomKind.PUBLIC, ben);
        report(open, node.posts(staff, open, "rude"));

        refused(Refusal.Forbidden.class, node.decisions.decide(staff.staff(), wish(Verdict.DISAGREE)));
        assertThat(new CaseList(node.database, node.clock)
                        .find(caseId, staff.staff())
                        .orElseThrow()
                        .reports())
                .isEmpty();
        done(node.decisions.note(max.staff(), caseId, "they do this often", ids.cid()));
        var made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE)));
        refused(
                Refusal.Forbidden.class,
                node.decisions.undo(staff.staff(), made.decision().id(), ofCase("version"), ids.cid()));
        refused(
                Refusal.Forbidden.class,
                node.decisions.finish(staff.staff(), made.decision().id()));
        var list = new CaseList(node.database, node.clock);
        var own = list.find(caseId, staff.staff()).orElseThrow();
        assertThat(own.decisions())
                .as("without what was noted")
                .singleElement()
                .satisfies(decision -> assertThat(decision.note()).isEmpty());
        assertThat(own.row().last()).isNotNull().extracting(Decision::note).isEqualTo("");
        var others = list.find(caseId, max.staff()).orElseThrow();
        assertThat(others.decisions())
                .extracting(Decision::note)
                .containsExactlyInAnyOrder("they do this often", "seen before");
        assertThat(node.texts("select why from audit where target = ?", key())).containsExactly("report: agree");
    }

    /** C33 (c) and (e), as far as the product has them: accounts are suspended and leave, never deleted. */
    @Test
    void aCaseOutlivesTheSuspensionOfItsAuthorAndTheLeavingOfItsReporter() {
        node.sql(
                "update account set suspended_until = ? where id = ?",
                253_402_300_799_000L,
                ann.user().value());
        node.sql(
                "update account set suspended_until = ? where id = ?",
                253_402_300_799_000L,
                ben.user().value());
        node.sql(
                "update room_member set role = null where user_id in (?, ?)",
                ann.user().value(),
                ben.user().value());

        var whole = new CaseList(node.database, node.clock)
                .find(caseId, mia.staff())
                .orElseThrow();

        assertThat(whole.copies().getFirst().texts().getFirst().text()).isEqualTo("you are all fools");
        assertThat(whole.reports())
                .singleElement()
                .satisfies(filed -> assertThat(filed.username()).isEqualTo(ben.username()));
        assertThat(whole.obstacles()).doesNotContainKey(Remedy.DELETE);
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete(), mute(null), warn())));
        assertThat(made.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(outcome()).isEqualTo(ReportOutcome.UPHELD);
    }

    @Test
    void aNoteLeavesTheCaseAsItIs() {
        long version = ofCase("version");

        done(node.decisions.note(mia.staff(), caseId, "the third time", ids.cid()));

        assertThat(ofCase("version")).isEqualTo(version);
        assertThat(outcome()).isEqualTo(ReportOutcome.OPEN);
        refused(Refusal.BadRequest.class, node.decisions.note(mia.staff(), caseId, " ", ids.cid()));
    }

    @Test
    void whatIsNotPossibleIsRefusedWithItsReasonBeforeAnythingIsDone() {
        node.does(ann, room, new RoomCommand.DeleteMessage(seq, null));
        assertThat(impossible(delete())).contains("deleted already");
        done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE))); // it can still be decided

        RoomId talk = node.room(ann, RoomKind.DIRECT, ben);
        report(talk, node.posts(ann, talk, "between us"));
        assertThat(impossible(mute(null))).contains("direct conversation");

        Person staff = node.person(GlobalRole.MODERATOR);
        RoomId open = node.room(staff, RoomKind.PUBLIC, ben);
        report(open, node.posts(staff, open, "I may"));
        assertThat(impossible(new Wish.Asked(Remedy.SUSPEND, null))).contains("only an admin");
        assertThat(state()).isEqualTo("open");
    }

    private String impossible(Wish.Asked remedy) {
        return refused(Refusal.BadRequest.class, node.decisions.decide(mia.staff(), wish(Verdict.AGREE, remedy)))
                .message();
    }

    @Test
    void aDecisionTakenBackRestoresWhatWasBeforeAndOpensTheCase() {
        Instant former = in(Duration.ofMinutes(10));
        node.does(ben, room, new RoomCommand.SetSanction(ann.user(), SanctionKind.MUTE, former, null));
        Made made = done(node.decisions.decide(
                mia.staff(), wish(Verdict.AGREE, mute(null), new Wish.Asked(Remedy.SUSPEND, null))));
        assertThat(muted()).isEqualTo(Membership.FOREVER);

        Made undone = done(node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));

        assertThat(undone.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(muted()).isEqualTo(former);
        assertThat(node.number(
                        "select count(*) from account where id = ? and suspended_until is null",
                        ann.user().value()))
                .isEqualTo(1);
        assertThat(state()).isEqualTo("open");
        assertThat(outcome()).isEqualTo(ReportOutcome.OPEN);
        assertThat(node.number(
                        "select count(*) from reporter_standing where reporter_id = ? and agreed = 0",
                        ben.user().value()))
                .isEqualTo(1);
        refused(
                Refusal.Conflict.class,
                node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));
    }

    private String standing() {
        return node.texts(
                        "select coalesce(cast(body as varchar(1000)), '') from room_event where room_id = ? and seq ="
                                + " ?",
                        room.value(),
                        seq)
                .getFirst();
    }

    @Test
    void aDeletedOrHiddenMessageComesBackWithItsTextWhenTheDecisionIsTakenBack() {
        for (Remedy remedy : List.of(Remedy.DELETE, Remedy.HIDE)) {
            Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, new Wish.Asked(remedy, null))));
            assertThat(standing()).isEmpty();

            done(node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));

            assertThat(standing()).contains("you are all fools");
            assertThat(isDeleted()).isFalse();
        }
    }

    @Test
    void whatItsAuthorDeletedMeanwhileDoesNotComeBackAndTheDecisionSaysSo() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete())));
        node.does(ann, room, new RoomCommand.DeleteMessage(seq, null));

        Made undone = done(node.decisions.undo(mia.staff(), made.decision().id(), ofCase("version"), ids.cid()));

        assertThat(undone.decision().acts()).singleElement().satisfies(act -> {
            assertThat(act.state()).isEqualTo(Decision.State.REFUSED);
            assertThat(act.told()).contains("not kept any more");
        });
        assertThat(isDeleted()).isTrue();
    }

    @Test
    void whatSomebodyOfStaffHidByHandComesBackWhenAnotherDisagreesAndStaysWhenTheyIgnoreTheReport() {
        node.does(mia, room, new RoomCommand.HideMessage(seq, null));

        Made made = done(node.decisions.decide(max.staff(), wish(Verdict.IGNORE)));
        assertThat(standing()).isEmpty();
        undo(made, caseId);
        done(node.decisions.decide(max.staff(), wish(Verdict.DISAGREE)));

        assertThat(standing()).contains("you are all fools");
    }

    @Test
    void whatIsHiddenWhileTheAdminsLookComesBackWhenTheyDisagree() {
        done(node.decisions.decide(mia.staff(), wish(Verdict.ESCALATE, new Wish.Asked(Remedy.HIDE, null))));
        assertThat(standing()).isEmpty();
        refused(Refusal.BadRequest.class, node.decisions.decide(mia.staff(), wish(Verdict.ESCALATE, delete())));

        done(node.decisions.decide(node.person(GlobalRole.ADMIN).staff(), wish(Verdict.DISAGREE)));

        assertThat(standing()).contains("you are all fools");
    }

    @Test
    void whatSomebodyChangedSinceIsNotTakenBack() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(in(Duration.ofHours(1))))));
        Instant longer = in(Duration.ofHours(5));
        node.does(ben, room, new RoomCommand.SetSanction(ann.user(), SanctionKind.MUTE, longer, null));

        var refused = refused(
                Refusal.Conflict.class,
                node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));

        assertThat(refused.message()).contains("somebody has changed it since");
        assertThat(muted()).isEqualTo(longer);
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void whatIsReportedAgainAfterItWasDecidedOpensInItsNextRound() {
        done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE)));
        Person cat = node.person();
        node.does(cat, room, new RoomCommand.JoinRoom());

        node.files(cat, room, seq, ReportType.HATE);

        assertThat(state()).isEqualTo("open");
        assertThat(ofCase("round")).isEqualTo(2);
        assertThat(ofCase("score")).isEqualTo(30);
        assertThat(outcome()).isEqualTo(ReportOutcome.REJECTED);
        assertThat(node.reports.mine(cat.user(), "", 1).getFirst().outcome()).isEqualTo(ReportOutcome.OPEN);
    }

    @Test
    void whatAnAdminDidToStaffOnlyAnAdminTakesBack() {
        Person staff = node.person(GlobalRole.MODERATOR);
        RoomId open = node.room(staff, RoomKind.PUBLIC, ben);
        report(open, node.posts(staff, open, "rude"));
        Person admin = node.person(GlobalRole.ADMIN);
        Made made = done(node.decisions.decide(
                admin.staff(), wish(Verdict.AGREE, new Wish.Asked(Remedy.SUSPEND, in(Duration.ofDays(30))))));

        refused(
                Refusal.Forbidden.class,
                node.decisions.undo(mia.staff(), made.decision().id(), ofCase("version"), ids.cid()));

        assertThat(state()).isEqualTo("closed");
        undo(admin, made, caseId);
        assertThat(state()).isEqualTo("open");
    }

    @Test
    void takingBackThatAReportWasIgnoredChangesNobodysWord() {
        done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE)));
        report(room, node.posts(ann, room, "again"));
        Made ignored = done(node.decisions.decide(mia.staff(), wish(Verdict.IGNORE)));

        undo(ignored, caseId);

        assertThat(node.number(
                        "select count(*) from reporter_standing where reporter_id = ? and agreed = 0 and disagreed = 1",
                        ben.user().value()))
                .isEqualTo(1);
    }

    @Test
    void aDecisionAboutAMessageThatStandsOtherwiseSinceIsNotTakenBack() {
        changedAndNotTakenBack(Remedy.DELETE, new RoomCommand.RestoreMessage(seq));
        report(room, node.posts(ann, room, "hidden, then deleted"));
        changedAndNotTakenBack(Remedy.HIDE, new RoomCommand.DeleteMessage(seq, null));
        report(room, node.posts(ann, room, "deleted, then hidden"));
        changedAndNotTakenBack(
                Remedy.DELETE, new RoomCommand.HideMessage(seq, null, RoomCommand.HideMessage.Over.DELETED));
    }

    private void changedAndNotTakenBack(Remedy remedy, RoomCommand since) {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, new Wish.Asked(remedy, null))));
        node.does(max, room, since);
        String stands = standing();

        Refusal refusal = refused(
                Refusal.Conflict.class,
                node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));

        assertThat(refusal.message()).contains("somebody has changed it since");
        assertThat(state()).isEqualTo("closed");
        assertThat(standing()).isEqualTo(stands);
    }

    @Test
    void aSanctionThatWouldHaveEndedMeanwhileIsNotPutBack() {
        Instant now = node.clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant soon = now.plus(Duration.ofMinutes(10));
        node.does(ben, room, new RoomCommand.SetSanction(ann.user(), SanctionKind.MUTE, soon, null));
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(now.plus(Duration.ofDays(1))))));
        node.clock.advance(Duration.ofMinutes(11));

        Made undone = undo(made, caseId);

        assertThat(undone.decision().acts())
                .extracting(Decision.Act::remedy, Decision.Act::state)
                .containsExactly(tuple(Remedy.UNMUTE, Decision.State.DONE));
        assertThat(muted())
                .satisfiesAnyOf(
                        until -> assertThat(until).isNull(),
                        until -> assertThat(until).isBefore(Instant.now()));
    }

    @Test
    void whatAnotherDecisionAsksForInAnotherRoomIsNoReasonToKeepItHere() {
        Made here = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null))));
        String hereCase = caseId;
        RoomId first = room;
        RoomId second = node.room(ben, RoomKind.PUBLIC, ann);
        report(second, node.posts(ann, second, "fools here too"));
        done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null))));

        undo(here, hereCase);

        assertThat(muted()).isEqualTo(Membership.FOREVER);
        room = first;
        assertThat(muted()).isNotEqualTo(Membership.FOREVER);
    }

    @Test
    void whatStaffDeletedByHandIsNotDeletedAgain() {
        node.does(max, room, new RoomCommand.DeleteMessage(seq, null));

        assertThat(impossible(delete())).contains("deleted already");
    }

    @Test
    void aDecisionOfAnEarlierRoundIsNotTakenBack() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE)));
        Person other = node.person();
        node.does(other, room, new RoomCommand.JoinRoom());
        node.files(other, room, seq, ReportType.SPAM);
        assertThat(state()).isEqualTo("open");
        done(node.decisions.decide(mia.staff(), wish(Verdict.IGNORE)));

        refused(
                Refusal.Conflict.class,
                node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));

        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void whatWasLeftUndoneIsFinishedByWhoeverPressesAndDoneOnce() {
        Instant end = in(Duration.ofHours(1));
        node.line = log -> losing(log, RoomCommand.SetSanction.class);
        Made half = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(end), delete())));
        assertThat(half.decision().isPending()).isTrue();
        assertThat(isDeleted()).isTrue();
        assertThat(muted()).isEqualTo(end); // done, though the answer was lost
        refused(
                Refusal.Conflict.class,
                node.decisions.undo(max.staff(), half.decision().id(), ofCase("version"), ids.cid()));

        node.line = UnaryOperator.identity();
        Made whole = done(node.decisions.finish(max.staff(), half.decision().id()));

        assertThat(whole.decision().isPending()).isFalse();
        assertThat(lines()).containsExactly("case.decided", "sanction.set", "msg.deleted");
    }

    @Test
    void whatANodeThatDiedLeftUndoneIsDoneByWhicheverHoldsTheLease() {
        node.line = log -> losing(log, RoomCommand.SetSanction.class);
        Made half = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null))));
        node.line = UnaryOperator.identity();
        var here = new UnfinishedDecisions(node.database, node.remedies, node.autoHide, leases("here"), node.clock);
        var there = new UnfinishedDecisions(node.database, node.remedies, node.autoHide, leases("there"), node.clock);

        here.round();
        assertThat(isPending(half)).isTrue(); // whoever decided it may still be about it
        node.clock.advance(Duration.ofSeconds(11));
        there.round();
        assertThat(isPending(half)).isTrue(); // the lease is elsewhere
        here.round();

        assertThat(isPending(half)).isFalse();
        assertThat(lines()).containsExactly("case.decided", "sanction.set");
        node.sql("delete from lease");
    }

    @Test
    void aDecisionThatCannotBeFinishedKeepsNoOtherFromIt() {
        var halves = new ArrayList<Made>();
        node.line = log -> losing(log, RoomCommand.DeleteMessage.class);
        for (int i = 0; i < 2; i++) {
            report(room, node.posts(ann, room, "one of two"));
            halves.add(done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete()))));
        }
        node.line = firstAt(RoomCommand.DeleteMessage.class, () -> {
            throw new IllegalStateException("a fault of ours");
        });
        var job = new UnfinishedDecisions(node.database, node.remedies, node.autoHide, leases("here"), node.clock);
        node.clock.advance(Duration.ofSeconds(11));

        job.round();

        assertThat(halves).filteredOn(this::isPending).hasSize(1);
        job.round();
        assertThat(halves).noneMatch(this::isPending);
        node.sql("delete from lease");
    }

    /** The node dies when an act is done, before anything else. */
    @Test
    void whatIsDoneToAnAccountOrToldToAPersonIsMarkedWithIt() {
        node.dies = true;
        Made made = done(
                node.decisions.decide(mia.staff(), wish(Verdict.AGREE, warn(), new Wish.Asked(Remedy.SUSPEND, null))));
        assertThat(isPending(made)).isFalse();
        node.sql(
                "update account set suspended_until = null where id = ?",
                ann.user().value()); // by hand, since
        node.remedies.carryOut(made.decision().id());
        assertThat(isSuspended()).isFalse();
        assertThat(ofAnn()).containsExactly("user.warned", "user.suspend");

        report(room, node.posts(ann, room, "again"));
        made = done(
                node.decisions.decide(mia.staff(), wish(Verdict.AGREE, warn(), new Wish.Asked(Remedy.SUSPEND, null))));
        Made undone = done(node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));
        node.remedies.carryOut(undone.decision().id());

        assertThat(undone.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(ofAnn())
                .containsExactly(
                        "user.warned",
                        "user.suspend",
                        "user.warned",
                        "user.suspend",
                        "user.unwarned",
                        "user.unsuspend");
    }

    private List<String> ofAnn() {
        return node.texts(
                "select act from audit where target = ? order by id", ann.user().value());
    }

    @Test
    void whatTwoDecisionsAskForStandsUntilBothAreTakenBack() {
        long worse = node.posts(ann, room, "and worse");
        Made first = suspends();
        long firstVersion = ofCase("version");
        report(room, worse);
        Made second = suspends();

        Made undone = done(node.decisions.undo(max.staff(), first.decision().id(), firstVersion, ids.cid()));

        assertThat(isSuspended()).isTrue();
        assertThat(undone.decision().acts())
                .singleElement()
                .satisfies(act -> assertThat(act.told()).contains("another decision asks for it too"));
        done(node.decisions.undo(max.staff(), second.decision().id(), ofCase("version"), ids.cid()));
        assertThat(isSuspended()).isFalse();
    }

    private Made suspends() {
        return done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, new Wish.Asked(Remedy.SUSPEND, null))));
    }

    private Made undo(Made made, String ofCase) {
        return undo(max, made, ofCase);
    }

    private Made undo(Person by, Made made, String ofCase) {
        long version = node.number("select version from mod_case where id = ?", ofCase);
        return done(node.decisions.undo(by.staff(), made.decision().id(), version, ids.cid()));
    }

    /** Holds these rows while it starts what needs them, until that many wait for somebody. */
    private void whileHeld(String rows, int waiting, Runnable starts) {
        node.database.transactions().write((em, jdbc) -> {
            Sql.update(jdbc, rows);
            starts.run();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> node.number(waiting()) >= waiting);
            return true;
        });
    }

    @Test
    void ofTwoDecisionsThatAskForTheSameAndAreTakenBackAtOnceTheSecondLiftsIt() throws Exception {
        long worse = node.posts(ann, room, "and worse");
        Made first = suspends();
        String firstCase = caseId;
        report(room, worse);
        Made second = suspends();
        String secondCase = caseId;

        try (var threads = Executors.newFixedThreadPool(2)) {
            var undone = new ArrayList<Future<Made>>();
            // both have looked what the other asks for when they come to the reporter, unless one waits for the other
            whileHeld("update reporter_standing set agreed = agreed", 2, () -> {
                undone.add(threads.submit(() -> undo(mia, first, firstCase)));
                undone.add(threads.submit(() -> undo(max, second, secondCase)));
            });
            for (var each : undone) {
                each.get();
            }
        }

        assertThat(isSuspended()).isFalse();
    }

    @Test
    void whatAnotherDecisionAsksForStandsThoughItIsStillToBeDone() {
        long worse = node.posts(ann, room, "and worse");
        Made first = suspends();
        String firstCase = caseId;
        report(room, worse);
        Made second = suspends();
        node.sql(
                "update mod_act set state = 'pending' where decision_id = ?",
                second.decision().id());

        undo(first, firstCase);

        assertThat(isSuspended()).isTrue();
        node.remedies.carryOut(second.decision().id());
        undo(second, caseId);
        assertThat(isSuspended()).isFalse();
    }

    @Test
    void whatIsDecidedWhileAnotherDecisionIsStillToBeDoneLeavesItWhenItIsTakenBack() {
        String firstCase = caseId;
        long worse = node.posts(ann, room, "and worse");
        var second = new ArrayList<Made>();
        node.line = firstAt(RoomCommand.SetSanction.class, () -> {
            report(room, worse);
            second.add(done(node.decisions.decide(max.staff(), wish(Verdict.AGREE, mute(null)))));
        });
        Made first = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null))));

        Made undone = undo(second.getFirst(), caseId);

        assertThat(undone.decision().acts())
                .singleElement()
                .satisfies(act -> assertThat(act.told()).contains("another decision asks for it too"));
        assertThat(muted()).isEqualTo(Membership.FOREVER);
        undo(first, firstCase);
        assertThat(muted()).isNotEqualTo(Membership.FOREVER);
    }

    @Test
    void whatIsDecidedWhileTheSameIsStillToBeLiftedDoesNotBringItBackWhenItIsTakenBack() {
        long worse = node.posts(ann, room, "and worse");
        Made first = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null))));
        String firstCase = caseId;
        var second = new ArrayList<Made>();
        node.line = firstAt(RoomCommand.LiftSanction.class, () -> {
            report(room, worse);
            second.add(done(node.decisions.decide(max.staff(), wish(Verdict.AGREE, mute(null)))));
        });
        undo(first, firstCase);
        node.does(
                ben,
                room,
                new RoomCommand.SetSanction(ann.user(), SanctionKind.MUTE, null, null)); // as in the other order

        undo(second.getFirst(), caseId);

        assertThat(muted()).isNotEqualTo(Membership.FOREVER);
    }

    @Test
    void whatIsStillToBeLiftedStandsWhenAnotherDecisionHasAskedForItMeanwhile() {
        long worse = node.posts(ann, room, "and worse");
        Made first = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null))));
        node.line = log -> without(log, RoomCommand.LiftSanction.class);
        Made undone = undo(first, caseId);
        node.line = UnaryOperator.identity();
        report(room, worse);
        done(node.decisions.decide(max.staff(), wish(Verdict.AGREE, mute(null))));

        node.remedies.carryOut(undone.decision().id());

        assertThat(muted()).isEqualTo(Membership.FOREVER);
        assertThat(told(undone)).containsExactly("another decision asks for it too");
    }

    @Test
    void whatIsStillToBeTakenBackStandsWhenSomebodyHasChangedItMeanwhile() {
        Instant now = node.clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Made first = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(now.plus(Duration.ofHours(1))))));
        node.line = log -> without(log, RoomCommand.LiftSanction.class);
        Made undone = undo(first, caseId);
        node.line = UnaryOperator.identity();
        Instant longer = now.plus(Duration.ofHours(5));
        node.does(ben, room, new RoomCommand.SetSanction(ann.user(), SanctionKind.MUTE, longer, null));

        node.remedies.carryOut(undone.decision().id());

        assertThat(muted()).isEqualTo(longer);
        assertThat(told(undone)).containsExactly("somebody has changed it since");
    }

    /** Its answer was lost, or who did it died before it was marked. */
    @Test
    void whatWasTakenBackAlreadyIsFoundDoneWhateverStandsSince() {
        Instant now = node.clock.instant().truncatedTo(ChronoUnit.MILLIS);
        node.does(
                ben,
                room,
                new RoomCommand.SetSanction(ann.user(), SanctionKind.MUTE, now.plus(Duration.ofHours(1)), null));
        Made longer =
                done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(now.plus(Duration.ofHours(5))))));
        node.line = log -> losing(log, RoomCommand.SetSanction.class);
        Made shorter = undo(longer, caseId);
        node.line = UnaryOperator.identity();
        node.remedies.carryOut(shorter.decision().id());
        assertThat(told(shorter)).isEmpty();
        assertThat(muted()).isEqualTo(now.plus(Duration.ofHours(1)));

        Made again = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(now.plus(Duration.ofHours(3))))));
        node.sql(
                "update mod_act set before_until = null where decision_id = ?",
                again.decision().id());
        node.line = log -> losing(log, RoomCommand.LiftSanction.class);
        Made lifted = undo(again, caseId);
        node.line = UnaryOperator.identity();
        Instant anew = now.plus(Duration.ofHours(7));
        node.does(ben, room, new RoomCommand.SetSanction(ann.user(), SanctionKind.MUTE, anew, null));
        node.remedies.carryOut(lifted.decision().id());

        assertThat(told(lifted)).isEmpty();
        assertThat(muted()).isEqualTo(anew);
    }

    private List<String> told(Made made) {
        return node.texts(
                "select told from mod_act where decision_id = ? and state = 'refused'",
                made.decision().id());
    }

    @Test
    void whoReadACaseBeforeItWasOpenedAgainDecidesNothing() {
        Wish old = wish(Verdict.AGREE, delete());
        Made made = done(node.decisions.decide(max.staff(), wish(Verdict.DISAGREE)));
        undo(made, caseId);

        refused(Refusal.Conflict.class, node.decisions.decide(mia.staff(), old));

        assertThat(state()).isEqualTo("open");
        assertThat(isDeleted()).isFalse();
    }

    @Test
    void whatThreeDecisionsAskForIsGoneWhenAllWereTakenBackInTurn() {
        List<Long> messages = List.of(node.posts(ann, room, "2"), node.posts(ann, room, "3"));
        Made first = suspends();
        String firstCase = caseId;
        report(room, messages.get(0));
        Made second = suspends();
        String secondCase = caseId;
        undo(first, firstCase);
        report(room, messages.get(1));
        Made third = suspends();
        undo(second, secondCase);
        assertThat(isSuspended()).isTrue();

        undo(third, caseId);

        assertThat(isSuspended()).isFalse();
    }

    @Test
    void whatAnEarlierDecisionAskedForAndSomebodyLiftedIsNoReasonToKeepIt() {
        suspends();
        node.sql(
                "update account set suspended_until = null where id = ?",
                ann.user().value());
        report(room, node.posts(ann, room, "and worse"));
        node.clock.advance(Duration.ofMillis(1));
        Made second = suspends();

        done(node.decisions.undo(max.staff(), second.decision().id(), ofCase("version"), ids.cid()));

        assertThat(isSuspended()).isFalse();
    }

    private boolean isPending(Made made) {
        return node.number(
                        "select count(*) from mod_act where decision_id = ? and state = 'pending'",
                        made.decision().id())
                > 0;
    }

    private Leases leases(String name) {
        return new Leases(node.database, new NodeId(name), ids);
    }

    private static Wish.Asked warn() {
        return new Wish.Asked(Remedy.WARN, null);
    }

    @Test
    void whoIsWarnedHasOneNoticeUntilTheyHaveSeenIt() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, warn())));
        node.sql(
                "update mod_act set state = 'pending' where decision_id = ?",
                made.decision().id());
        done(node.decisions.finish(mia.staff(), made.decision().id())); // as after a lost answer

        assertThat(node.notices.unseen(ann.user())).singleElement().satisfies(notice -> {
            assertThat(notice.text()).isEqualTo("be kind");
            assertThat(notice.kind()).isEqualTo(Notice.Kind.WARNING);
        });
        assertThat(node.notices.unseen(List.of(ann.user(), ben.user()))).hasSize(1);
        String id = node.notices.unseen(ann.user()).getFirst().id();
        node.notices.seen(ben.user(), id); // not theirs
        assertThat(node.notices.unseen(ann.user())).hasSize(1);
        node.notices.seen(ann.user(), id);
        assertThat(node.notices.unseen(ann.user())).isEmpty();
        assertThat(node.notices.changed(node.clock.instant().minusSeconds(20)))
                .filteredOn(notice -> notice.id().equals(id))
                .singleElement()
                .satisfies(notice -> assertThat(notice.seen()).isTrue());
    }

    @Test
    void aWarningIsTakenBackAsLongAsItWasNotSeen() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, warn())));
        Made undone = done(node.decisions.undo(mia.staff(), made.decision().id(), ofCase("version"), ids.cid()));
        assertThat(undone.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(node.notices.unseen(ann.user())).isEmpty();

        Made again = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, warn())));
        node.notices.seen(ann.user(), node.notices.unseen(ann.user()).getFirst().id());
        Made late = done(node.decisions.undo(mia.staff(), again.decision().id(), ofCase("version"), ids.cid()));
        assertThat(late.decision().acts()).singleElement().satisfies(act -> {
            assertThat(act.state()).isEqualTo(Decision.State.REFUSED);
            assertThat(act.told()).contains("seen it already");
        });
        assertThat(node.texts(
                        "select act from audit where target = ? order by id",
                        ann.user().value()))
                .containsExactly("user.warned", "user.unwarned", "user.warned");
    }

    @Test
    void whoIsRemovedFromTheRoomIsNoMemberAnyMore() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, new Wish.Asked(Remedy.KICK, null))));

        assertThat(made.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(node.number(
                        "select count(*) from room_member where room_id = ? and user_id = ? and role is not null",
                        room.value(),
                        ann.user().value()))
                .isZero();
        Made undone = done(node.decisions.undo(mia.staff(), made.decision().id(), ofCase("version"), ids.cid()));
        assertThat(undone.decision().acts()).isEmpty();
        assertThat(impossible(new Wish.Asked(Remedy.KICK, null))).contains("not in the room");
    }

    @Test
    void whoeverReportedIsToldOfADecisionThatStands() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE)));
        CaseRow about =
                node.database.reads().query(jdbc -> CaseRow.find(jdbc, caseId)).orElseThrow();

        assertThat(node.reports.decided(about)).singleElement().satisfies(told -> {
            assertThat(told.reporter()).isEqualTo(ben.user());
            assertThat(told.outcome()).isEqualTo(ReportOutcome.UPHELD);
        });
        done(node.decisions.undo(mia.staff(), made.decision().id(), ofCase("version"), ids.cid()));
        assertThat(node.reports.decided(about)).isEmpty();
    }

    private Decisions.Other other() {
        return new Decisions.Other(caseId, ofCase("version"));
    }

    @Test
    void casesOfOnePersonOrOneTextAreDecidedTogetherAndThePersonIsActedOnOnce() {
        Person cat = node.person();
        node.does(cat, room, new RoomCommand.JoinRoom());
        report(room, node.posts(cat, room, "You  are all FOOLS "));
        Decisions.Other sameText = other();
        report(room, node.posts(ann, room, "something else"));
        Decisions.Other sameAuthor = other();
        report(room, node.posts(ann, room, "decided by another"));
        Decisions.Other beaten = other();
        report(room, node.posts(ann, room, "you are all fools"));
        done(node.decisions.decide(
                max.staff(), new Wish(beaten.caseId(), 1, Verdict.DISAGREE, List.of(), "", "", ids.cid())));
        var list = new CaseList(node.database, node.clock);
        CaseRow about = list.row(caseId, Reach.ALL).orElseThrow().about();

        List<CaseList.Alike> alike = list.alike(about, Reach.ALL);
        assertThat(alike).extracting(each -> each.row().about().id()).contains(sameText.caseId(), sameAuthor.caseId());
        assertThat(alike)
                .filteredOn(each -> each.row().about().id().equals(sameText.caseId()))
                .allSatisfy(each -> assertThat(each.sameText()).isTrue());
        assertThat(alike).extracting(each -> each.row().about().id()).doesNotContain(caseId, beaten.caseId());

        Wish wish = wish(Verdict.AGREE, delete(), mute(null), warn());
        var others = List.of(sameText, sameAuthor, beaten);
        var together = done(node.decisions.decide(mia.staff(), wish, others));
        var again = done(node.decisions.decide(mia.staff(), wish, others));

        refused(Refusal.Conflict.class, together.others().get(beaten));
        assertThat(done(together.others().get(sameText)).decision().acts())
                .singleElement()
                .satisfies(act -> assertThat(act.remedy()).isEqualTo(Remedy.DELETE));
        assertThat(done(again.others().get(sameAuthor)).duplicate()).isTrue();
        assertThat(node.number(
                        "select count(*) from mod_case where author_id in (?, ?) and state = 'closed'",
                        ann.user().value(),
                        cat.user().value()))
                .isEqualTo(4);
        assertThat(node.notices.unseen(ann.user())).hasSize(1);
        assertThat(node.notices.unseen(cat.user())).isEmpty();
        assertThat(list.alike(about, Reach.ALL))
                .extracting(each -> each.row().about().id())
                .doesNotContain(sameText.caseId());
    }

    @Test
    void adminsEditTheReadyReasonsAndNobodyElse() {
        Person admin = node.person(GlobalRole.ADMIN);
        var kind = new ReasonTemplate("t_kind", "Kindness", "Be kind.", "second time: mute", ReportType.HATE, 0);

        refused(Refusal.Forbidden.class, node.templates.put(mia.staff(), kind));
        assertThat(done(node.templates.put(admin.staff(), kind))).isTrue();
        assertThat(done(node.templates.put(admin.staff(), kind))).isFalse(); // so it is already
        assertThat(node.templates.all()).hasSize(8).first().isEqualTo(kind);
        var better = new ReasonTemplate("t_kind", "Kindness", "Be kind, please.", "", null, 900);
        assertThat(done(node.templates.put(admin.staff(), better))).isTrue();
        assertThat(node.templates.find("t_kind")).contains(better);
        refused(
                Refusal.BadRequest.class,
                node.templates.put(admin.staff(), new ReasonTemplate("t_kind", " ", "x", "", null, 1)));
        refused(Refusal.Forbidden.class, node.templates.remove(mia.staff(), "t_kind"));
        assertThat(done(node.templates.remove(admin.staff(), "t_kind"))).isTrue();
        assertThat(done(node.templates.remove(admin.staff(), "t_kind"))).isFalse();
        assertThat(node.texts("select act from audit where target = 't_kind' order by id"))
                .containsExactly("template.set", "template.set", "template.removed");
    }

    @Test
    void aChangeOfACaseIsToldOnceOnEachNode() {
        var told = new ArrayList<CaseRow>();
        var feed = new CaseFeed(node.database, changed -> told.addAll(changed.cases()), node.clock);
        feed.round();
        assertThat(told).extracting(CaseRow::id).contains(caseId);
        told.clear();

        feed.round();
        assertThat(told).isEmpty();
        new Claims(node.database, node.settings, node.clock).take(mia.staff(), caseId, false);
        feed.round();
        assertThat(told)
                .singleElement()
                .satisfies(row -> assertThat(row.claimedBy()).isEqualTo(mia.user()));
        told.clear();
        done(node.decisions.decide(mia.staff(), wish(Verdict.IGNORE)));
        feed.round();
        assertThat(told)
                .singleElement()
                .satisfies(row -> assertThat(row.isClosed()).isTrue());
        told.clear();
        Person cat = node.person();
        node.does(cat, room, new RoomCommand.JoinRoom());
        node.files(cat, room, seq, ReportType.HATE);
        feed.round();
        assertThat(told)
                .singleElement()
                .satisfies(row -> assertThat(row.round()).isEqualTo(2));
        assertThat(feed.recent()).extracting(CaseRow::id).contains(caseId);
        told.clear();
        node.clock.advance(Duration.ofSeconds(30));
        feed.round();
        feed.round();
        assertThat(told).isEmpty();
        assertThat(feed.recent()).isEmpty();
    }

    @Test
    void whatAListenerFailedAtOrHappenedWhileTheDatabaseWasAwayIsToldLater() {
        var failing = new AtomicBoolean(true);
        var told = new ArrayList<CaseRow>();
        var feed = new CaseFeed(
                node.database,
                changed -> {
                    if (failing.get()) {
                        throw new IllegalStateException("a listener");
                    }
                    told.addAll(changed.cases());
                },
                node.clock);
        assertThatThrownBy(feed::round).hasMessage("a listener");
        failing.set(false);

        feed.round();

        assertThat(told).extracting(CaseRow::id).contains(caseId);
        told.clear();
        done(node.decisions.decide(mia.staff(), wish(Verdict.IGNORE)));
        assertThat(feed.isBehind()).isFalse();
        node.clock.advance(Duration.ofMinutes(3)); // in which no round was possible
        assertThat(feed.isBehind()).isTrue();
        feed.round();
        assertThat(feed.isBehind()).isFalse();
        assertThat(told).extracting(CaseRow::id).containsExactly(caseId);
    }

    @Test
    void whatIsDecidedTogetherIsLeftToTheServerWhenItTakesTooLong() {
        String first = caseId;
        report(room, node.posts(ann, room, "you are all fools"));
        var other = new Decisions.Other(caseId, ofCase("version"));
        caseId = first;
        Wish wish = wish(Verdict.AGREE, delete());
        node.line = firstAt(RoomCommand.DeleteMessage.class, () -> node.clock.advance(Duration.ofSeconds(9)));

        var together = done(node.decisions.decide(mia.staff(), wish, List.of(other)));

        assertThat(together.first().decision().isPending()).isFalse();
        Made left = done(together.others().get(other));
        assertThat(left.decision().isPending()).isTrue();
        node.remedies.carryOut(left.decision().id());
        assertThat(isPending(left)).isFalse();
    }

    @Test
    void whatIsDecidedWaitsForNoRoomAfterSomeSeconds() {
        node.line = firstAt(RoomCommand.DeleteMessage.class, () -> node.clock.advance(Duration.ofSeconds(9)));

        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete(), mute(null))));

        assertThat(made.decision().acts())
                .extracting(Decision.Act::state)
                .containsExactly(Decision.State.DONE, Decision.State.PENDING);
        assertThat(muted()).isNull();
        node.remedies.carryOut(made.decision().id());
        assertThat(muted()).isEqualTo(Membership.FOREVER);
    }

    @Test
    @Timeout(20) // a room is waited for up to 30 seconds
    void aRoomThatDoesNotAnswerIsWaitedForOnlyUntilTheEnd() {
        node.line = log -> losing(log, RoomCommand.DeleteMessage.class);
        Made half = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete())));
        node.line = log -> silent();

        node.remedies.carryOut(half.decision().id(), node.clock.instant().plus(Duration.ofMillis(50)));

        assertThat(isPending(half)).isTrue();
        node.line = UnaryOperator.identity();
        node.remedies.carryOut(half.decision().id());
        assertThat(isPending(half)).isFalse();
    }

    @Test
    void aMessageThatWasHiddenWhileManyWereDecidedComesBackThoughThatTookTooLong() {
        report(room, node.posts(ann, room, "the first"));
        hideByItself();
        String first = caseId;
        long firstSeq = seq;
        report(room, node.posts(ann, room, "the other"));
        weigh();
        var other = other();
        long otherSeq = seq;
        caseId = first;
        node.line = firstAt(RoomCommand.RestoreMessage.class, () -> {
            node.clock.advance(Duration.ofSeconds(9));
            hideAsIfItWereOpen(other.caseId(), otherSeq);
        });

        done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE), List.of(other)));

        seq = firstSeq;
        assertThat(standing()).contains("the first");
        seq = otherSeq; // sent, but not waited for
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> standing().contains("the other"));
    }

    /** It had read the case before that was decided. */
    private void hideAsIfItWereOpen(String which, long message) {
        node.sql("update mod_case set state = 'open' where id = ?", which);
        node.autoHide.reported(new Target.Message(room, message));
        node.sql("update mod_case set state = 'closed' where id = ?", which);
    }

    @Test
    void aMessageThatWasHiddenWhileItsDecisionWasLeftUndoneComesBackWithIt() {
        weigh();
        node.line = log -> losing(log, RoomCommand.SetSanction.class);
        Made half = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null))));
        hideAsIfItWereOpen(caseId, seq);
        assertThat(standing()).isEmpty();
        node.line = UnaryOperator.identity();
        node.clock.advance(Duration.ofSeconds(11));

        new UnfinishedDecisions(node.database, node.remedies, node.autoHide, leases("here"), node.clock).round();

        assertThat(isPending(half)).isFalse();
        assertThat(standing()).contains("you are all fools");
        node.sql("delete from lease");
    }

    @Test
    void anOutcomeThatOnlyANewerNodeKnowsIsToldOnceAsClosedAndKeepsNobodyFromTheirs() {
        Made newer = done(node.decisions.decide(mia.staff(), wish(Verdict.IGNORE)));
        node.sql(
                "update mod_decision set verdict = 'defer' where id = ?",
                newer.decision().id());
        String first = caseId;
        report(room, node.posts(ann, room, "something else"));
        done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE)));
        var told = new ArrayList<Reports.Decided>();
        var feed = new CaseFeed(
                node.database,
                changed -> changed.cases().stream()
                        .filter(about -> about.id().equals(first) || about.id().equals(caseId))
                        .forEach(about -> told.addAll(node.reports.decided(about))),
                node.clock);

        feed.round();
        feed.round();

        assertThat(told)
                .extracting(Reports.Decided::outcome)
                .containsExactlyInAnyOrder(ReportOutcome.CLOSED, ReportOutcome.UPHELD);
        assertThat(node.reports.mine(ben.user(), "", 2))
                .extracting(Reports.Mine::outcome)
                .containsExactly(ReportOutcome.UPHELD, ReportOutcome.CLOSED);
    }

    @Test
    void whatMarksItselfIsWrittenOnce() {
        node.marks.set(0);

        Made made = done(node.decisions.decide(
                mia.staff(), wish(Verdict.AGREE, delete(), warn(), new Wish.Asked(Remedy.SUSPEND, null))));
        Made undone = undo(made, caseId);

        assertThat(made.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(undone.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(node.marks).hasValue(2); // of what was done in the room
    }

    @Test
    void whoRemovesAReadyReasonThatAnotherAdminHasChangedIsToldSo() {
        Person admin = node.person(GlobalRole.ADMIN);
        var first = new ReasonTemplate("t_gone", "Gone", "Be kind.", "", null, 500);
        done(node.templates.put(admin.staff(), first, ""));
        var second = new ReasonTemplate("t_gone", "Gone", "Be kinder.", "", null, 500);
        done(node.templates.put(admin.staff(), second, first.version()));

        refused(Refusal.Conflict.class, node.templates.remove(admin.staff(), "t_gone", first.version()));

        assertThat(node.templates.find("t_gone")).contains(second);
        assertThat(done(node.templates.remove(admin.staff(), "t_gone", second.version())))
                .isTrue();
        assertThat(done(node.templates.remove(admin.staff(), "t_gone", second.version())))
                .as("sent twice")
                .isFalse();
    }

    @Test
    void ofTwoWhoAddTheSameReadyReasonAtOnceTheSecondIsToldThatItWasSoAlready() throws Exception {
        Person admin = node.person(GlobalRole.ADMIN);
        var template = new ReasonTemplate("t_once", "Once", "Be kind.", "", null, 500);
        var second = new ArrayList<Future<Outcome<Boolean>>>();
        try (var thread = Executors.newSingleThreadExecutor()) {
            whileHeld(
                    "insert into reason_template (id, title, text, note, type, place)"
                            + " values ('t_once', 'Once', 'Be kind.', '', null, 500)",
                    1,
                    () -> second.add(thread.submit(() -> node.templates.put(admin.staff(), template, ""))));

            assertThat(done(second.getFirst().get())).isFalse();
        }
        done(node.templates.remove(admin.staff(), "t_once"));
    }

    @Test
    void ofTwoAdminsWhoChangeAReadyReasonTheSecondIsToldThatTheyCameTooLate() {
        Person admin = node.person(GlobalRole.ADMIN);
        var first = new ReasonTemplate("t_two", "Two", "Be kind.", "", null, 500);
        done(node.templates.put(admin.staff(), first, ""));
        var second = new ReasonTemplate("t_two", "Two", "Be kinder.", "", null, 500);
        done(node.templates.put(admin.staff(), second, first.version()));

        var late = new ReasonTemplate("t_two", "Two", "Be nice.", "", null, 500);
        refused(Refusal.Conflict.class, node.templates.put(admin.staff(), late, first.version()));
        assertThat(done(node.templates.put(admin.staff(), second, first.version())))
                .as("the same once more")
                .isFalse();

        assertThat(node.templates.find("t_two")).contains(second);
        done(node.templates.remove(admin.staff(), "t_two"));
        refused(Refusal.Conflict.class, node.templates.put(admin.staff(), late, second.version()));
    }

    @Test
    void whatWasDecidedIsFinishedThoughWhoDecidedIsNoLongerStaff() {
        node.line = log -> losing(log, RoomCommand.DeleteMessage.class);
        Made half = done(node.decisions.decide(
                mia.staff(), wish(Verdict.AGREE, delete(), new Wish.Asked(Remedy.SUSPEND, null))));
        node.sql(
                "update mod_act set state = 'pending' where decision_id = ?",
                half.decision().id());
        node.sql("update account set role = 'user' where id = ?", mia.user().value());
        node.sql(
                "update account set suspended_until = null where id = ?",
                ann.user().value());

        node.line = UnaryOperator.identity();
        Made whole = done(node.decisions.finish(max.staff(), half.decision().id()));

        assertThat(whole.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(isSuspended()).isTrue();
        assertThat(node.texts(
                        "select state_after from audit where target = ? and actor_id = 'u_confab'",
                        ann.user().value()))
                .hasSize(2)
                .allSatisfy(after -> assertThat(after).endsWith(", on behalf of " + mia.user()));
    }

    private boolean isSuspended() {
        return node.number(
                        "select count(*) from account where id = ? and suspended_until is not null",
                        ann.user().value())
                == 1;
    }

    /** A log in front of which something happens the first time that such a command comes. */
    private static UnaryOperator<RoomLog> firstAt(Class<? extends RoomCommand> type, Runnable happens) {
        var first = new AtomicBoolean(true);
        return log -> new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                if (type.isInstance(submission.command()) && first.getAndSet(false)) {
                    happens.run();
                }
                return log.submit(submission);
            }

            @Override
            public CompletionStage<Answer> create(
                    io.confab.kernel.Caller caller, RoomCommand.CreateRoom command, String cid) {
                return CompletableFuture.failedStage(new UnsupportedOperationException());
            }
        };
    }

    @Test
    void anActIsNotDoneAnyMoreWhenItsDecisionWasFinishedByAnotherAndTakenBack() {
        Wish wish = wish(Verdict.AGREE, mute(null), new Wish.Asked(Remedy.SUSPEND, null));
        node.line = firstAt(RoomCommand.SetSanction.class, () -> {
            String decision = node.texts("select id from mod_decision where case_id = ?", caseId)
                    .getFirst();
            done(node.decisions.finish(max.staff(), decision));
            done(node.decisions.undo(max.staff(), decision, ofCase("version"), ids.cid()));
        });

        done(node.decisions.decide(mia.staff(), wish));

        assertThat(muted()).isNotEqualTo(Membership.FOREVER);
        assertThat(isSuspended()).isFalse();
        assertThat(state()).isEqualTo("open");
    }

    @Test
    void anActThatAnotherHasGivenUpMeanwhileIsNotDone() {
        node.line = firstAt(
                RoomCommand.SetSanction.class,
                () -> node.sql(
                        "update mod_act set state = 'refused', told = 'gone' where act = 'delete' and decision_id in"
                                + " (select id from mod_decision where case_id = ?)",
                        caseId));

        done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(null), delete())));

        assertThat(isDeleted()).isFalse();
    }

    @Test
    void whatLiftsOrComesTwiceIsNothingThatADecisionHolds() {
        assertThat(impossible(new Wish.Asked(Remedy.UNMUTE, null))).contains("at most once");
        Wish twice = wish(Verdict.AGREE, delete(), delete());
        assertThat(refused(Refusal.BadRequest.class, node.decisions.decide(mia.staff(), twice))
                        .message())
                .contains("at most once");
        assertThat(state()).isEqualTo("open");
    }

    private void weigh() {
        node.sql("update mod_case set score = ? where id = ?", ReportNode.HIDE_SCORE, caseId);
    }

    private void hideByItself() {
        weigh();
        node.autoHide.reported(new Target.Message(room, seq));
        assertThat(standing()).isEmpty();
    }

    @Test
    void whatTheServerHidComesBackWhenItIsDecidedThatItStays() {
        for (Wish.Asked[] remedies : List.of(new Wish.Asked[0], new Wish.Asked[] {mute(in(Duration.ofHours(1)))})) {
            report(room, node.posts(ann, room, "many say so"));
            hideByItself();

            done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, remedies)));

            assertThat(standing()).contains("many say so");
            node.does(ben, room, new RoomCommand.LiftSanction(ann.user(), SanctionKind.MUTE));
        }
        report(room, node.posts(ann, room, "and so"));
        hideByItself();
        Made ignored = done(node.decisions.decide(mia.staff(), wish(Verdict.IGNORE)));
        assertThat(standing()).contains("and so");

        done(node.decisions.undo(max.staff(), ignored.decision().id(), ofCase("version"), ids.cid()));
        assertThat(standing()).isEmpty(); // as it was before

        done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, new Wish.Asked(Remedy.HIDE, null))));
        assertThat(standing()).isEmpty();
    }

    @Test
    void whatTheServerHidAndAMassDeletionTookIsNotShownByADecisionThatItStays() {
        for (Verdict verdict : List.of(Verdict.IGNORE, Verdict.DISAGREE)) {
            report(room, node.posts(ann, room, "spam"));
            hideByItself();
            done(node.deletesMany(room, List.of(seq)));

            done(node.decisions.decide(mia.staff(), wish(verdict)));

            assertThat(standing()).isEmpty();
        }
    }

    @Test
    void theServerHidesNothingThatWasDecidedAtTheSameMoment() {
        weigh();
        node.line = firstAt(
                RoomCommand.HideMessage.class, () -> done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE))));

        node.autoHide.reported(new Target.Message(room, seq)); // had read the case before it was decided

        assertThat(standing()).contains("you are all fools");

        report(room, node.posts(ann, room, "once more"));
        weigh();
        node.line = firstAt(RoomCommand.SetSanction.class, () -> {
            node.sql("update mod_case set state = 'open' where id = ?", caseId); // it reads what stood before
            node.autoHide.reported(new Target.Message(room, seq));
            assertThat(standing()).isEmpty();
            node.sql("update mod_case set state = 'closed' where id = ?", caseId);
        });
        done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, mute(in(Duration.ofHours(1))))));
        assertThat(standing()).contains("once more");
    }

    @Test
    void takingTheDeletionOfAHiddenMessageBackLeavesItHidden() {
        hideByItself();
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete())));

        Made undone = done(node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));

        assertThat(undone.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(standing()).isEmpty();
        assertThat(lines()).doesNotContain("msg.restored");
        done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE)));
        assertThat(standing()).contains("you are all fools");
    }

    @Test
    void whatTheRoomsModeratorDeletedIsTheirsNoMoreOnceStaffHaveDecidedIt() {
        node.does(ben, room, new RoomCommand.DeleteMessage(seq, null)); // its owner

        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE, delete())));

        assertThat(made.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        assertThat(node.refuses(ben, room, new RoomCommand.RestoreMessage(seq))).isInstanceOf(Refusal.Forbidden.class);
        Made undone = done(node.decisions.undo(max.staff(), made.decision().id(), ofCase("version"), ids.cid()));
        assertThat(undone.decision().acts())
                .singleElement()
                .satisfies(act -> assertThat(act.told()).contains("had deleted it before"));
        assertThat(standing()).isEmpty();
        assertThat(impossible(new Wish.Asked(Remedy.HIDE, null))).contains("deleted already");
    }

    @Test
    void theDecisionIsShownHoweverManyNotesCameAfterIt() {
        Made made = done(node.decisions.decide(mia.staff(), wish(Verdict.DISAGREE)));
        for (int i = 0; i < 210; i++) {
            node.sql(
                    "insert into mod_decision (id, case_id, round, verdict, by_id, command, at, closes, reason, note)"
                            + " values (?, ?, 1, 'note', ?, ?, ?, false, '', 'hm')",
                    ids.cid(),
                    caseId,
                    mia.user().value(),
                    ids.cid(),
                    node.clock.millis() + 1 + i);
        }

        var whole = new CaseList(node.database, node.clock)
                .find(caseId, mia.staff())
                .orElseThrow();

        assertThat(whole.decisions()).hasSize(101).last().isEqualTo(made.decision());
    }

    @Test
    void twoWhoDecideAboutTheSameReportersAtTheSameMomentBothDo() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<Person> people = List.of(node.person(), node.person(), node.person(), node.person());
            people.forEach(person -> node.does(person, room, new RoomCommand.JoinRoom()));
            var wishes = new ArrayList<Wish>();
            for (List<Person> reporters : List.of(people, people.reversed())) {
                report(room, node.posts(ann, room, "fools again"));
                reporters.forEach(person -> node.files(person, room, seq, ReportType.SPAM));
                wishes.add(wish(Verdict.AGREE));
            }
            node.sql("delete from reporter_standing");
            var together = new CyclicBarrier(2);
            try (var threads = Executors.newFixedThreadPool(2)) {
                var first = threads.submit(() -> {
                    together.await();
                    return node.decisions.decide(mia.staff(), wishes.get(0));
                });
                var second = threads.submit(() -> {
                    together.await();
                    return node.decisions.decide(max.staff(), wishes.get(1));
                });
                done(first.get());
                done(second.get());
            }
            assertThat(node.number("select min(agreed) from reporter_standing")).isEqualTo(2);
            node.clock.advance(Duration.ofDays(2)); // for the next reports of the day
        }
    }

    /** A log that never answers. */
    private static RoomLog silent() {
        return new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletionStage<Answer> create(
                    io.confab.kernel.Caller caller, RoomCommand.CreateRoom command, String cid) {
                return CompletableFuture.failedStage(new UnsupportedOperationException());
            }
        };
    }

    /** A log that such commands do not come to. */
    private static RoomLog without(RoomLog log, Class<? extends RoomCommand> type) {
        return new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                return type.isInstance(submission.command())
                        ? CompletableFuture.completedStage(new Answer.Refused(new Refusal.Internal("lost")))
                        : log.submit(submission);
            }

            @Override
            public CompletionStage<Answer> create(
                    io.confab.kernel.Caller caller, RoomCommand.CreateRoom command, String cid) {
                return log.create(caller, command, cid);
            }
        };
    }

    /** A log whose answers to such commands get lost on the way. */
    private static RoomLog losing(RoomLog log, Class<? extends RoomCommand> type) {
        return new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                CompletionStage<Answer> answer = log.submit(submission);
                return type.isInstance(submission.command())
                        ? answer.thenApply(done -> new Answer.Refused(new Refusal.Internal("lost")))
                        : answer;
            }

            @Override
            public CompletionStage<Answer> create(
                    io.confab.kernel.Caller caller, RoomCommand.CreateRoom command, String cid) {
                return CompletableFuture.failedStage(new UnsupportedOperationException());
            }
        };
    }
}
