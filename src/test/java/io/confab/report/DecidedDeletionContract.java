package io.confab.report;

import static io.confab.report.ReportNode.done;
import static io.confab.report.ReportNode.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.job.Job;
import io.confab.job.Jobs;
import io.confab.job.Task;
import io.confab.kernel.Caller;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.log.RoomLog;
import io.confab.report.Decisions.Made;
import io.confab.report.ReportNode.Person;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Decisions that delete what somebody said lately, on whichever database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DecidedDeletionContract {
    private static final Duration DAY = Duration.ofDays(1);
    private final Ids ids = new Ids();

    private ReportNode node;
    private Person ann;
    private Person ben;
    private Person mia;
    private Person max;
    private RoomId room;
    private RoomId other;
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
        node.countingFails = false;
        node.clock.set(Instant.now());
        ann = node.person();
        ben = node.person();
        mia = node.person(GlobalRole.MODERATOR);
        max = node.person(GlobalRole.MODERATOR);
        room = node.room(ben, RoomKind.PUBLIC, ann);
        other = node.room(ben, RoomKind.PRIVATE, ann);
        node.posts(ann, room, "one");
        node.posts(ann, other, "two");
        report(node.posts(ann, room, "you are all fools"));
    }

    private void report(long which) {
        seq = which;
        node.files(ben, room, seq, ReportType.HARASSMENT);
        caseId = ofTarget(room.value() + "/" + seq);
    }

    private String ofTarget(String key) {
        return node.texts("select id from mod_case where target = ?", key).getFirst();
    }

    private static Wish.Asked recent(Duration back) {
        return new Wish.Asked(Remedy.DELETE_RECENT, null, back);
    }

    private static Wish.Asked mute(@Nullable Instant until) {
        return new Wish.Asked(Remedy.MUTE, until);
    }

    private long version() {
        return node.number("select version from mod_case where id = ?", caseId);
    }

    private Wish wish(Wish.Asked... remedies) {
        return new Wish(caseId, version(), Verdict.AGREE, List.of(remedies), "be kind", "", ids.cid());
    }

    private Made decides(Wish.Asked... remedies) {
        return done(node.decisions.decide(mia.staff(), wish(remedies)));
    }

    private Made takesBack(Made made) {
        return done(node.decisions.undo(max.staff(), made.decision().id(), version(), ids.cid()));
    }

    private static Decision.Act last(Made made) {
        return made.decision().acts().getLast();
    }

    /** The id of the job that a decision's last act ordered. */
    private static String job(Made made) {
        return made.decision().jobOf(last(made)).orElseThrow();
    }

    private long standing() {
        return node.number(
                "select count(*) from room_event where by_id = ? and type = 'msg.new' and deleted_seq is null",
                ann.user().value());
    }

    private boolean isHidden() {
        return node.number(
                        "select count(*) from room_event e join room_event d on d.room_id = e.room_id and d.seq ="
                                + " e.deleted_seq where e.room_id = ? and e.seq = ? and cast(d.detail as varchar) like"
                                + " '%hidden%'",
                        room.value(), seq)
                == 1;
    }

    private boolean isMuted(RoomId where) {
        return node.number(
                        "select count(*) from room_member where room_id = ? and user_id = ? and muted_until is not null",
                        where.value(),
                        ann.user().value())
                == 1;
    }

    private void hideByItself() {
        node.sql("update mod_case set score = ? where id = ?", ReportNode.HIDE_SCORE, caseId);
        node.autoHide.reported(new Target.Message(room, seq));
        assertThat(isHidden()).isTrue();
    }

    private List<String> lines(String act) {
        return node.texts(
                "select concat(actor_id, ': ', state_after) from audit where act = ? and target = ? order by id",
                act,
                ann.user().value());
    }

    @Test
    void whatSomebodySaidLatelyIsDeletedInAllTheirRoomsAndTheyAreMutedThere() {
        Made made = decides(recent(DAY));

        assertThat(last(made).state()).isEqualTo(Decision.State.DONE);
        assertThat(made.decision().summary()).isEqualTo("agree: delete what they said in the last 24 hours");
        Job job = node.runs(job(made));
        assertThat(job.by()).isEqualTo(mia.user());
        assertThat(job.orderedAt()).isEqualTo(made.decision().at());
        assertThat(job.progress().done()).isEqualTo(3);
        assertThat(standing()).isZero();
        assertThat(isMuted(room) && isMuted(other)).isTrue();
        assertThat(lines("deletion.ordered"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith(UserId.SERVER + ": job " + job.id())
                        .endsWith("on behalf of " + mia.user()));
        var list = new CaseList(node.database, node.clock);
        assertThat(list.ofJob(job.id())).contains(caseId);
        assertThat(list.ofJob("something")).isEmpty();
        assertThat(list.ofJob(made.decision().id() + "-7")).as("no act of it").isEmpty();
        assertThat(lines("job.done"))
                .singleElement()
                .satisfies(line ->
                        assertThat(line).startsWith(UserId.SERVER + ": ").endsWith("on behalf of " + mia.user()));
    }

    @Test
    void itIsPossibleForAReportOfAPersonToo() {
        done(node.reports.person(ben.user(), ann.user(), new Reports.Complaint(ReportType.SPAM, "")));
        caseId = ofTarget(ann.user().value());

        Made made = decides(recent(Duration.ofHours(1)));
        node.runs(job(made));
        assertThat(standing()).isZero();
        node.runs(job(takesBack(made)));

        assertThat(standing()).isEqualTo(3);
    }

    @Test
    void takenBackAllOfItStandsAgainAndNobodyIsMuted() {
        Made made = decides(recent(DAY), new Wish.Asked(Remedy.WARN, null));
        String deletion =
                made.decision().jobOf(made.decision().acts().getFirst()).orElseThrow();
        node.runs(deletion);

        Made back = takesBack(made);

        assertThat(back.decision().acts())
                .extracting(Decision.Act::remedy)
                .containsExactly(Remedy.RESTORE_RECENT, Remedy.UNWARN);
        String job = back.decision().jobOf(back.decision().acts().getFirst()).orElseThrow();
        Job over = node.runs(job);
        assertThat(over.task())
                .isInstanceOfSatisfying(
                        Task.Restoration.class, task -> assertThat(task.of()).isEqualTo(deletion));
        assertThat(over.progress().done()).isEqualTo(3);
        assertThat(standing()).isEqualTo(3);
        assertThat(isMuted(room) || isMuted(other)).isFalse();
        assertThat(lines("restoration.ordered"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith(UserId.SERVER + ": job " + job)
                        .endsWith("on behalf of " + max.user()));
        assertThat(node.texts("select state from mod_case where id = ?", caseId))
                .containsExactly("open");
        assertThat(new CaseList(node.database, node.clock).ofJob(job)).contains(caseId);
    }

    @Test
    void takenBackWhileItIsUnderWayItIsStoppedAndWhatItDidComesBack() {
        for (int i = 0; i < 12; i++) {
            RoomId more = node.room(ben, RoomKind.PUBLIC, ann);
            node.posts(ann, more, "spam");
        }
        Made made = decides(recent(DAY));
        long before = standing();
        while (standing() == before) {
            node.works();
        }
        assertThat(standing()).isPositive();

        Made back = takesBack(made);

        Job stopped = node.jobs.find(job(made)).orElseThrow();
        assertThat(stopped.stop()).isNotNull().extracting(Job.Stop::by).isEqualTo(max.user());
        assertThat(lines("job.stopped"))
                .singleElement()
                .satisfies(line -> assertThat(line).endsWith("on behalf of " + max.user()));
        node.runs(job(made));
        node.runs(job(back));
        assertThat(standing()).isEqualTo(before);
    }

    @Test
    void whatSomebodyHasTakenBackAlreadyIsTakenBackOnce() {
        Made made = decides(recent(DAY));
        node.runs(job(made));
        Job byHand = done(node.jobs.restore(max.staff(), job(made), ids.cid(), "a mistake", ""))
                .job();

        Made back = takesBack(made);

        assertThat(last(back).state()).isEqualTo(Decision.State.DONE);
        assertThat(node.jobs.find(job(back))).isEmpty();
        assertThat(node.jobs.restorationOf(job(made)).map(Job::id)).contains(byHand.id());
        node.runs(byHand.id());
        assertThat(standing()).isEqualTo(3);
    }

    /** It is decided, so it is done; the limit is for what somebody orders by hand. */
    @Test
    void itIsOrderedHoweverManyJobsOfWhoDecidedAreUnderWay() {
        RoomId empty = node.room(ben, RoomKind.PUBLIC);
        for (int i = 0; i < 20; i++) {
            done(node.jobs.order(mia.staff(), purge(empty)));
        }
        refused(Refusal.Conflict.class, node.jobs.order(mia.staff(), purge(empty)));

        Made made = decides(recent(DAY));

        assertThat(last(made).state()).isEqualTo(Decision.State.DONE);
        node.runs(job(made));
        assertThat(standing()).isZero();
        Made back = done(node.decisions.undo(mia.staff(), made.decision().id(), version(), ids.cid()));
        node.runs(job(back));
        assertThat(standing()).isEqualTo(3);
    }

    private Jobs.Order purge(RoomId where) {
        return new Jobs.Order(ids.cid(), new Task.Deletion(null, where, DAY, Duration.ZERO), "a purge", "");
    }

    @Test
    void twoWhoCarryItOutAtOnceOrderOneJob() throws Exception {
        for (int round = 0; round < 5; round++) {
            report(node.posts(ann, room, "again " + round));
            Made made = decides(recent(DAY));
            node.sql("delete from job where id = ?", job(made)); // as if it were still to be done
            node.sql("delete from audit where act = 'deletion.ordered'");
            node.sql(
                    "update mod_act set state = 'pending' where decision_id = ?",
                    made.decision().id());

            var both = List.of(
                    CompletableFuture.runAsync(
                            () -> node.remedies.carryOut(made.decision().id())),
                    CompletableFuture.runAsync(
                            () -> node.remedies.carryOut(made.decision().id())));
            for (CompletableFuture<?> each : both) {
                each.get();
            }

            assertThat(lines("deletion.ordered")).hasSize(1);
            assertThat(node.jobs.find(job(made))).isPresent();
            node.runs(job(made));
            node.does(ben, room, new RoomCommand.LiftSanction(ann.user(), SanctionKind.MUTE));
        }
    }

    @Test
    void onlyAnAdminDoesItToStaffAndNobodyToThemselves() {
        Person staff = node.person(GlobalRole.MODERATOR);
        RoomId open = node.room(staff, RoomKind.PUBLIC, ben);
        room = open;
        report(node.posts(staff, open, "rude"));

        refused(Refusal.BadRequest.class, node.decisions.decide(mia.staff(), wish(recent(DAY))));
        refused(Refusal.Forbidden.class, node.decisions.decide(staff.staff(), wish(recent(DAY))));
        var list = new CaseList(node.database, node.clock);
        assertThat(list.find(caseId, mia.staff()).orElseThrow().obstacles()).containsKey(Remedy.DELETE_RECENT);
        Person admin = node.person(GlobalRole.ADMIN);
        assertThat(list.find(caseId, admin.staff()).orElseThrow().obstacles()).doesNotContainKey(Remedy.DELETE_RECENT);
        assertThat(node.number(
                        "select count(*) from job where user_id = ?",
                        staff.user().value()))
                .isZero();
        Made made = done(node.decisions.decide(admin.staff(), wish(recent(DAY))));
        assertThat(last(made).state()).isEqualTo(Decision.State.DONE);
        node.runs(job(made));
    }

    @Test
    void itSaysHowFarBackAndNothingElseDoes() {
        for (Wish.Asked wrong : List.of(
                new Wish.Asked(Remedy.DELETE_RECENT, null),
                recent(Duration.ofSeconds(59)),
                recent(Duration.ofDays(91)),
                new Wish.Asked(Remedy.DELETE, null, DAY))) {
            refused(Refusal.BadRequest.class, node.decisions.decide(mia.staff(), wish(wrong)));
        }
        assertThat(standing()).isEqualTo(3);
    }

    /** The message that was hidden until somebody decides is not shown for the moments until the job comes to it. */
    @Test
    void whatTheServerHidGoesWithTheOthersAndIsHiddenAgainWhenThatIsTakenBack() {
        hideByItself();

        Made made = decides(recent(DAY));

        assertThat(made.decision().acts()).extracting(Decision.Act::remedy).containsExactly(Remedy.DELETE_RECENT);
        assertThat(isHidden()).as("not brought back").isTrue();
        node.runs(job(made));
        assertThat(isHidden()).isFalse();
        node.runs(job(takesBack(made)));
        assertThat(isHidden()).isTrue();
        assertThat(standing()).isEqualTo(2);
    }

    /** While the message is deleted there is nothing to bring back for who lets it stand. */
    @Test
    void whatIsHiddenAgainAfterItsCaseWasClosedByADecisionThatLetsItStandComesBack() {
        for (Verdict verdict : List.of(Verdict.DISAGREE, Verdict.AGREE)) {
            hideByItself();
            Made made = decides(recent(DAY));
            node.runs(job(made));
            Made back = takesBack(made);
            Made lets = done(node.decisions.decide(
                    mia.staff(), new Wish(caseId, version(), verdict, List.of(), "", "", ids.cid())));
            assertThat(lets.decision().acts()).isEmpty();

            node.runs(job(back));

            assertThat(isHidden()).isFalse();
            assertThat(standing()).isEqualTo(3);
            makeCase();
        }
    }

    @Test
    void whatIsHiddenAgainThatAnotherCaseLetStandComesBackWhoseverDeletionItWas() {
        for (boolean ofRoom : List.of(false, true)) {
            makeCase();
            var task = ofRoom ? new Task.Deletion(null, room, DAY, Duration.ZERO) : Task.Deletion.of(ann.user(), DAY);
            hideByItself();
            Job gone = done(node.jobs.order(mia.staff(), new Jobs.Order(ids.cid(), task, "a purge", "")))
                    .job();
            node.runs(gone.id());
            done(node.decisions.decide(
                    mia.staff(), new Wish(caseId, version(), Verdict.DISAGREE, List.of(), "", "", ids.cid())));

            node.runs(done(node.jobs.restore(mia.staff(), gone.id(), ids.cid(), "a mistake", ""))
                    .job()
                    .id());

            assertThat(isHidden()).isFalse();
            assertThat(standing()).isEqualTo(3);
        }
    }

    @Test
    void whatIsHiddenAgainSinceTheDeletionWasTakenBackByHandComesBackUnlessTheDecisionHidesItToo() {
        for (List<Wish.Asked> asked :
                List.of(List.of(recent(DAY)), List.of(new Wish.Asked(Remedy.HIDE, null), recent(DAY)))) {
            hideByItself();
            Made made = decides(asked.toArray(Wish.Asked[]::new));
            node.runs(job(made));

            Job back = done(node.jobs.restore(max.staff(), job(made), ids.cid(), "a mistake", ""))
                    .job();
            node.runs(back.id());

            assertThat(isHidden()).isEqualTo(asked.size() == 2);
            makeCase();
        }
    }

    @Test
    void whatADeletionThatWasStoppedHasNotComeToIsNotLeftHidden() {
        hideByItself();
        Made made = decides(recent(DAY));

        done(node.jobs.stop(max.staff(), job(made), "too much"));
        node.runs(job(made));

        assertThat(isHidden()).isFalse();
        assertThat(standing()).isEqualTo(3);
    }

    /** Else it came back for all in the room, until the job comes to it. */
    @Test
    void whatIsHiddenInACaseOfTheirsThatIsDecidedWithItIsDeletedAndNotShownBefore() {
        String first = caseId;
        report(node.posts(ann, room, "and worse"));
        hideByItself();
        var second = new Decisions.Other(caseId, version());
        caseId = first;

        var together = done(node.decisions.decide(mia.staff(), wish(recent(DAY)), List.of(second)));

        Made made = done(together.others().get(second));
        assertThat(made.decision().acts()).extracting(Decision.Act::remedy).containsExactly(Remedy.DELETE);
        assertThat(node.number(
                        "select count(*) from room_event where room_id = ? and type = 'msg.restored'", room.value()))
                .isZero();
    }

    @Test
    void itIsOrderedAlsoWhenItTakesTooLongToCountWhatGoes() {
        node.countingFails = true;

        Made made = decides(recent(DAY));

        assertThat(last(made).state()).isEqualTo(Decision.State.DONE);
        assertThat(node.runs(job(made)).progress().done()).isEqualTo(3);
    }

    /** The job, which comes to all their messages, is ordered after what the others of the request do. */
    @Test
    void whatIsTakenBackBringsNothingBackThatAnotherDecisionOfTheSameRequestDeleted() {
        long second = node.posts(ann, room, "and liars");
        node.files(ben, room, second, ReportType.HARASSMENT);
        String otherCase = ofTarget(room.value() + "/" + second);
        var other = new Decisions.Other(otherCase, node.number("select version from mod_case where id = ?", otherCase));
        node.line = log -> workingBefore(log, second);
        Made made = done(node.decisions.decide(
                        mia.staff(), wish(new Wish.Asked(Remedy.DELETE, null), recent(DAY)), List.of(other)))
                .first();
        node.line = UnaryOperator.identity();
        node.runs(job(made));
        assertThat(standing()).isZero();

        node.runs(job(takesBack(made)));

        assertThat(standing()).as("all but the other").isEqualTo(3);
    }

    private RoomLog workingBefore(RoomLog log, long deleted) {
        return new RoomLog() {
            @Override
            public CompletionStage<Answer> submit(Submission submission) {
                if (submission.command() instanceof RoomCommand.DeleteMessage delete && delete.seq() == deleted) {
                    for (int i = 0; i < 10; i++) {
                        node.works();
                    }
                }
                return log.submit(submission);
            }

            @Override
            public CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
                return log.create(caller, command, cid);
            }
        };
    }

    @Test
    void whatTheServerHidLongAgoComesBackThoughWhatWasSaidLatelyGoes() {
        node.sql(
                "update room_event set ts = ts - ? where room_id = ? and seq <= ?",
                DAY.multipliedBy(2).toMillis(),
                room.value(),
                seq);
        hideByItself();

        Made made = decides(recent(DAY));

        assertThat(made.decision().acts())
                .extracting(Decision.Act::remedy)
                .containsExactly(Remedy.DELETE_RECENT, Remedy.RESTORE);
        node.runs(made.decision().jobOf(made.decision().acts().getFirst()).orElseThrow());
        assertThat(standing()).as("the reported one, and that before it").isEqualTo(2);
    }

    /** The job deletes what the decision has hidden, and mutes for longer than the decision did: that is no change by somebody else. */
    @Test
    void whatTheDecisionDidItselfAndItsJobChangedIsTakenBackAllTheSame() {
        Instant brief = Instant.now().plus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.MILLIS);
        Made made = decides(new Wish.Asked(Remedy.HIDE, null), mute(brief), recent(DAY));
        node.runs(job(made));
        assertThat(isHidden()).isFalse();

        Made back = takesBack(made);
        assertThat(back.decision().acts()).extracting(Decision.Act::state).containsOnly(Decision.State.DONE);
        node.runs(job(back));

        assertThat(standing()).isEqualTo(3);
        assertThat(isMuted(room) || isMuted(other)).isFalse();
    }

    @Test
    void whatSomebodyElseChangedSinceKeepsTheDecisionAsItIs() {
        Made made = decides(new Wish.Asked(Remedy.HIDE, null), recent(DAY));
        node.runs(job(made));
        node.does(mia, room, new RoomCommand.RestoreMessage(seq));
        node.does(mia, room, new RoomCommand.DeleteMessage(seq, null));

        refused(
                Refusal.Conflict.class,
                node.decisions.undo(max.staff(), made.decision().id(), version(), ids.cid()));
        assertThat(node.jobs.restorationOf(job(made))).isEmpty();
    }
}
