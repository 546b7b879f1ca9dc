package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static io.confab.delivery.Node.BOB;
import static io.confab.delivery.Node.ROOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.FakeSocket.Writes;
import io.confab.delivery.Passage.Arrival;
import io.confab.delivery.Passage.Standing;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.LoggedEvent;
import io.confab.wire.ClientFrame.Cursor;
import io.confab.wire.CloseCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node says of an event's way to its sockets. */
class PassageTest {
    private final Node node = new Node();
    private final FakeSocket socket = new FakeSocket();

    @AfterEach
    void stop() {
        node.close();
    }

    private Passage passage(long seq, UserId... users) {
        return node.sequencers.passage(ROOM, seq, Set.of(users)).orElseThrow();
    }

    private void awaitStanding(long seq, Standing standing) {
        await().until(() -> passage(seq).listening().equals(Map.of(standing, 1)));
    }

    @Test
    void anEventIsSentOnceNothingWaitsForTheSocketAnyMore() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(BOB, socket);
        node.live(connection);

        LoggedEvent event = node.commit(ALICE, "hi");

        awaitStanding(event.seq(), Standing.WAITING);
        assertThat(connection.waitingBytes()).isPositive();
        assertThat(socket.finishOne()).isTrue();
        awaitStanding(event.seq(), Standing.SENT);
        assertThat(connection.waitingBytes()).isZero();
        Passage known = passage(event.seq(), BOB);
        assertThat(known.epoch()).isEqualTo("e1");
        assertThat(known.seen()).isEqualTo(event.seq());
        assertThat(known.arrived()).isEqualTo(new Arrival(FakeLog.NOW, Way.COMMITTED));
        assertThat(known.listeners()).containsExactly(new Passage.Listener(connection, Standing.SENT));
        assertThat(passage(event.seq(), ALICE).listeners()).isEmpty();
    }

    @Test
    void howAnEventCameIsKnownWhetherOfItsCommitTheBrokerOrTheLog() {
        node.live(node.connect(BOB, socket));
        LoggedEvent own = node.commit(ALICE, "committed here");
        LoggedEvent lost = node.log.post(ROOM, ALICE, "lost by the broker");
        LoggedEvent told = node.log.post(ROOM, ALICE, "told by the broker");

        node.sequencers.offer(ROOM, List.of(told)); // behind a hole, which is read

        awaitStanding(told.seq(), Standing.SENT);
        assertThat(passage(own.seq()).arrived()).extracting(Arrival::way).isEqualTo(Way.COMMITTED);
        assertThat(passage(lost.seq()).arrived()).extracting(Arrival::way).isEqualTo(Way.LOG);
        assertThat(passage(told.seq()).arrived()).extracting(Arrival::way).isEqualTo(Way.BROKER);
    }

    @Test
    void whatHasNotComeIsDueAndWhatWasBeforeAListenerIsEarlier() {
        LoggedEvent before = node.log.post(ROOM, ALICE, "before");
        node.live(node.connect(BOB, socket));

        Passage earlier = passage(before.seq());
        assertThat(earlier.listening()).containsExactly(Map.entry(Standing.EARLIER, 1));
        assertThat(earlier.arrived()).isNull();
        assertThat(earlier.seen()).isEqualTo(before.seq());
        assertThat(passage(before.seq() + 1).listening()).containsExactly(Map.entry(Standing.DUE, 1));
    }

    @Test
    void whoNamesANumberWhenTheyBeginToListenSaysThatTheyHaveAllUpToIt() {
        LoggedEvent had = node.log.post(ROOM, ALICE, "had, and the network was lost");
        LoggedEvent missed = node.log.post(ROOM, ALICE, "missed");
        node.listen(node.connect(BOB, socket), had.seq());

        awaitStanding(missed.seq(), Standing.SENT);
        assertThat(passage(had.seq()).listening()).containsExactly(Map.entry(Standing.HAD, 1));
        assertThat(passage(had.seq() - 1).listening()).containsExactly(Map.entry(Standing.HAD, 1));
    }

    @Test
    void whoCatchesUpIsGivenAnEventWhenTheReplayGetsThere() {
        LoggedEvent first = node.log.post(ROOM, ALICE, "x".repeat(8_000));
        for (int i = 0; i < 99; i++) {
            node.log.post(ROOM, ALICE, "x".repeat(8_000));
        }
        LoggedEvent last = node.log.post(ROOM, ALICE, "last");
        socket.writes(Writes.END_WHEN_TOLD);
        node.listen(node.connect(BOB, socket), first.seq() - 1);

        awaitStanding(first.seq(), Standing.WAITING);
        assertThat(passage(last.seq()).listening()).containsExactly(Map.entry(Standing.DUE, 1));
        await().until(() -> {
            socket.finishOne();
            return passage(last.seq()).listening().equals(Map.of(Standing.SENT, 1));
        });
        assertThat(socket.numbers("r_1")).contains(last.seq());
    }

    @Test
    void whoIsNotAnsweredYetHasNotGotItAndWhoIsClosingNeverWill() {
        Connection connection = node.connect(BOB, socket);
        LoggedEvent event = node.log.post(ROOM, ALICE, "hi");
        node.subscriptions.start(connection, ROOM, new Cursor("e1", 2L), 2_000);

        assertThat(passage(event.seq()).listening()).containsExactly(Map.entry(Standing.DUE, 1));
        socket.writes(Writes.END_WHEN_TOLD);
        connection.send("{}");
        connection.close(CloseCode.DRAINING);
        assertThat(passage(event.seq()).listening()).isEmpty();
    }

    @Test
    void aRoomThatNobodyHereListensToIsNotFollowed() {
        assertThat(node.sequencers.passage(new RoomId("r_none"), 1, Set.of())).isEmpty();
    }
}
