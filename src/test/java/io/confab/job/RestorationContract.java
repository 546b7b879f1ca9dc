package io.confab.job;

import static io.confab.job.JobNode.accepted;
import static io.confab.job.JobNode.done;
import static io.confab.job.JobNode.post;
import static io.confab.job.JobNode.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditTrail;
import io.confab.identity.Outcome;
import io.confab.job.JobNode.Person;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.RoomLog;
import io.confab.moderation.RoomActs;
import io.confab.room.Membership;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Deletions of many messages that are taken back, by two nodes on one database of which either may die. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RestorationContract {
    private static final Duration DAY = Duration.ofDays(1);
    private final Ids ids = new Ids();
    private JobNode one;
    private JobNode two;
    private Person admin;
    private Person moderator;
    private Person alice;
    private Person spammer;
    private RoomId room;

    abstract String url();

    @BeforeAll
    void open() {
        String url = url();
        one = new JobNode("one", url);
        two = new JobNode("two", url);
        admin = one.person(GlobalRole.ADMIN);
        moderator = one.person(GlobalRole.MODERATOR);
    }

    @AfterAll
    void close() {
        two.close();
        one.close();
    }

    @BeforeEach
    void begin() {
        one.line = UnaryOperator.identity();
        two.line = UnaryOperator.identity();
        settlesAt(Instant.now().plus(Duration.ofHours(1))); // nothing is on its way any more
        alice = one.person();
        spammer = one.person();
        room = one.room(RoomKind.PUBLIC, alice, spammer); // 1 to 3: its founding
    }

    private void settlesAt(Instant now) {
        one.settling.set(now);
        two.settling.set(now);
    }

    private Job orders(Person by) {
        var task = new Task.Deletion(spammer.user(), null, DAY, DAY);
        return done(one.jobs.order(by.staff(), new Jobs.Order(ids.cid(), task, "a wave of spam", "spam")))
                .job();
    }

    private Job deleted() {
        return runs(one, orders(moderator));
    }

    private Job takesBack(Job deletion) {
        return done(one.jobs.restore(moderator.staff(), deletion.id(), ids.cid(), "the wrong person", ""))
                .job();
    }

    private Job runs(JobNode node, Job job) {
        goesOnUntil(node, () -> now(job).doneAt() != null);
        return now(job);
    }

    private static void goesOnUntil(JobNode node, BooleanSupplier there) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    node.runner.round();
                    return there.getAsBoolean();
                });
    }

    private Job now(Job job) {
        return one.jobs.find(job.id()).orElseThrow();
    }

    private List<AuditTrail.Entry> lines(AuditAct act) {
        return new AuditTrail(one.identity.database)
                .search(new AuditTrail.Filter(null, act.word(), spammer.user().value()), 0, 10);
    }

    private RoomActs.Act byServer() {
        return RoomActs.Act.byServer(room, "of its own", null, ids.cid(), null);
    }

    private @Nullable Long muted(RoomId where) {
        String until = String.valueOf(one.identity.one(
                "select muted_until from room_member where room_id = ? and user_id = ?",
                where.value(),
                spammer.user().value()));
        return until.equals("null") ? null : Long.valueOf(until);
    }

    /** The texts that stand in a room. */
    private List<String> texts(RoomId where) {
        return one.identity
                .database
                .reads()
                .list(
                        "select cast(body as varchar) from room_event where room_id = ? and type = 'msg.new'"
                                + " and deleted_seq is null order by seq",
                        row -> row.getString(1).replaceAll(".*\"text\" ?: ?\"([^\"]*)\".*", "$1"),
                        where.value());
    }

    private boolean isHidden(long seq) {
        return one.number(
                        "select count(*) from room_event e join room_event d on d.room_id = e.room_id and d.seq ="
                                + " e.deleted_seq where e.room_id = ? and e.seq = ? and d.type = 'msg.deleted'"
                                + " and cast(d.detail as varchar) like '%hidden%'",
                        room.value(), seq)
                == 1;
    }

    @Test
    void whatWasDeletedStandsAgainInEachRoomWithItsTextAndTheMutesAreLifted() {
        RoomId small = one.room(RoomKind.PRIVATE, alice, spammer);
        RoomId direct = one.room(RoomKind.DIRECT, spammer, alice);
        one.posts(spammer, room, 230);
        accepted(one.does(spammer, room, post("first")));
        accepted(one.does(
                spammer, room, new RoomCommand.EditMessage(234, post("changed").body())));
        one.posts(spammer, small, 2);
        one.posts(spammer, direct, 1);
        List<String> before = texts(room);
        Job deletion = deleted();
        assertThat(one.standing(spammer)).isZero();
        assertThat(muted(room)).isNotNull();

        Job back = runs(one, takesBack(deletion));

        assertThat(back.expected()).isEqualTo(234);
        assertThat(back.progress()).isEqualTo(new Job.Progress(3, 0, 0, 234, 0));
        assertThat(texts(room)).isEqualTo(before);
        assertThat(one.standing(spammer)).isEqualTo(234);
        assertThat(muted(room)).isNull();
        accepted(one.does(spammer, small, post("I may speak again")));
        assertThat(lines(AuditAct.RESTORATION_ORDERED)).singleElement().satisfies(entry -> {
            assertThat(entry.line().actor()).isEqualTo(moderator.user());
            assertThat(entry.line().after()).contains("234 messages that the job " + deletion.id());
            assertThat(entry.line().why()).isEqualTo("the wrong person");
        });
        assertThat(lines(AuditAct.JOB_DONE))
                .extracting(entry -> entry.line().after())
                .contains("234 messages brought back, 0 not, in 3 rooms; something failed in 0");
    }

    @Test
    void whatWasHiddenBeforeIsHiddenAgainAndHasNotStoodInBetween() {
        one.posts(spammer, room, 2); // 4 and 5
        done(one.roomActs().hide(byServer(), 4));
        Job deletion = deleted();
        assertThat(isHidden(4)).isFalse();

        Job back = runs(one, takesBack(deletion));

        assertThat(back.progress()).isEqualTo(new Job.Progress(1, 0, 0, 2, 0));
        assertThat(isHidden(4)).isTrue();
        assertThat(one.standing(spammer)).isEqualTo(1);
        assertThat(one.events(room, "msg.restored")).as("of the other one").isEqualTo(1);
        done(one.roomActs().restore(byServer(), 4)); // its text is still kept
        assertThat(one.standing(spammer)).isEqualTo(2);
    }

    @Test
    void whatSomebodyHasChangedSinceStaysAsTheyLeftIt() {
        one.posts(spammer, room, 6); // 4 to 9
        accepted(one.does(alice, room, new RoomCommand.DeleteMessage(4, null)));
        Job deletion = deleted();
        accepted(one.does(spammer, room, new RoomCommand.DeleteMessage(5, null))); // their own, for ever
        done(one.roomActs().restore(byServer(), 6));
        done(one.roomActs().restore(byServer(), 7));
        done(one.roomActs().delete(byServer(), 7));
        done(one.roomActs().hideInstead(byServer(), 8));

        Job back = runs(one, takesBack(deletion));

        assertThat(back.progress()).isEqualTo(new Job.Progress(1, 0, 0, 1, 0));
        assertThat(one.standing(spammer)).as("6, and 9").isEqualTo(2);
        assertThat(isHidden(8)).isTrue();
    }

    /** Between the look and the commit: decided with the room's log. */
    @Test
    void whatSomebodyDeletesAtTheVeryMomentStays() {
        one.posts(spammer, room, 1);
        Job deletion = deleted();
        var meanwhile = new AtomicInteger();
        one.line = log -> new Preceding(log, RoomCommand.ReturnMessage.class, () -> {
            if (meanwhile.getAndIncrement() == 0) {
                done(one.roomActs().restore(byServer(), 4));
                done(one.roomActs().delete(byServer(), 4));
            }
        });

        Job back = runs(one, takesBack(deletion));

        assertThat(meanwhile).hasPositiveValue();
        assertThat(back.progress()).isEqualTo(new Job.Progress(1, 0, 0, 0, 0));
        assertThat(one.standing(spammer)).isZero();
    }

    @Test
    void textsThatAreNotKeptAnyMoreAreCountedAndNamedAsNotDone() {
        one.posts(spammer, room, 5);
        Job deletion = deleted();
        one.identity.sql("delete from withheld where room_id = ? and target_seq < 7", room.value());

        Job back = runs(one, takesBack(deletion));

        assertThat(back.progress()).isEqualTo(new Job.Progress(1, 0, 1, 2, 3));
        assertThat(one.standing(spammer)).isEqualTo(2);
        assertThat(one.jobs.rooms(back.id(), "", 10))
                .singleElement()
                .satisfies(at -> assertThat(at.note()).contains("not kept any more"));
    }

    @Test
    void onlyAMuteThatStillIsAsTheDeletionLaidItIsLifted() {
        RoomId longer = one.room(RoomKind.PUBLIC, alice, spammer);
        RoomId since = one.room(RoomKind.PUBLIC, alice, spammer);
        accepted(one.does(
                alice, longer, new RoomCommand.SetSanction(spammer.user(), SanctionKind.MUTE, null, "for good")));
        Job deletion = deleted();
        Instant other =
                Instant.ofEpochMilli(Instant.now().plus(DAY.multipliedBy(2)).toEpochMilli());
        accepted(one.does(
                alice, since, new RoomCommand.SetSanction(spammer.user(), SanctionKind.MUTE, other, "longer")));

        runs(one, takesBack(deletion));

        assertThat(muted(room)).isNull();
        assertThat(muted(longer)).isEqualTo(Membership.FOREVER.toEpochMilli());
        assertThat(muted(since)).isEqualTo(other.toEpochMilli());
    }

    /** Between the look and the commit, as above. */
    @Test
    void anotherMuteThatIsLaidAtTheVeryMomentStays() {
        Job deletion = deleted();
        Instant other =
                Instant.ofEpochMilli(Instant.now().plus(DAY.multipliedBy(2)).toEpochMilli());
        one.line = log -> new Preceding(
                log,
                RoomCommand.LiftSanction.class,
                () -> one.does(
                        alice, room, new RoomCommand.SetSanction(spammer.user(), SanctionKind.MUTE, other, "longer")));

        runs(one, takesBack(deletion));

        assertThat(muted(room)).isEqualTo(other.toEpochMilli());
    }

    @Test
    void whatADeadNodeLeftAnotherGoesOnWithAndCountsOnce() {
        RoomId second = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 30);
        one.posts(spammer, second, 30);
        done(one.roomActs().hide(byServer(), 4));
        Job deletion = deleted();
        Job back = takesBack(deletion);
        var commands = new AtomicInteger();
        one.line = log -> new Dying(log, commands, 2); // the lifted mute, and the hidden one
        while (commands.get() < 2) {
            one.runner.round();
        }
        var more = new AtomicInteger();
        two.line = log -> new Dying(log, more, 40);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            two.runner.round();
            return more.get() >= 40;
        });
        assertThat(now(back).doneAt()).isNull();
        one.line = UnaryOperator.identity();

        Job over = runs(one, back);

        assertThat(over.progress()).isEqualTo(new Job.Progress(2, 0, 0, 60, 0));
        assertThat(one.standing(spammer)).isEqualTo(59);
        assertThat(one.events(room, "msg.restored")).isEqualTo(29);
        assertThat(one.events(room, "sanction.lifted") + one.events(second, "sanction.lifted"))
                .isEqualTo(2);
    }

    @Test
    void twoNodesThatBothThinkItIsTheirsDoItOnce() throws Exception {
        one.posts(spammer, room, 250);
        Job deletion = deleted();
        Job back = takesBack(deletion);
        one.runner.round();
        var other = CompletableFuture.runAsync(() -> runs(two, back));
        while (now(back).doneAt() == null) {
            one.identity.sql("update lease set until_at = 0");
            one.runner.round();
        }
        other.get();

        assertThat(now(back).progress()).isEqualTo(new Job.Progress(1, 0, 0, 250, 0));
        assertThat(one.events(room, "msg.restored")).isEqualTo(250);
    }

    /** A deletion that is stopped while this command of it is on its way, and is over before it comes. */
    private RoomLog.Submission late(Job deletion, Class<? extends RoomCommand> command) {
        settlesAt(Instant.now());
        var held = new AtomicReference<RoomLog.@Nullable Submission>();
        one.line = log -> new Holding(log, command, held);
        JobRunner patient = one.runner(Duration.ofHours(1));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            patient.round();
            return held.get() != null;
        });
        done(one.jobs.stop(moderator.staff(), deletion.id(), "the wrong person"));
        one.line = UnaryOperator.identity();
        runs(two, deletion);
        return Objects.requireNonNull(held.get());
    }

    private Job stillLooksFor(Job back) {
        for (int i = 0; i < 20; i++) {
            two.runner.round();
        }
        assertThat(now(back).doneAt()).isNull();
        return back;
    }

    /** Its node waits for it no more, and another says that the deletion is over: still it may come. */
    @Test
    void whatTheLastCommandOfAStoppedDeletionDeletesLateComesBackToo() {
        one.posts(spammer, room, 250);
        Job deletion = orders(moderator);
        RoomLog.Submission late = late(deletion, RoomCommand.RemoveMessages.class);
        Job back = stillLooksFor(takesBack(deletion));
        accepted(one.submits(late));
        assertThat(one.standing(spammer)).isEqualTo(50);

        two.settling.advance(Duration.ofHours(1));
        Job over = runs(two, back);

        assertThat(over.progress()).isEqualTo(new Job.Progress(1, 0, 0, 200, 0));
        assertThat(one.standing(spammer)).isEqualTo(250);
        assertThat(muted(room)).isNull();
    }

    @Test
    void aMuteThatAStoppedDeletionLaysLateIsLiftedToo() {
        Job deletion = orders(moderator);
        RoomLog.Submission late = late(deletion, RoomCommand.SetSanction.class);
        Job back = stillLooksFor(takesBack(deletion));
        accepted(one.submits(late));
        assertThat(muted(room)).isNotNull();

        two.settling.advance(Duration.ofHours(1));
        runs(two, back);

        assertThat(muted(room)).isNull();
    }

    @Test
    void aDeletionIsTakenBackOnceAndNotWhileItIsUnderWay() throws Exception {
        one.posts(spammer, room, 3);
        Job deletion = orders(moderator);
        assertThat(refusal(one.jobs.restore(moderator.staff(), deletion.id(), ids.cid(), "why", "")))
                .isInstanceOfSatisfying(
                        Refusal.Conflict.class, no -> assertThat(no.message()).contains("stop it first"));
        runs(one, deletion);
        String id = ids.cid();
        var twice = List.of(
                CompletableFuture.supplyAsync(
                        () -> one.jobs.restore(moderator.staff(), deletion.id(), id, "why", "told")),
                CompletableFuture.supplyAsync(
                        () -> two.jobs.restore(moderator.staff(), deletion.id(), id, "why", "told")));
        assertThat(List.of(
                        done(twice.get(0).get()).duplicate(),
                        done(twice.get(1).get()).duplicate()))
                .containsExactlyInAnyOrder(true, false);

        var second = refusal(one.jobs.restore(admin.staff(), deletion.id(), ids.cid(), "why", ""));
        assertThat(second)
                .isInstanceOfSatisfying(
                        Refusal.Conflict.class, no -> assertThat(no.message()).contains(id));
        Job back = runs(one, one.jobs.find(id).orElseThrow());
        assertThat(refusal(one.jobs.restore(admin.staff(), deletion.id(), ids.cid(), "why", "")))
                .as("when it is done")
                .isInstanceOf(Refusal.Conflict.class);
        assertThat(one.jobs.restorationOf(deletion.id()).map(Job::id)).contains(back.id());
        assertThat(refusal(one.jobs.restore(admin.staff(), back.id(), ids.cid(), "why", "")))
                .as("of what takes one back")
                .isInstanceOf(Refusal.BadRequest.class);
        assertThat(refusal(one.jobs.restore(admin.staff(), "none", ids.cid(), "why", "")))
                .isInstanceOf(Refusal.NotFound.class);
        assertThat(lines(AuditAct.RESTORATION_ORDERED)).hasSize(1);
    }

    @Test
    void ofTwoWhoTakeADeletionBackAtOnceOneDoes() throws Exception {
        for (int round = 0; round < 5; round++) {
            Job deletion = deleted();
            var both = List.of(
                    CompletableFuture.supplyAsync(
                            () -> one.jobs.restore(moderator.staff(), deletion.id(), ids.cid(), "why", "")),
                    CompletableFuture.supplyAsync(
                            () -> two.jobs.restore(admin.staff(), deletion.id(), ids.cid(), "why", "")));

            assertThat(List.of(both.get(0).get(), both.get(1).get()))
                    .filteredOn(Outcome.Refused.class::isInstance)
                    .singleElement()
                    .satisfies(no -> assertThat(refusal(no)).isInstanceOf(Refusal.Conflict.class));
            runs(one, one.jobs.restorationOf(deletion.id()).orElseThrow());
        }
    }

    @Test
    void aRestorationThatWasStoppedIsOrderedAgainAndBringsBackTheRest() {
        one.posts(spammer, room, 100);
        Job deletion = deleted();
        Job first = takesBack(deletion);
        goesOnUntil(one, () -> one.standing(spammer) > 0);
        done(one.jobs.stop(moderator.staff(), first.id(), "not so fast"));
        runs(one, first);
        long back = one.standing(spammer);
        assertThat(back).isBetween(1L, 99L);

        Job second = runs(one, takesBack(deletion));

        assertThat(second.progress()).isEqualTo(new Job.Progress(1, 0, 0, 100 - back, 0));
        assertThat(one.standing(spammer)).isEqualTo(100);
    }

    @Test
    void onlyWhoMightOrderADeletionTakesItBackAndStopsThat() {
        Person staff = one.person(GlobalRole.MODERATOR);
        var task = new Task.Deletion(staff.user(), null, DAY, DAY);
        Job deletion = runs(
                one,
                done(one.jobs.order(admin.staff(), new Jobs.Order(ids.cid(), task, "a wave of spam", "")))
                        .job());

        for (Person person : List.of(moderator, staff, alice, one.person(GlobalRole.AUDITOR))) {
            assertThat(refusal(one.jobs.restore(person.staff(), deletion.id(), ids.cid(), "mine", "")))
                    .isInstanceOf(Refusal.Forbidden.class);
        }
        assertThat(refusal(one.jobs.restore(admin.staff(), deletion.id(), ids.cid(), " ", "")))
                .isInstanceOf(Refusal.BadRequest.class);
        Job back = done(one.jobs.restore(admin.staff(), deletion.id(), ids.cid(), "a mistake", ""))
                .job();
        assertThat(refusal(one.jobs.stop(moderator.staff(), back.id(), "no"))).isInstanceOf(Refusal.Forbidden.class);
        runs(one, back);
    }

    @Test
    void whatWasDeletedOfARoomComesBackOfEverybodyAlsoWhenItIsArchivedNow() {
        one.posts(spammer, room, 3);
        one.posts(alice, room, 2);
        var task = new Task.Deletion(null, room, DAY, Duration.ZERO);
        Job deletion = runs(
                one,
                done(one.jobs.order(moderator.staff(), new Jobs.Order(ids.cid(), task, "a purge", "")))
                        .job());
        assertThat(texts(room)).isEmpty();
        accepted(one.does(alice, room, new RoomCommand.ArchiveRoom()));

        Job back = runs(one, takesBack(deletion));

        assertThat(back.progress()).isEqualTo(new Job.Progress(1, 0, 0, 5, 0));
        assertThat(texts(room)).hasSize(5);
    }

    /** A node of the version before takes whatever is no announcement for a deletion: of this row it can make none. */
    @Test
    void theRowOfWhatTakesADeletionBackSaysNeitherOfWhomNorWhere() {
        Job back = takesBack(deleted());

        assertThat(one.number(
                        "select count(*) from job where id = ? and user_id is null and room_id is null"
                                + " and back_ms = 0 and mute_ms = 0",
                        back.id()))
                .isEqualTo(1);
        assertThat(now(back).task())
                .isInstanceOfSatisfying(
                        Task.Restoration.class,
                        task -> assertThat(task.deletion())
                                .isEqualTo(new Task.Deletion(spammer.user(), null, DAY, DAY)));
        runs(one, back);
    }

    @Test
    void aDeletionThatIsOrderedWhileAFormerOneComesBackWaitsForThatAndLeavesNothing() {
        one.posts(spammer, room, 100);
        Job back = takesBack(deleted());
        Job again = orders(moderator);

        runs(one, again);

        assertThat(now(back).doneAt()).isNotNull();
        assertThat(now(again).progress().done()).isEqualTo(100);
        assertThat(one.standing(spammer)).isZero();
        assertThat(muted(room)).isNotNull();
    }

    @Test
    void aDeletionOfARoomWaitsForWhatComesBackThereAndThatOfAnotherPersonDoesNot() {
        one.posts(spammer, room, 100);
        one.posts(alice, room, 1);
        Job back = takesBack(deleted());
        var others = new Task.Deletion(alice.user(), room, DAY, DAY);
        var purge = new Task.Deletion(null, room, DAY, Duration.ZERO);
        Job other = done(one.jobs.order(moderator.staff(), new Jobs.Order(ids.cid(), others, "why", "")))
                .job();
        Job all = done(one.jobs.order(moderator.staff(), new Jobs.Order(ids.cid(), purge, "why", "")))
                .job();

        runs(one, other);
        assertThat(now(back).doneAt()).isNull();
        runs(one, all);

        assertThat(now(back).doneAt()).isNotNull();
        assertThat(texts(room)).isEmpty();
    }

    @Test
    void whatComesBackWaitsForADeletionThatWasOrderedBefore() {
        for (int i = 0; i < 8; i++) {
            one.posts(spammer, one.room(RoomKind.PUBLIC, alice, spammer), 1);
        }
        Job deletion = deleted();
        Job second = orders(moderator);
        Job back = takesBack(deletion);

        while (now(second).doneAt() == null) {
            Job.Progress deleted = now(second).progress();
            assertThat(now(back).progress().done())
                    .as("a message a room")
                    .isLessThanOrEqualTo(deleted.rooms() - deleted.waiting());
            one.runner.round();
        }
        runs(one, back);

        assertThat(one.standing(spammer)).isEqualTo(8);
    }

    @Test
    void aDeletionInARoomWaitsForNothingThatComesBackInOthers() {
        settlesAt(Instant.now()); // so it does not come to its end
        one.posts(spammer, room, 1);
        Job back = takesBack(deleted());
        RoomId far = one.room(RoomKind.PUBLIC, alice);
        one.posts(alice, far, 3);
        long said = System.currentTimeMillis();
        await().until(() -> System.currentTimeMillis() > said); // what is said in the moment of the order stays
        var purge = new Task.Deletion(null, far, DAY, Duration.ZERO);
        Job all = done(one.jobs.order(moderator.staff(), new Jobs.Order(ids.cid(), purge, "why", "")))
                .job();

        runs(one, all);

        assertThat(now(back).doneAt()).isNull();
        assertThat(texts(far)).isEmpty();
        settlesAt(Instant.now().plus(Duration.ofHours(1)));
        runs(one, back);
    }

    @Test
    void whatTheEndOfAJobAsksForIsAskedAgainUntilItIsDoneAndWhatFailsEveryTimeKeepsNoJobFromItsEnd() {
        one.posts(spammer, room, 1);
        var asked = new AtomicInteger();
        one.end = job -> asked.incrementAndGet() > 2;
        deleted();
        assertThat(asked).hasValue(3);

        one.end = job -> {
            throw new IllegalStateException("a fault of ours");
        };
        deleted();
        one.end = job -> true;
    }

    private void takesLate(Job deletion) {
        var act = RoomActs.Act.byServer(
                room, "spam", null, JobKeys.command(deletion.id(), room, "late"), moderator.user());
        done(one.roomActs().removeMessages(act, List.of(4L)));
    }

    /** By a node that had lost its lease: what the deletion takes a second time is as much its own. */
    @Test
    void whatADeletionTakesAgainAfterItCameBackComesBackAgain() {
        settlesAt(Instant.now());
        one.posts(spammer, room, 3);
        Job deletion = deleted();
        Job back = takesBack(deletion);
        goesOnUntil(one, () -> one.standing(spammer) == 3);
        takesLate(deletion);
        assertThat(one.standing(spammer)).isEqualTo(2);

        settlesAt(Instant.now().plus(Duration.ofHours(1)));
        runs(one, back);

        assertThat(one.standing(spammer)).isEqualTo(3);
    }

    @Test
    void aMuteThatIsLaidLateAndCannotBeLiftedIsShownAsFailed() {
        Job deletion = orders(moderator);
        RoomLog.Submission late = late(deletion, RoomCommand.SetSanction.class);
        Job back = stillLooksFor(takesBack(deletion));
        accepted(one.submits(late));
        two.settling.advance(Duration.ofHours(1));
        two.line = log -> new Rejecting(log, RoomCommand.LiftSanction.class, new Refusal.Forbidden("not today"));

        Job over = runs(two, back);

        assertThat(over.progress().failedRooms()).isEqualTo(1);
        assertThat(one.jobs.rooms(back.id(), "", 10)).singleElement().satisfies(at -> {
            assertThat(at.state()).isEqualTo(JobRoom.State.FAILED);
            assertThat(at.note()).contains("still muted");
        });
    }

    @Test
    void aMuteThatIsLaidLateIsTriedAgainWhenItCannotBeLiftedJustThen() {
        Job deletion = orders(moderator);
        RoomLog.Submission late = late(deletion, RoomCommand.SetSanction.class);
        Job back = stillLooksFor(takesBack(deletion));
        accepted(one.submits(late));
        two.settling.advance(Duration.ofHours(1));
        var held = new AtomicReference<RoomLog.@Nullable Submission>();
        two.line = log -> new Holding(log, RoomCommand.LiftSanction.class, held);

        runs(two, back);

        assertThat(held.get()).isNotNull();
        assertThat(muted(room)).isNull();
    }

    /** When it was ordered the deletion that it stopped was not over. */
    @Test
    void whatIsToComeBackIsWhatTheDeletionHadDeletedInTheEnd() {
        one.posts(spammer, room, 250);
        Job deletion = orders(moderator);
        RoomLog.Submission late = late(deletion, RoomCommand.RemoveMessages.class);
        Job back = stillLooksFor(takesBack(deletion));
        accepted(one.submits(late));
        one.identity.sql("update job set done = 200 where id = ?", deletion.id());

        assertThat(now(back).expected()).isEqualTo(200);
        two.settling.advance(Duration.ofHours(1));
        runs(two, back);
    }

    @Test
    void anIdThatIsKeptForDecisionsIsNobodysToOrderBy() {
        Job deletion = deleted();
        var task = new Task.Deletion(spammer.user(), null, DAY, DAY);

        assertThat(refusal(one.jobs.order(admin.staff(), new Jobs.Order("d_" + ids.random() + "-1", task, "why", ""))))
                .isInstanceOf(Refusal.BadRequest.class);
        assertThat(refusal(one.jobs.restore(admin.staff(), deletion.id(), "d_" + ids.random() + "-1", "why", "")))
                .isInstanceOf(Refusal.BadRequest.class);
    }

    /** The numbers that a row was moved by are those it is compared with: also of which message of an event it has come to. */
    @Test
    void ofTwoWhoHaveComeToTheSameMessageOneCounts() {
        one.posts(spammer, room, 2);
        Job back = takesBack(deleted());
        JobRows rows = new JobRows(one.identity.database);
        rows.findRooms(back);
        JobRoom at = rows.next(back.id()).orElseThrow();
        assertThat(rows.move(back.id(), at, at.between(5, 4).at(5, 1))).isTrue();
        JobRoom then = rows.next(back.id()).orElseThrow();

        assertThat(rows.move(back.id(), then, then.between(5, 5).at(5, 1))).isTrue();
        assertThat(rows.move(back.id(), then, then.between(5, 5).at(5, 1))).isFalse();

        assertThat(rows.next(back.id()).orElseThrow().done()).isEqualTo(2);
        runs(one, back);
    }
}
