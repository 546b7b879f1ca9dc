package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** C10: a writer hangs in the driver. Its senders are answered in time, and what they are told is and stays true. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StalledDatabaseTest {
    private final Faults faults = new Faults();
    private final DatabaseFixture node = DatabaseFixture.open(
            DatabaseFixture.freshH2(),
            Map.of(
                    "confab.log.writers", "1",
                    "confab.log.command-timeout", "200ms",
                    "confab.log.settle-timeout", "1500ms"),
            faults);
    private Person alice;
    private RoomId room;

    @BeforeEach
    void aRoom() {
        alice = node.person("alice");
        await("the first command may take longer than it may wait")
                .untilAsserted(() -> room = node.room(alice, RoomKind.PUBLIC));
        node.heard.clear();
    }

    @AfterAll
    void close() {
        faults.release();
        node.close();
    }

    private long rows(String cid) {
        return node.number(
                "select count(*) from room_event where by_id = ? and cid = ?",
                alice.user().value(),
                cid);
    }

    private void awaitWriter() {
        await().until(() -> node.metrics.unanswered() == 0);
    }

    @Test
    void aCommandWhoseStatementHangsIsUnavailableAndIsNeverStoredThoughTheStatementGoesOn() {
        faults.stallStatement("into room_event");

        refused(Refusal.Unavailable.class, node.does(alice, room, post("hello"), "k1"));
        faults.release();
        awaitWriter();

        assertThat(rows("k1")).isZero();
        assertThat(accepted(node.does(alice, room, post("hello"), "k1")).duplicate())
                .isFalse();
    }

    @Test
    void aCommandWhoseCommitHangsIsUnknownAndItsListenersHearOfItWhenItGoesOn() {
        faults.stallCommit();

        refused(Refusal.Internal.class, node.does(alice, room, post("hello"), "k1"));
        faults.release();
        awaitWriter();

        assertThat(rows("k1")).isEqualTo(1);
        assertThat(RoomLogContract.numbers(node.heard.get(room))).containsExactly(3L);
        assertThat(accepted(node.does(alice, room, post("hello"), "k1")).duplicate())
                .isTrue();
    }

    /** "Unavailable" would say of its cid that it is not and will not be stored. */
    @Test
    void aRepeatBehindACommitThatHangsIsUnknownAsThatIs() {
        faults.stallCommit();
        var first = node.submits(alice, room, post("hello"), "k1");
        await().until(() -> node.metrics.figures().waitingCommands() == 0);
        var repeat = node.submits(alice, room, post("hello"), "k1");
        var other = node.submits(alice, room, post("hello"), "k2");

        refused(Refusal.Internal.class, answer(first));
        refused(Refusal.Internal.class, answer(repeat));
        refused(Refusal.Unavailable.class, answer(other));
        faults.release();
        awaitWriter();

        assertThat(rows("k1")).isEqualTo(1);
        assertThat(rows("k2")).isZero();
    }

    /** So that a repeat waits behind it, and is not decided beside it. */
    @Test
    void aCreationHasTheSameWriterEachTimeItIsRepeated() {
        try (var many = DatabaseFixture.open(
                DatabaseFixture.freshH2(),
                Map.of("confab.log.writers", "8", "confab.db.log-pool", "10", "confab.log.command-timeout", "1s"),
                faults)) {
            var carol = many.person("carol");
            many.room(carol, RoomKind.PRIVATE);
            var command = new RoomCommand.CreateRoom(RoomKind.PUBLIC, "maybe", List.of());
            faults.stallCommit();
            var first = many.log().create(carol.caller(), command, "c1");
            await().until(() -> many.metrics.figures().waitingCommands() == 0);
            var repeat = many.log().create(carol.caller(), command, "c1");

            refused(Refusal.Internal.class, answer(first));
            refused(Refusal.Internal.class, answer(repeat));
            faults.release();
        }
    }

    private Answer creates(String cid) {
        var command = new RoomCommand.CreateRoom(RoomKind.PUBLIC, "maybe", List.of());
        return answer(node.log().create(alice.caller(), command, cid));
    }

    @Test
    void aRoomWhoseCommitWasUnknownIsToldToItsPeopleWhenItIsFoundThoughItsCreatorHasAnAnswer() {
        faults.loseAnswersOfCommits(1);
        faults.afterLostAnswer(() -> faults.refuseConnections(Integer.MAX_VALUE));

        refused(Refusal.Internal.class, creates("c1"));
        assertThat(node.heard).isEmpty();
        refused(Refusal.Unavailable.class, node.does(alice, room, post("behind it"), "k1"));
        faults.refuseConnections(0);
        awaitWriter();

        Answer.Accepted again = accepted(creates("c1"));
        assertThat(again.duplicate()).isTrue();
        assertThat(RoomLogContract.numbers(node.heard.get(again.room()))).isEqualTo(RoomLogContract.oneTo(2));
    }

    /** "Unavailable" would say that it was not made. */
    @Test
    void aCreationWhoseOutcomeIsNotFoundOutInTimeStaysUnknownAndHoldsNobodyUpAnyLonger() {
        faults.loseAnswersOfCommits(1);
        faults.afterLostAnswer(() -> faults.refuseConnections(Integer.MAX_VALUE));

        refused(Refusal.Internal.class, creates("c1"));
        awaitWriter();
        faults.refuseConnections(0);

        assertThat(accepted(creates("c1")).duplicate()).isTrue();
    }

    /** It was given up before its commit. */
    @Test
    void aCreationWhoseStatementHangsIsUnavailableAndIsNeverStored() {
        faults.stallStatement("into room_event");

        refused(Refusal.Unavailable.class, creates("c1"));
        faults.release();
        awaitWriter();

        assertThat(rows("c1")).isZero();
        assertThat(node.heard).isEmpty();
    }
}
