package io.confab.report;

import static io.confab.report.ReportNode.done;
import static io.confab.report.ReportNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.report.Decisions.Made;
import io.confab.report.ReportNode.Person;
import io.confab.room.Membership;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

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
                        .find(caseId, staff.user(), GlobalRole.MODERATOR)
                        .orElseThrow()
                        .reports())
                .isEmpty();
        var made = done(node.decisions.decide(mia.staff(), wish(Verdict.AGREE)));
        refused(
                Refusal.Forbidden.class,
                node.decisions.undo(staff.staff(), made.decision().id(), ofCase("version"), ids.cid()));
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
                        "select coalesce(cast(body as varchar(1000)), '') from room_event where room_id = ? and seq = ?",
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
