package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.refused;
import static io.confab.log.LogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.directory.History;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.moderation.ModerationSettings;
import io.confab.moderation.WithheldPurge;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node whose database fails in every way: each command gets one true answer, and the log stays whole. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FailureContract {
    final Faults faults = new Faults();
    DatabaseFixture node;
    Person alice;
    Person bob;
    RoomId room;

    abstract String url();

    @BeforeAll
    void openNode() {
        // one writer, so that what is submitted together stands in one batch
        node = DatabaseFixture.open(
                url(), Map.of("confab.log.writers", "1", "confab.log.settle-timeout", "5s"), faults);
    }

    @BeforeEach
    void begin() {
        alice = node.person("alice");
        bob = node.person("bob");
        room = node.room(alice, RoomKind.PUBLIC, bob);
        faults.met.set(0);
    }

    @AfterAll
    void closeNode() {
        node.close();
    }

    private long head(RoomId of) {
        return node.number("select head from room where id = ?", of.value());
    }

    private long rows(String cid) {
        return node.number(
                "select count(*) from room_event where by_id = ? and cid = ?",
                alice.user().value(),
                cid);
    }

    private void assertWhole(RoomId of) {
        assertThat(RoomLogContract.numbers(node.reader().events(of, 0, 10_000, Integer.MAX_VALUE)))
                .isEqualTo(RoomLogContract.oneTo(head(of)));
    }

    /** Ten messages that stand in one batch: they queue up while the writer waits for bob's account. */
    private List<CompletionStage<Answer>> tenMessages(Runnable whileTheyWait) {
        var stages = new ArrayList<CompletionStage<Answer>>();
        try (Connection other = node.database.readers().getConnection()) {
            other.setAutoCommit(false);
            lock(
                    other,
                    "select id from account where id = ? for update",
                    bob.user().value());
            var plug = node.submits(bob, new RoomId("r_nowhere"), post("plug"), null);
            await().until(() -> node.metrics.figures().waitingCommands() == 0);
            for (int i = 0; i < 10; i++) {
                stages.add(node.submits(alice, room, post("m" + i), "k" + i));
            }
            whileTheyWait.run();
            other.rollback();
            refused(Refusal.NotFound.class, answer(plug));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return stages;
    }

    /** Each of the transaction's steps, and each kind of failure. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "from account",
                "from sign_in",
                "join room_event",
                "join room_member",
                "update room set",
                "into room_event"
            })
    void aTransactionThatFailsHalfWayLeavesNothingAndIsTriedAgain(String statement) {
        for (String state : List.of("XX000", "23505", "40001", "55P03")) {
            faults.met.set(0);
            faults.failStatements(statement, state, 1);
            String cid = state + statement.hashCode();

            Answer.Accepted first = accepted(node.does(alice, room, post("a"), cid));
            Answer.Accepted second = accepted(node.does(alice, room, post("b"), cid + "b"));

            assertThat(faults.met.get()).isEqualTo(1);
            assertThat(second.seq()).isEqualTo(first.seq() + 1);
            assertWhole(room);
        }
    }

    @Test
    void whatFailsAlwaysIsRefusedAndLeavesNoTrace() {
        long before = head(room);
        faults.failStatements("into room_event", "XX000", 1_000);

        refused(Refusal.Internal.class, node.does(alice, room, post("never"), "k1"));

        faults.failStatements("into room_event", "XX000", 0);
        assertThat(head(room)).isEqualTo(before);
        assertThat(rows("k1")).isZero();
        assertThat(accepted(node.does(alice, room, post("now"), "k1")).seq()).isEqualTo(before + 1);
        assertWhole(room);
    }

    @Test
    void oneFailureInABatchFailsNoNeighbour() {
        tenMessages(() -> faults.failStatements("into room_event", "XX000", 3))
                .forEach(stage -> accepted(answer(stage)));

        assertThat(head(room)).isEqualTo(13);
        assertWhole(room);
    }

    @Test
    void aDatabaseOutOfReachIsUnavailable() {
        faults.refuseConnections(1);

        Refusal.Unavailable refusal = refused(Refusal.Unavailable.class, node.does(alice, room, post("hello"), "k1"));

        assertThat(refusal.retryAfter()).isPositive();
        assertThat(rows("k1")).isZero();
        assertThat(accepted(node.does(alice, room, post("hello"), "k1")).duplicate())
                .isFalse();
    }

    @Test
    void aReadOnlyDatabaseIsUnavailable() {
        faults.failStatements("update room set", "25006", 1);

        refused(Refusal.Unavailable.class, node.does(alice, room, post("hello"), "k1"));

        accepted(node.does(alice, room, post("hello"), "k1"));
    }

    @Test
    void aLostCommitIsMadeAgain() {
        tenMessages(() -> faults.loseCommits(1))
                .forEach(
                        stage -> assertThat(accepted(answer(stage)).duplicate()).isFalse());

        assertThat(faults.met.get()).isEqualTo(1);
        assertThat(head(room)).isEqualTo(13);
        assertWhole(room);
    }

    @Test
    void aCommitWhoseAnswerWasLostIsFoundByItsCids() {
        tenMessages(() -> faults.loseAnswersOfCommits(1))
                .forEach(
                        stage -> assertThat(accepted(answer(stage)).duplicate()).isFalse());

        assertThat(faults.met.get()).isEqualTo(1);
        assertThat(head(room)).isEqualTo(13);
        assertWhole(room);
    }

    @Test
    void listenersAreToldOfACommitWhoseAnswerWasLost() {
        tenMessages(() -> faults.loseAnswersOfCommits(1)).forEach(stage -> accepted(answer(stage)));

        assertThat(faults.met.get()).isEqualTo(1);
        assertThat(RoomLogContract.numbers(node.heard.get(room))).isEqualTo(RoomLogContract.oneTo(13));
    }

    @Test
    void listenersAreToldOnceOfACommitThatWasLostAndMadeAgain() {
        tenMessages(() -> faults.loseCommits(1)).forEach(stage -> accepted(answer(stage)));

        assertThat(faults.met.get()).isEqualTo(1);
        assertThat(RoomLogContract.numbers(node.heard.get(room))).isEqualTo(RoomLogContract.oneTo(13));
    }

    /** Answers of one lost commit stay what they were: accepted, refused or a repeat. */
    @Test
    void aCommitWhoseAnswerWasLostAnswersRefusalsAndRepeatsAsItDecidedThem() {
        accepted(node.does(alice, room, post("m0"), "k0"));
        var stranger = node.person("stranger");
        var others = new ArrayList<CompletionStage<Answer>>();

        var stages = tenMessages(() -> {
            others.add(node.submits(stranger, room, post("let me in"), "s1"));
            faults.loseAnswersOfCommits(1);
        });

        assertThat(accepted(answer(stages.getFirst())).duplicate()).isTrue();
        stages.subList(1, 10)
                .forEach(
                        stage -> assertThat(accepted(answer(stage)).duplicate()).isFalse());
        refused(Refusal.NotMember.class, answer(others.getFirst()));
        assertThat(head(room)).isEqualTo(13);
        assertWhole(room);
    }

    @Test
    void anUnknownOutcomeIsLookedUpUntilTheDatabaseIsBack() {
        faults.loseAnswersOfCommits(1);
        faults.failStatements("from room r where", "08006", 3); // the look-up fails three times as well

        Answer.Accepted ok = accepted(node.does(alice, room, post("hello"), "k1"));

        assertThat(ok.duplicate()).isFalse();
        assertThat(rows("k1")).isEqualTo(1);
        assertThat(node.metrics.figures().unknown()).isPositive();
    }

    /** They were not tried, so they can be told so at once, long before the time of a command is over. */
    @Test
    void whoWaitsBehindAnUnknownOutcomeWhileTheDatabaseIsAwayIsToldAtOnce() {
        faults.loseAnswersOfCommits(1);
        faults.failStatements("from room r where", "08006", Integer.MAX_VALUE);
        var unknown = node.submits(alice, room, post("hello"), "k1");
        await().until(() -> faults.met.get() > 1);
        long begun = System.nanoTime();

        refused(Refusal.Unavailable.class, node.does(bob, room, post("behind it"), "k2"));

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isLessThan(node.settings.commandTimeout().dividedBy(2));
        assertThat(unknown.toCompletableFuture()).isNotDone();
        faults.failStatements("from room r where", "08006", 0);
        assertThat(accepted(answer(unknown)).duplicate()).isFalse();
        accepted(node.does(bob, room, post("behind it"), "k2"));
        assertWhole(room);
    }

    /** "Unavailable" would say of its cid that it is not stored. */
    @Test
    void aRepeatOfWhatIsLookedUpWaitsForItsAnswerWhileThoseBesideItAreTold() {
        faults.loseAnswersOfCommits(1);
        faults.failStatements("from room r where", "08006", Integer.MAX_VALUE);
        var unknown = node.submits(alice, room, post("hello"), "k1");
        await().until(() -> faults.met.get() > 1);
        var repeat = node.submits(alice, room, post("hello"), "k1");

        refused(Refusal.Unavailable.class, node.does(bob, room, post("beside it"), "k1"));

        assertThat(repeat.toCompletableFuture()).isNotDone();
        faults.failStatements("from room r where", "08006", 0);
        assertThat(accepted(answer(unknown)).duplicate()).isFalse();
        assertThat(accepted(answer(repeat)).duplicate()).isTrue();
        assertWhole(room);
    }

    @Test
    void anOutcomeThatStaysUnknownIsSaidToBeUnknown() {
        faults.loseAnswersOfCommits(1);
        faults.failStatements("from room r where", "08006", Integer.MAX_VALUE);

        refused(Refusal.Internal.class, node.does(alice, room, post("hello"), "k1"));

        faults.failStatements("from room r where", "08006", 0);
        assertThat(accepted(node.does(alice, room, post("hello"), "k1")).duplicate())
                .isTrue();
        assertThat(rows("k1")).isEqualTo(1);
    }

    @Test
    void aCreationWhoseAnswerWasLostMakesOneRoom() {
        faults.loseAnswersOfCommits(1);

        assertMadeOnce(create("c1"), "c1");
    }

    @Test
    void aCreationWhoseCommitWasLostIsMadeAgain() {
        faults.loseCommits(1);

        assertMadeOnce(create("c1"), "c1");
        assertThat(faults.met.get()).isEqualTo(1);
    }

    @Test
    void aCreationWhoseAnswerWasLostIsFoundHoweverOftenItsLookUpFails() {
        faults.loseAnswersOfCommits(1);
        faults.afterLostAnswer(() -> faults.failStatements("join room_event", "XX000", 3));

        assertMadeOnce(create("c1"), "c1");
        assertThat(faults.met.get()).isEqualTo(4);
    }

    /** It is looked up, not decided again by what holds now. */
    @Test
    void aCreationWhoseAnswerWasLostIsFoundThoughItsCreatorWasSuspendedMeanwhile() {
        faults.loseAnswersOfCommits(1);
        faults.afterLostAnswer(() -> node.suspend(alice));

        assertMadeOnce(create("c1"), "c1");
        refused(Refusal.Forbidden.class, create("c2"));
    }

    private Answer create(String cid) {
        var command = new RoomCommand.CreateRoom(RoomKind.PUBLIC, "once", List.of(bob.user()));
        return answer(node.log().create(alice.caller(), command, cid));
    }

    private void assertMadeOnce(Answer answer, String cid) {
        Answer.Accepted created = accepted(answer);
        assertThat(created.duplicate()).isFalse();
        assertThat(rows(cid)).isEqualTo(1);
        assertThat(RoomLogContract.numbers(node.heard.get(created.room()))).isEqualTo(RoomLogContract.oneTo(3));
        assertWhole(created.room());
    }

    /** A node that froze inside its transaction holds the row of one room: the others go on. */
    @Test
    void aRowLockThatIsNotGivenBackStopsOnlyItsRoom() throws SQLException {
        RoomId other = node.room(alice, RoomKind.PUBLIC, bob);
        try (Connection frozen = node.database.readers().getConnection()) {
            frozen.setAutoCommit(false);
            lock(frozen, "select id from room where id = ? for update", room.value());

            for (int round = 0; round < 3; round++) {
                long begun = System.nanoTime();
                var held = node.submits(alice, room, post("held" + round), "h" + round);
                var free = node.submits(bob, other, post("free" + round), "f" + round);

                accepted(answer(free));
                refused(Refusal.Unavailable.class, answer(held));
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                // only the first round waits for the lock timeout; the next know the room
                assertThat(took).isLessThan(Duration.ofMillis(round == 0 ? 2_500 : 900));
                assertThat(rows("h" + round)).isZero();
            }
            aCrowdWaitsNoLongerThanOne(other);
            frozen.rollback();
        }
        accepted(node.does(alice, room, post("held0"), "h0"));
        assertWhole(room);
    }

    /** It fills several batches, but all of it has waited since it came. */
    private void aCrowdWaitsNoLongerThanOne(RoomId other) {
        long begun = System.nanoTime();
        var crowd = new ArrayList<CompletionStage<Answer>>();
        for (int i = 0; i < 4 * node.settings.maxBatch(); i++) {
            crowd.add(node.submits(alice, room, post("crowd"), null));
        }

        accepted(node.does(bob, other, post("behind the crowd"), null));

        // four waits one after the other would take a second
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(700));
        crowd.forEach(held -> refused(Refusal.Unavailable.class, answer(held)));
    }

    @Test
    void anAccountThatIsNotGivenBackStopsOnlyItsPerson() throws SQLException {
        try (Connection frozen = node.database.readers().getConnection()) {
            frozen.setAutoCommit(false);
            lock(
                    frozen,
                    "select id from account where id = ? for update",
                    alice.user().value());

            var held = node.submits(alice, room, post("held"), "h");
            var free = node.submits(bob, room, post("free"), "f");

            accepted(answer(free));
            refused(Refusal.Unavailable.class, answer(held));
            frozen.rollback();
        }
        accepted(node.does(alice, room, post("held"), "h"));
    }

    /** The room is known to be stuck, but whoever holds it now is well and about to end. */
    @Test
    void aLockThatIsGivenBackAtOnceRefusesNobodyEvenInARoomThatWasStuck() throws Exception {
        String lockRoom = "select id from room where id = ? for update";
        try (Connection other = node.database.readers().getConnection()) {
            other.setAutoCommit(false);
            lock(other, lockRoom, room.value());
            refused(Refusal.Unavailable.class, node.does(alice, room, post("stuck"), "s"));
            other.rollback();

            lock(other, lockRoom, room.value());
            long commits = node.metrics.figures().commits();
            var send = node.submits(alice, room, post("hello"), "h");
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> node.metrics.figures().commits() > commits); // it has met the lock
            other.rollback();

            accepted(answer(send));
        }
        assertWhole(room);
    }

    private static void lock(Connection jdbc, String sql, String id) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            statement.setString(1, id);
            statement.executeQuery().close();
        }
    }

    @Test
    void deletionLeavesNoTextInAnyRow() {
        long seq = node.posts(alice, room, "zebra").seq();
        node.succeeds(alice, room, new RoomCommand.EditMessage(seq, text("zebras @" + bob.username())));
        node.submits(alice, room, new RoomCommand.EditMessage(seq, text("three zebras")), null);
        node.succeeds(alice, room, new RoomCommand.DeleteMessage(seq, null));

        assertThat(node.number(
                        "select count(*) from room_event where room_id = ? and (cast(body as varchar) like '%zebra%'"
                                + " or cast(detail as varchar) like '%zebra%'"
                                + " or cast(detail as varchar) like '%" + bob.user() + "%' and type like 'msg.%')",
                        room.value()))
                .isZero();
        assertThat(node.number("select count(*) from room_mention where room_id = ?", room.value()))
                .isZero();
    }

    /** Else the message stood there as it was before its edit. */
    @Test
    void aPurgeInTheMiddleOfAReturnTakesNothingOfIt() {
        long seq = node.posts(bob, room, "before the edit").seq();
        node.succeeds(bob, room, new RoomCommand.EditMessage(seq, text("after the edit")));
        node.succeeds(alice, room, new RoomCommand.HideMessage(seq, null));
        node.update("update withheld set at = 0 where room_id = ?", room.value());
        var purge = new WithheldPurge(node.database, new ModerationSettings(Duration.ofDays(30)), Clock.systemUTC());
        faults.stallStatement("and target_seq = ? and exists");
        var back = node.submits(alice, room, new RoomCommand.RestoreMessage(seq), null);
        await().until(faults::hasStalled);

        purge.round();
        faults.release();

        accepted(answer(back));
        var standing =
                new History(node.database).around(room, seq, head(room), 1).rows();
        assertThat(standing.getLast().body()).contains("after the edit");
    }
}
