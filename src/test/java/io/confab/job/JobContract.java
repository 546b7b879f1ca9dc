package io.confab.job;

import static io.confab.job.JobNode.accepted;
import static io.confab.job.JobNode.answer;
import static io.confab.job.JobNode.done;
import static io.confab.job.JobNode.post;
import static io.confab.job.JobNode.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.job.JobNode.Person;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.room.Membership;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Deletions of many messages and announcements, by two nodes on one database of which either may die. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JobContract {
    private static final Duration DAY = Duration.ofDays(1);
    private final Ids ids = new Ids();
    private JobNode one;
    private JobNode two;
    private Person admin;
    private Person moderator;
    private Person alice;
    private Person spammer;

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
        alice = one.person();
        spammer = one.person();
    }

    private Jobs.Order deletion(Person of) {
        return order(new Task.Deletion(of.user(), null, DAY, DAY));
    }

    private Jobs.Order order(Task task) {
        return new Jobs.Order(ids.cid(), task, "a wave of spam", "spam");
    }

    private Job order(Person by, Jobs.Order order) {
        return done(one.jobs.order(by.staff(), order)).job();
    }

    private Job runs(JobNode node, Job job) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    node.runner.round();
                    return now(job).doneAt() != null;
                });
        return now(job);
    }

    private void goesOnUntil(BooleanSupplier there) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    one.runner.round();
                    return there.getAsBoolean();
                });
    }

    private Job now(Job job) {
        return one.jobs.find(job.id()).orElseThrow();
    }

    private List<AuditTrail.Entry> lines(AuditAct act, String target) {
        return new AuditTrail(one.identity.database).search(new AuditTrail.Filter(null, act.word(), target), 0, 10);
    }

    @Test
    void whatAPersonSaidLatelyGoesFromAllTheirRoomsByFewEventsAndTheyAreMutedFirst() {
        RoomId big = one.room(RoomKind.PUBLIC, alice, spammer);
        RoomId small = one.room(RoomKind.PRIVATE, alice, spammer);
        RoomId direct = one.room(RoomKind.DIRECT, spammer, alice);
        one.posts(spammer, big, 450);
        one.posts(alice, big, 3);
        one.posts(spammer, small, 2);
        one.posts(spammer, direct, 1);
        var found = one.count.of(new Task.Deletion(spammer.user(), null, DAY, DAY), Instant.now());
        assertThat(found.messages()).isEqualTo(453);
        assertThat(found.complete()).isTrue();
        assertThat(found.rooms()).extracting(MessageCount.InRoom::room).containsExactly(big, small, direct);

        Job job = runs(one, order(moderator, deletion(spammer)));

        assertThat(job.expected()).isEqualTo(453);
        assertThat(job.progress()).isEqualTo(new Job.Progress(3, 0, 0, 453, 0));
        assertThat(one.standing(spammer)).isZero();
        assertThat(one.standing(alice)).isEqualTo(3);
        assertThat(one.events(big, "msgs.deleted")).isEqualTo(3);
        assertThat(one.events(small, "msgs.deleted")).isEqualTo(1);
        assertThat(answer(one.submits(spammer, big, post("more"))))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Muted.class));
        accepted(one.submits(spammer, direct, post("there nobody is muted")));
        assertThat(lines(AuditAct.DELETION_ORDERED, spammer.user().value()))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.line().actor()).isEqualTo(moderator.user());
                    assertThat(entry.line().after()).contains("453 messages");
                    assertThat(entry.line().why()).isEqualTo("a wave of spam");
                });
        assertThat(lines(AuditAct.JOB_DONE, spammer.user().value()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.line().after())
                        .isEqualTo("453 messages deleted, 0 not, in 3 rooms; something failed in 0"));
    }

    @Test
    void whatIsOlderOrWasDeletedByItsAuthorStaysAsItIs() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 3);
        one.identity.sql(
                "update room_event set ts = ts - ? where room_id = ? and seq <= 4",
                DAY.plusMinutes(1).toMillis(),
                room.value()); // two of the three: 1 to 3 are the founding
        accepted(one.submits(spammer, room, new RoomCommand.DeleteMessage(6, null)));

        Job job = runs(one, order(moderator, deletion(spammer)));

        assertThat(job.progress().done()).isEqualTo(1);
        assertThat(one.standing(spammer)).isEqualTo(1);
    }

    /** What is only hidden may be shown again; a decision that it may stay does not undo the deletion. */
    @Test
    void whatWasHiddenUntilSomebodyLooksIsDeletedTooAndNotShownAfterwards() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 2); // 4 and 5
        RoomActs acts = one.roomActs();
        done(acts.hide(RoomActs.Act.byServer(room, "reported", null, ids.cid(), null), 4));
        assertThat(one.count
                        .of(new Task.Deletion(spammer.user(), null, DAY, DAY), Instant.now())
                        .messages())
                .isEqualTo(2);

        Job job = runs(one, order(moderator, deletion(spammer)));

        assertThat(job.progress().done()).isEqualTo(2);
        assertThat(one.number(
                        "select count(*) from room_event e join room_event d on d.room_id = e.room_id"
                                + " and d.seq = e.deleted_seq where e.room_id = ? and d.type = 'msgs.deleted'",
                        room.value()))
                .isEqualTo(2);
    }

    /** A node dies between a commit and the row that says so. */
    @Test
    void whatADeadNodeLeftAnotherGoesOnWithAndCountsOnce() {
        var rooms = new ArrayList<RoomId>();
        for (int i = 0; i < 6; i++) {
            rooms.add(one.room(RoomKind.PUBLIC, alice, spammer));
            one.posts(spammer, rooms.get(i), 250);
        }
        Job job = order(moderator, deletion(spammer));
        var commands = new AtomicInteger();
        one.line = log -> new Dying(log, commands, 8);
        while (commands.get() < 8) {
            one.runner.round();
        }
        assertThat(now(job).doneAt()).isNull();
        assertThat(one.standing(spammer)).isPositive();

        Job done = runs(two, job);

        assertThat(done.progress()).isEqualTo(new Job.Progress(6, 0, 0, 1500, 0));
        assertThat(one.standing(spammer)).isZero();
        assertThat(rooms).allSatisfy(room -> {
            assertThat(one.events(room, "msgs.deleted")).isEqualTo(2);
            assertThat(one.events(room, "sanction.set")).isEqualTo(1);
        });
    }

    @Test
    void twoNodesThatBothThinkItIsTheirsDoItOnce() throws Exception {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 900);
        Job job = order(moderator, deletion(spammer));
        JobRows rows = new JobRows(one.identity.database);
        one.runner.round();
        // the lease is given away while its holder does not notice, round after round
        var other = CompletableFuture.runAsync(() -> runs(two, job));
        while (now(job).doneAt() == null) {
            one.identity.sql("update lease set until_at = 0");
            one.runner.round();
        }
        other.get();

        assertThat(rows.find(job.id()).orElseThrow().progress()).isEqualTo(new Job.Progress(1, 0, 0, 900, 0));
        assertThat(one.events(room, "msgs.deleted")).isEqualTo(5);
        assertThat(lines(AuditAct.JOB_DONE, spammer.user().value())).hasSize(1);
    }

    @Test
    void whatIsSentDuringTheJobIsRefusedOrDeletedToo() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        RoomId later = one.room(RoomKind.PUBLIC, alice);
        one.posts(spammer, room, 300);
        Job job = order(moderator, deletion(spammer));
        var sends = new ArrayList<CompletionStage<Answer>>();

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    sends.add(two.submits(spammer, room, post("still here")));
                    two.submits(spammer, later, new RoomCommand.JoinRoom());
                    sends.add(two.submits(spammer, later, post("elsewhere")));
                    one.runner.round();
                    return now(job).doneAt() != null;
                });

        sends.forEach(JobNode::answer);
        assertThat(now(job).progress().rooms()).isEqualTo(2);
        assertThat(one.standing(spammer)).isZero();
    }

    @Test
    void orderedTwiceItIsOneJobAndAnotherUnderItsKeyIsRefused() throws Exception {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 1);
        Jobs.Order order = deletion(spammer);
        var twice = List.of(
                CompletableFuture.supplyAsync(() -> one.jobs.order(moderator.staff(), order)),
                CompletableFuture.supplyAsync(() -> two.jobs.order(moderator.staff(), order)));

        assertThat(List.of(
                        done(twice.get(0).get()).duplicate(),
                        done(twice.get(1).get()).duplicate()))
                .containsExactlyInAnyOrder(true, false);
        assertThat(lines(AuditAct.DELETION_ORDERED, spammer.user().value())).hasSize(1);
        assertThat(refusal(one.jobs.order(admin.staff(), order))).isInstanceOf(Refusal.CidConflict.class);
        var other = new Jobs.Order(order.id(), order.task(), "something else", order.told());
        assertThat(refusal(one.jobs.order(moderator.staff(), other))).isInstanceOf(Refusal.CidConflict.class);
        runs(one, now(done(one.jobs.order(moderator.staff(), order)).job()));
    }

    @Test
    void onlyWhoOutranksAPersonOrdersItAndNobodyOfThemself() {
        Person auditor = one.person(GlobalRole.AUDITOR);

        assertThat(refusal(one.jobs.order(alice.staff(), deletion(spammer)))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(refusal(one.jobs.order(auditor.staff(), deletion(spammer)))).isInstanceOf(Refusal.Forbidden.class);
        assertThat(refusal(one.jobs.order(moderator.staff(), deletion(moderator))))
                .isInstanceOf(Refusal.Forbidden.class);
        assertThat(refusal(one.jobs.order(moderator.staff(), deletion(admin)))).isInstanceOf(Refusal.Forbidden.class);
        runs(one, order(admin, deletion(moderator)));
        var nobody = order(new Task.Deletion(new io.confab.kernel.UserId("u_none"), null, DAY, DAY));
        assertThat(refusal(one.jobs.order(moderator.staff(), nobody))).isInstanceOf(Refusal.NotFound.class);
        var unmuted = order(new Task.Deletion(spammer.user(), null, DAY, Duration.ZERO));
        assertThat(refusal(one.jobs.order(moderator.staff(), unmuted))).isInstanceOf(Refusal.BadRequest.class);
        var silent = new Jobs.Order(ids.cid(), new Task.Deletion(spammer.user(), null, DAY, DAY), " ", "");
        assertThat(refusal(one.jobs.order(moderator.staff(), silent))).isInstanceOf(Refusal.BadRequest.class);
    }

    @Test
    void aLongerMuteStaysAndAnArchivedOrFrozenRoomIsCleanedToo() {
        RoomId archived = one.room(RoomKind.PUBLIC, alice, spammer);
        RoomId frozen = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, archived, 2);
        one.posts(spammer, frozen, 2);
        accepted(one.does(alice, archived, new RoomCommand.ArchiveRoom()));
        accepted(one.does(
                alice, frozen, new RoomCommand.SetSanction(spammer.user(), SanctionKind.MUTE, null, "for good")));
        accepted(one.does(alice, frozen, new RoomCommand.UpdateRoom(null, null, RoomMode.FROZEN, null)));

        Job job = runs(one, order(moderator, deletion(spammer)));

        assertThat(job.progress()).isEqualTo(new Job.Progress(2, 0, 0, 4, 0));
        assertThat(one.number(
                        "select muted_until from room_member where room_id = ? and user_id = ?",
                        frozen.value(),
                        spammer.user().value()))
                .isEqualTo(Membership.FOREVER.toEpochMilli());
    }

    /** The same job is for whole rooms: a purge. */
    @Test
    void aRoomIsPurgedOfWhatWasThereWhenItWasOrderedHoweverBusyItIs() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 30);
        one.posts(alice, room, 30);
        var task = new Task.Deletion(null, room, Duration.ofHours(1), Duration.ZERO);
        assertThat(one.count.of(task, Instant.now()).messages()).isEqualTo(60);
        Job job = order(moderator, order(task));
        await().until(() -> Instant.now().isAfter(job.orderedAt()));
        accepted(one.submits(alice, room, post("after it")));

        Job done = runs(one, job);

        assertThat(done.progress()).isEqualTo(new Job.Progress(1, 0, 0, 60, 0));
        assertThat(one.standing(alice)).isEqualTo(1);
        assertThat(one.events(room, "sanction.set")).isZero();
        RoomId direct = one.room(RoomKind.DIRECT, alice, spammer);
        var emptied = order(new Task.Deletion(null, direct, DAY, Duration.ZERO));
        assertThat(refusal(one.jobs.order(moderator.staff(), emptied))).isInstanceOf(Refusal.Forbidden.class);
    }

    @Test
    void aDatabaseThatIsAwayOnlyDelaysAJobAndARefusalIsSaidOfItsRoom() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 1);
        Job job = order(moderator, deletion(spammer));
        one.line = log -> new Refusing(log, new Refusal.Unavailable("away", Duration.ZERO));
        one.runner.round();
        one.runner.round();
        assertThat(now(job).progress().waiting()).isEqualTo(1);
        one.line = log -> new Refusing(log, new Refusal.Forbidden("not today"));

        Job done = runs(one, job);

        assertThat(done.progress()).isEqualTo(new Job.Progress(1, 0, 1, 0, 1));
        assertThat(one.jobs.rooms(job.id(), "", 10)).singleElement().satisfies(at -> {
            assertThat(at.state()).isEqualTo(JobRoom.State.FAILED);
            assertThat(at.note()).isEqualTo("not today");
        });
    }

    /** The same as with a database that is away, but it never passes. */
    @Test
    void aRoomInWhichItFailsEveryTimeIsGivenUpAndHoldsUpNeitherItsJobNorOthers() {
        var rooms = new ArrayList<>(
                List.of(one.room(RoomKind.PUBLIC, alice, spammer), one.room(RoomKind.PUBLIC, alice, spammer)));
        rooms.sort(Comparator.comparing(RoomId::value));
        RoomId bad = rooms.getFirst(); // it comes first
        RoomId good = rooms.getLast();
        one.posts(spammer, bad, 2);
        one.posts(spammer, good, 2);
        Person second = one.person();
        RoomId other = one.room(RoomKind.PUBLIC, alice, second);
        one.posts(second, other, 1);
        one.line = log -> new Failing(log, bad);
        Job job = order(moderator, deletion(spammer));
        Job next = order(moderator, deletion(second));

        goesOnUntil(() -> one.events(good, "msgs.deleted") == 1);

        assertThat(now(job).progress().failedRooms()).isZero();
        assertThat(runs(one, next).progress().done()).isEqualTo(1);
        assertThat(runs(one, job).progress()).isEqualTo(new Job.Progress(2, 0, 1, 2, 2));
        assertThat(one.jobs.rooms(job.id(), "", 10))
                .filteredOn(at -> at.room().equals(bad))
                .singleElement()
                .satisfies(at -> assertThat(at.note()).isEqualTo("as always"));
    }

    /** Whatever is thrown in one job: the next one is carried out in the same rounds. */
    @Test
    void aJobInWhichSomethingBreaksDoesNotStopTheOthers() {
        RoomId bad = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, bad, 1);
        Person second = one.person();
        one.posts(second, one.room(RoomKind.PUBLIC, alice, second), 1);
        one.line = log -> new Breaking(log, bad, () -> new IllegalStateException("a mistake of ours"));
        Job job = order(moderator, deletion(spammer));
        Job next = order(moderator, deletion(second));

        assertThat(runs(one, next).progress().done()).isEqualTo(1);
        assertThat(runs(one, job).progress().failedRooms()).isEqualTo(1);
    }

    /** To the runner a statement that takes too long looks as a database that is away does. */
    @Test
    void aRoomThatIsTooSlowHoldsUpNeitherTheOtherRoomsNorOtherJobs() {
        var rooms = new ArrayList<>(
                List.of(one.room(RoomKind.PUBLIC, alice, spammer), one.room(RoomKind.PUBLIC, alice, spammer)));
        rooms.sort(Comparator.comparing(RoomId::value));
        RoomId slow = rooms.getFirst(); // it comes first
        RoomId good = rooms.getLast();
        one.posts(spammer, slow, 1);
        one.posts(spammer, good, 1);
        Person second = one.person();
        one.posts(second, one.room(RoomKind.PUBLIC, alice, second), 1);
        one.line = log -> new Breaking(log, slow, one::tooSlow);
        Job job = order(moderator, deletion(spammer));
        Job next = order(moderator, deletion(second));

        goesOnUntil(() -> one.events(good, "msgs.deleted") == 1);
        assertThat(runs(one, next).progress().done()).isEqualTo(1);

        assertThat(now(job).progress().waiting()).isEqualTo(1);
        one.line = UnaryOperator.identity();
        assertThat(runs(one, job).progress()).isEqualTo(new Job.Progress(2, 0, 0, 2, 0));
    }

    @Test
    void aJobWhoseRowsAreTooSlowHoldsUpNoOther() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 1);
        Person second = one.person();
        one.posts(second, one.room(RoomKind.PUBLIC, alice, second), 1);
        Job job = order(moderator, deletion(spammer));
        Job next = order(moderator, deletion(second));
        one.slow = job.id();

        assertThat(runs(one, next).progress().done()).isEqualTo(1);

        one.slow = "";
        assertThat(runs(one, job).progress().done()).isEqualTo(1);
    }

    /** As many as are read at a time: all of one person. */
    @Test
    void jobsThatDoNotGetOnKeepNobodyElsesFromTheirTurn() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        one.posts(alice, room, 1);
        Person busy = one.person(GlobalRole.MODERATOR);
        var waiting = new ArrayList<Job>();
        for (int i = 0; i < Jobs.MOST_OPEN; i++) {
            waiting.add(order(busy, order(new Task.Deletion(null, room, DAY, Duration.ZERO))));
        }
        Instant last = Instant.now();
        await().until(() -> Instant.now().toEpochMilli() > last.toEpochMilli());
        Job next = order(admin, order(new Task.Announcement("hello", false, List.of(room))));
        one.line = log -> new Refusing(log, new Refusal.Unavailable("away", Duration.ZERO));

        assertThat(runs(one, next).progress().done()).isEqualTo(1);

        one.line = UnaryOperator.identity();
        waiting.forEach(job -> assertThat(runs(one, job).progress().waiting()).isZero());
    }

    @Test
    void theFirstJobsHaveTheirTurnAgainThoughTheLastNeverGetsOn() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        RoomId slow = one.room(RoomKind.PUBLIC, alice);
        one.posts(alice, room, 1);
        one.posts(alice, slow, 1);
        Person busy = one.person(GlobalRole.MODERATOR);
        var waiting = new ArrayList<Job>();
        for (int i = 0; i < Jobs.MOST_OPEN; i++) {
            waiting.add(order(busy, order(new Task.Deletion(null, room, DAY, Duration.ZERO))));
        }
        Instant last = Instant.now();
        await().until(() -> Instant.now().toEpochMilli() > last.toEpochMilli());
        Job stuck = order(admin, order(new Task.Deletion(null, slow, DAY, Duration.ZERO)));
        var tried = new AtomicInteger();
        one.line = log -> new Breaking(new Breaking(log, room, one::tooSlow), slow, () -> {
            tried.incrementAndGet();
            return one.tooSlow();
        });
        goesOnUntil(() -> tried.get() > 0);

        one.line = log -> new Breaking(log, slow, one::tooSlow);

        waiting.forEach(job -> assertThat(runs(one, job).progress().waiting()).isZero());
        assertThat(now(stuck).doneAt()).isNull();
        one.line = UnaryOperator.identity();
        runs(one, stuck);
    }

    @Test
    void asManyJobsAsAreReadAtATimeAreReadAgainInTheNextRound() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        one.posts(alice, room, 1);
        Person busy = one.person(GlobalRole.MODERATOR);
        var waiting = new ArrayList<Job>();
        for (int i = 0; i < Jobs.MOST_OPEN; i++) {
            waiting.add(order(busy, order(new Task.Deletion(null, room, DAY, Duration.ZERO))));
        }
        var tried = new AtomicInteger();
        one.line = log -> new Breaking(log, room, () -> {
            tried.incrementAndGet();
            return one.tooSlow();
        });
        await().until(() -> one.runner.round() && tried.get() > 0);
        tried.set(0);

        assertThat(one.runner.round()).isTrue();

        assertThat(tried).hasValueGreaterThan(0);
        one.line = UnaryOperator.identity();
        waiting.forEach(job -> assertThat(runs(one, job).progress().waiting()).isZero());
    }

    @Test
    void aRoomInWhichSomethingCouldNotBeDoneIsLeftAloneForAWhile() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 1);
        Job job = order(moderator, deletion(spammer));
        var tried = new AtomicInteger();
        one.line = log -> new Breaking(log, room, () -> {
            tried.incrementAndGet();
            return one.tooSlow();
        });
        JobRunner patient = one.runner(Duration.ofHours(1));
        await().until(() -> patient.round() && tried.get() > 0);

        for (int i = 0; i < 5; i++) {
            patient.round();
        }

        assertThat(tried).hasValue(1);
        one.line = UnaryOperator.identity();
        runs(one, job);
    }

    @Test
    void whileARoomIsLeftAloneForAWhileTheRoomsThatAreNotFoundYetAreTakenOn() {
        RoomId slow = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, slow, 1);
        var tried = new AtomicInteger();
        one.line = log -> new Breaking(log, slow, () -> {
            tried.incrementAndGet();
            return one.tooSlow();
        });
        order(moderator, deletion(spammer));
        JobRunner patient = one.runner(Duration.ofHours(1));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            patient.round();
            return tried.get() > 0;
        });
        RoomId later = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, later, 1);

        await().atMost(Duration.ofSeconds(30)).until(() -> {
            patient.round();
            return one.events(later, "msgs.deleted") == 1;
        });
        assertThat(one.events(slow, "msgs.deleted")).isZero();
    }

    /** By the clock of this node; what another's has written ahead of it does not count. */
    @Test
    void howLongARoomIsLeftAloneIsBoundedThoughClocksDiffer() {
        JobRoom at = new JobRoom(
                new RoomId("r_any"), "", JobRoom.State.WAITING, -1, 0, 0, 0, 0, Instant.ofEpochMilli(5_000), "");
        Duration second = Duration.ofSeconds(1);

        assertThat(at.wasTriedWithin(second, Instant.ofEpochMilli(5_999))).isTrue();
        assertThat(at.wasTriedWithin(second, Instant.ofEpochMilli(6_000))).isFalse();
        assertThat(at.wasTriedWithin(second, Instant.ofEpochMilli(4_999))).isFalse();
    }

    /** Two nodes that both think that the job is theirs: the slower one would change what the line in the audit trail says. */
    @Test
    void ofAJobThatIsOverNothingIsCountedAnyMore() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        Job job = order(admin, order(new Task.Announcement("hello", false, List.of(room))));
        JobRows rows = new JobRows(one.identity.database);
        JobRoom at = rows.next(job.id()).orElseThrow();
        rows.finish(
                job, new AuditLine(admin.user(), AuditAct.JOB_DONE, job.target(), null, "", "", null), Instant.now());

        assertThat(rows.move(job.id(), at, at.at(0, 1).over())).isFalse();

        assertThat(rows.next(job.id())).contains(at);
    }

    @Test
    void aRoomInWhichAnAnnouncementBreaksCountsAsNotTold() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        one.line = log -> new Breaking(log, room, () -> new IllegalStateException("a mistake of ours"));

        Job job = runs(one, order(admin, order(new Task.Announcement("hello", false, List.of(room)))));

        assertThat(job.progress()).isEqualTo(new Job.Progress(1, 0, 1, 0, 1));
    }

    @Test
    void aLongerMuteThatIsLaidWhileTheJobComesToTheRoomIsNotShortened() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 1);
        one.line = log -> new Preceding(
                log,
                RoomCommand.SetSanction.class,
                () -> accepted(one.does(
                        alice,
                        room,
                        new RoomCommand.SetSanction(spammer.user(), SanctionKind.MUTE, null, "for good"))));

        runs(one, order(moderator, deletion(spammer)));

        assertThat(one.number(
                        "select muted_until from room_member where room_id = ? and user_id = ?",
                        room.value(),
                        spammer.user().value()))
                .isEqualTo(Membership.FOREVER.toEpochMilli());
        assertThat(one.standing(spammer)).isZero();
    }

    @Test
    void aStoppedJobDoesNothingMoreAndSaysWhatItHasDone() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, room, 900);
        Job job = order(moderator, deletion(spammer));
        goesOnUntil(() -> one.events(room, "msgs.deleted") > 0);
        long events = one.events(room, "msgs.deleted");
        assertThat(events).isLessThan(5);

        var stopped = done(one.jobs.stop(moderator.staff(), job.id(), "the wrong person"));
        var again = done(one.jobs.stop(admin.staff(), job.id(), "the wrong person"));

        assertThat(List.of(stopped.duplicate(), again.duplicate())).containsExactly(false, true);
        Job over = runs(two, job);
        assertThat(one.events(room, "msgs.deleted")).isEqualTo(events);
        assertThat(over.progress()).isEqualTo(new Job.Progress(1, 1, 0, events * 200, 0));
        assertThat(over.stop()).isNotNull();
        assertThat(lines(AuditAct.JOB_STOPPED, spammer.user().value()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.line().why()).isEqualTo("the wrong person"));
        assertThat(lines(AuditAct.JOB_DONE, spammer.user().value()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.line().after()).startsWith("stopped: " + events * 200));
    }

    @Test
    void aJobIsStoppedByWhoMightOrderIt() {
        RoomId room = one.room(RoomKind.PUBLIC, alice, moderator);
        one.posts(moderator, room, 1);
        Job ofModerator = order(admin, deletion(moderator));
        Job words = order(admin, order(new Task.Announcement("hello", false, List.of(room))));
        Person other = one.person(GlobalRole.MODERATOR);

        for (Person person : List.of(moderator, other, alice, one.person(GlobalRole.AUDITOR))) {
            assertThat(refusal(one.jobs.stop(person.staff(), ofModerator.id(), "mine")))
                    .isInstanceOf(Refusal.Forbidden.class);
            assertThat(refusal(one.jobs.stop(person.staff(), words.id(), "no"))).isInstanceOf(Refusal.Forbidden.class);
        }
        assertThat(refusal(one.jobs.stop(admin.staff(), "none", "no"))).isInstanceOf(Refusal.NotFound.class);
        assertThat(refusal(one.jobs.stop(admin.staff(), words.id(), " "))).isInstanceOf(Refusal.BadRequest.class);
        runs(one, ofModerator);
        runs(one, words);
        assertThat(refusal(one.jobs.stop(admin.staff(), words.id(), "too late")))
                .isInstanceOf(Refusal.Conflict.class);
    }

    /** The list of jobs does not sum up all rooms of all that ever was announced. */
    @Test
    void whatCameOfAJobStandsInItsOwnRowWhenItIsOver() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        Job job = runs(one, order(admin, order(new Task.Announcement("hello", false, List.of(room)))));
        one.identity.sql("delete from job_room where job_id = ?", job.id());

        assertThat(now(job).progress()).isEqualTo(new Job.Progress(1, 0, 0, 1, 0));
    }

    @Test
    void onePersonHasABoundedNumberOfJobsUnderWay() {
        Person busy = one.person(GlobalRole.MODERATOR);
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        var ordered = new ArrayList<Job>();
        for (int i = 0; i < Jobs.MOST_OPEN; i++) {
            ordered.add(order(busy, order(new Task.Deletion(null, room, DAY, Duration.ZERO))));
        }

        var more = order(new Task.Deletion(null, room, DAY, Duration.ZERO));
        assertThat(refusal(one.jobs.order(busy.staff(), more))).isInstanceOf(Refusal.Conflict.class);
        ordered.forEach(job -> done(one.jobs.stop(busy.staff(), job.id(), "enough")));
        ordered.forEach(job -> runs(one, job));
        assertThat(done(one.jobs.order(busy.staff(), more)).duplicate()).isFalse();
        runs(one, now(done(one.jobs.order(busy.staff(), more)).job()));
    }

    /** Else it would be over before the job, which may have to wait, comes to the room. */
    @Test
    void aMuteLastsAnHourAtLeast() {
        var brief = order(
                new Task.Deletion(spammer.user(), null, DAY, Duration.ofHours(1).minusMillis(1)));

        assertThat(refusal(one.jobs.order(moderator.staff(), brief))).isInstanceOf(Refusal.BadRequest.class);
    }

    /** Whoever has said more than is looked at is counted room by room, the last hours of each. */
    @Test
    void theLastHoursOfWhoHasSaidVeryMuchAreStillCounted() {
        RoomId old = one.room(RoomKind.PUBLIC, alice, spammer);
        RoomId room = one.room(RoomKind.PUBLIC, alice, spammer);
        one.posts(spammer, old, 12);
        one.identity.sql(
                "update room_event set ts = ts - ? where room_id = ?",
                DAY.plusHours(1).toMillis(),
                old.value());
        one.posts(spammer, room, 3);
        var lately = new Task.Deletion(spammer.user(), null, DAY, DAY);

        var found = new MessageCount(one.identity.database, 10).of(lately, Instant.now());

        assertThat(found.messages()).isEqualTo(3);
        assertThat(found.complete()).isTrue();
        assertThat(found.rooms()).extracting(MessageCount.InRoom::room).containsExactly(room);
        assertThat(new MessageCount(one.identity.database, 2)
                        .of(lately, Instant.now())
                        .complete())
                .isFalse();
    }

    // --- announcements

    @Test
    void anAnnouncementStandsOnceInEachRoomWhateverItsModeAndWhoeverDies() {
        RoomId open = one.room(RoomKind.PUBLIC, alice);
        RoomId frozen = one.room(RoomKind.PRIVATE, alice);
        RoomId slow = one.room(RoomKind.PUBLIC, alice);
        RoomId archived = one.room(RoomKind.PUBLIC, alice);
        accepted(one.does(alice, slow, new RoomCommand.UpdateRoom(null, null, null, Duration.ofMinutes(1))));
        accepted(one.does(alice, frozen, new RoomCommand.UpdateRoom(null, null, RoomMode.FROZEN, null)));
        accepted(one.does(alice, archived, new RoomCommand.ArchiveRoom()));
        var task = new Task.Announcement("down at noon", false, List.of(slow, open, frozen, archived));
        Job job = order(admin, order(task));
        var commands = new AtomicInteger();
        one.line = log -> new Dying(log, commands, 2);
        while (commands.get() < 2) {
            one.runner.round();
        }

        Job done = runs(two, job);

        assertThat(done.progress()).isEqualTo(new Job.Progress(4, 0, 1, 3, 1));
        for (RoomId room : List.of(open, frozen, slow)) {
            assertThat(one.number(
                            "select count(*) from room_event where room_id = ? and by_id = 'u_confab' and type ="
                                    + " 'msg.new'",
                            room.value()))
                    .isEqualTo(1);
            assertThat(one.number(
                            "select count(*) from room_member where room_id = ? and user_id = 'u_confab'",
                            room.value()))
                    .isZero();
        }
        assertThat(one.jobs.rooms(job.id(), "", 10))
                .filteredOn(at -> at.state() == JobRoom.State.FAILED)
                .singleElement()
                .satisfies(at -> assertThat(at.room()).isEqualTo(archived));
    }

    @Test
    void anAnnouncementToAllReachesEachRoomThatIsThereAndNoConversation() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        RoomId direct = one.room(RoomKind.DIRECT, alice, spammer);
        Job job = order(admin, order(new Task.Announcement("hello all", true, List.of())));
        await().until(() -> Instant.now().isAfter(job.orderedAt()));
        RoomId later = one.room(RoomKind.PUBLIC, alice);

        Job done = runs(one, job);

        assertThat(done.expected()).isEqualTo(done.progress().done());
        assertThat(one.events(room, "msg.new")).isEqualTo(1);
        assertThat(one.events(direct, "msg.new") + one.events(later, "msg.new")).isZero();
    }

    @Test
    void onlyAdminsAnnounceAndOnlyTheServerSpeaksSo() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        var task = new Task.Announcement("hello", false, List.of(room));

        assertThat(refusal(one.jobs.order(moderator.staff(), order(task)))).isInstanceOf(Refusal.Forbidden.class);
        for (Task wrong : List.of(
                new Task.Announcement(" ", false, List.of(room)),
                new Task.Announcement("hello", false, List.of()),
                new Task.Announcement("hello", true, List.of(room)))) {
            assertThat(refusal(one.jobs.order(admin.staff(), order(wrong)))).isInstanceOf(Refusal.BadRequest.class);
        }
        var nowhere = new Task.Announcement("hello", false, List.of(new RoomId("r_none")));
        assertThat(refusal(one.jobs.order(admin.staff(), order(nowhere)))).isInstanceOf(Refusal.NotFound.class);
        for (Person person : List.of(alice, moderator, admin)) {
            assertThat(one.does(
                            person, room, new RoomCommand.Announce(post("me").body())))
                    .isInstanceOf(Answer.Refused.class);
        }
    }

    @Test
    void jobsAreListedNewestFirstByTheirPlace() {
        RoomId room = one.room(RoomKind.PUBLIC, alice);
        var made = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            made.addFirst(order(admin, order(new Task.Announcement("n" + i, false, List.of(room))))
                    .id());
            Instant last = Instant.now();
            await().until(() -> Instant.now().toEpochMilli() > last.toEpochMilli());
        }

        Job first = one.jobs.newest(Instant.now().plusSeconds(9), "", 1).getFirst();
        List<Job> rest = one.jobs.newest(first.orderedAt(), first.id(), 2);

        assertThat(first.id()).isEqualTo(made.getFirst());
        assertThat(rest).extracting(Job::id).containsExactly(made.get(1), made.get(2));
        assertThat(first.byName()).isEqualTo(admin.account().username());
        made.forEach(id -> runs(one, one.jobs.find(id).orElseThrow()));
    }
}
