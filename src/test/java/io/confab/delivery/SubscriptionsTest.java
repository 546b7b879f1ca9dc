package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static io.confab.delivery.Node.BOB;
import static io.confab.delivery.Node.HEAD;
import static io.confab.delivery.Node.ROOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.FakeSocket.Writes;
import io.confab.kernel.Position;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader.Head;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import io.confab.room.RoomRole;
import io.confab.room.SanctionKind;
import io.confab.wire.ClientFrame.Cursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionsTest {
    private static final UserId EVE = new UserId("u_eve");
    private static final RoomId INVENTED = new RoomId("r_none");

    private final Node node = new Node();
    private final FakeSocket socket = new FakeSocket();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void subscriberFromTheHeadGetsWhatFollows() {
        Outcome outcome = node.listen(node.connect(BOB, socket), null);

        node.commit(ALICE, "hi");

        assertThat(outcome).isEqualTo(new Outcome.Ok("e1", 3, 2));
        await().until(() -> socket.numbers("r_1").equals(List.of(3L)));
    }

    @Test
    void nothingFlowsBeforeBegin() {
        Connection connection = node.connect(BOB, socket);
        node.subscriptions.start(connection, ROOM, new Cursor("e1", 0L), 2_000);

        node.commit(ALICE, "hi");
        connection.send("{\"t\":\"ok\"}");
        await().until(() -> !socket.frames().isEmpty());
        node.subscriptions.begin(connection, ROOM);

        await().until(() -> socket.numbers("r_1").equals(List.of(1L, 2L, 3L)));
        assertThat(socket.frames()).first().isEqualTo("{\"t\":\"ok\"}");
    }

    @Test
    void resumedComesAfterTheReplay() {
        for (int i = 0; i < 250; i++) {
            node.log.post(ROOM, ALICE, "m" + i);
        }
        Connection connection = node.connect(BOB, socket);
        Outcome outcome = node.subscriptions.start(connection, ROOM, new Cursor("e1", 2L), 2_000);
        CompletionStage<Void> caughtUp = node.subscriptions.begin(connection, ROOM);
        caughtUp.thenRun(() -> connection.send("{\"t\":\"resumed\"}"));

        await().until(() -> socket.notices().contains("resumed"));
        assertThat(outcome).isEqualTo(new Outcome.Ok("e1", 3, 252));
        assertThat(socket.numbers("r_1"))
                .isEqualTo(LongStream.rangeClosed(3, 252).boxed().toList());
        assertThat(socket.objects())
                .last()
                .satisfies(o -> assertThat(o.path("t").asText()).isEqualTo("resumed"));
    }

    @Test
    void replayNeverCountsAgainstTheQueueAndIsPulledAsTheSocketDrains() {
        for (int i = 0; i < 290; i++) {
            node.log.post(ROOM, ALICE, "x".repeat(8_000));
        }
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(BOB, socket);
        node.listen(connection, 2L);

        await().until(() -> socket.frames().size() == 1);
        assertThat(socket.frames().get(0).length()).isLessThanOrEqualTo(256 * 1024);
        await().until(() -> {
            socket.finishOne();
            return socket.numbers("r_1").size() == 290;
        });

        assertThat(socket.open()).isTrue();
        assertThat(socket.numbers("r_1"))
                .isEqualTo(LongStream.rangeClosed(3, 292).boxed().toList());
    }

    @Test
    void whatIsCommittedDuringAReplayComesOnceInOrder() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            node.log.post(ROOM, ALICE, "old" + i);
        }
        var writer = new Thread(() -> {
            for (int i = 0; i < 200; i++) {
                node.commit(ALICE, "new" + i);
            }
        });
        writer.start();
        var sockets = new ArrayList<FakeSocket>();
        for (int i = 0; i < 20; i++) {
            var each = new FakeSocket();
            sockets.add(each);
            node.listen(node.connect(BOB, each), 150L);
        }
        writer.join();

        for (FakeSocket each : sockets) {
            await().until(() -> each.numbers("r_1").size() >= 252);
            assertThat(each.numbers("r_1"))
                    .isEqualTo(LongStream.rangeClosed(151, 402).boxed().toList());
        }
    }

    @Test
    void partsOfAReplayAreSmallerWhileTheNodeHoldsTooMuchForItsSockets() {
        for (int i = 0; i < 100; i++) {
            node.log.post(ROOM, ALICE, "x".repeat(8_000));
        }
        node.metrics.waiting(Math.toIntExact(node.settings.totalBytes()) + 1);
        socket.writes(Writes.END_WHEN_TOLD);
        node.listen(node.connect(BOB, socket), 2L);

        await().until(() -> {
            socket.finishOne();
            return socket.numbers("r_1").size() == 100;
        });

        assertThat(socket.frames())
                .allSatisfy(frame -> assertThat(frame.length()).isLessThanOrEqualTo(64 * 1024));
    }

    /** C04: the clients of a node that died all come at once. */
    @ParameterizedTest
    @CsvSource({"10, 100, 1", "8000, 150, 20"}) // within the tail; beyond it, where the log is read in chunks
    void manyWhoResumeAtOnceAreServedByOneReadOfTheLog(int chars, int events, int mostReads) {
        for (int i = 0; i < events; i++) {
            node.log.post(ROOM, ALICE, "x".repeat(chars));
        }
        var sockets = new ArrayList<FakeSocket>();
        var subscribed = new ArrayList<Connection>();
        for (int i = 0; i < 50; i++) {
            var each = new FakeSocket();
            Connection connection = node.connect(BOB, each);
            assertThat(node.subscriptions.start(connection, ROOM, new Cursor("e1", 2L), 2_000))
                    .isInstanceOf(Outcome.Ok.class);
            sockets.add(each);
            subscribed.add(connection);
        }
        node.log.holdEvents();
        subscribed.forEach(connection -> node.subscriptions.begin(connection, ROOM));
        node.log.releaseEvents();

        var all = LongStream.rangeClosed(3, 2 + events).boxed().toList();
        for (FakeSocket each : sockets) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> each.numbers("r_1").equals(all));
        }
        assertThat(node.metrics.replayReadCount()).isBetween(1L, (long) mostReads);
    }

    @Test
    void whatWasDeletedDuringASharedReadIsReadAgainByThoseWhoComeLater() {
        for (int i = 0; i < 280; i++) {
            node.log.post(ROOM, ALICE, "secret" + "x".repeat(8_000)); // more than a tail holds
        }
        var early = new FakeSocket();
        var late = new FakeSocket();
        Connection second = node.connect(BOB, late);
        node.log.beforeEventsReturn(() -> {}); // the fill of the tail
        Connection first = node.connect(BOB, early);
        node.subscriptions.start(first, ROOM, new Cursor("e1", 2L), 2_000);
        node.subscriptions.start(second, ROOM, new Cursor("e1", 2L), 2_000);
        node.log.beforeChunkReturns(() -> {
            node.commit(ALICE, new RoomEvent.MessageDeleted(3, null));
            await().until(() -> node.sequencers.seen().get(ROOM).seq() == 283);
            node.subscriptions.begin(second, ROOM);
        });
        node.subscriptions.begin(first, ROOM);

        for (FakeSocket each : List.of(early, late)) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> each.numbers("r_1").size() == 281);
            assertThat(each.objects().getFirst().toString()).doesNotContain("secret");
        }
    }

    /** Whoever listens to rooms that are left may be at fault; that must not stop the reading for all other rooms. */
    @Test
    void aFaultAtTheEndOfOneRoomsReplayDoesNotStopThatOfTheOthers() {
        var other = new RoomId("r_2");
        node.log.append(other, BOB, new RoomEvent.MemberJoined(BOB, RoomRole.MEMBER));
        for (int i = 0; i < 100; i++) {
            node.log.post(ROOM, ALICE, "m" + i);
        }
        Connection connection = node.connect(BOB, socket);
        node.subscriptions.start(connection, ROOM, new Cursor("e1", 2L), 2_000);
        node.subscriptions.start(connection, other, HEAD, 2_000);
        node.log.restore(ROOM, "e1", 2); // what it has to read is gone, so it ends with a gap
        node.whenSilent = () -> {
            throw new AssertionError("of a listener");
        };
        node.log.holdEvents();
        node.subscriptions.begin(connection, ROOM);
        CompletionStage<Void> caughtUp = node.subscriptions.begin(connection, other);
        node.log.releaseEvents();

        await().until(() -> caughtUp.toCompletableFuture().isDone());
        assertThat(node.silent).containsExactly(ROOM);
    }

    @Test
    void tooManyEventsAreAGap() {
        for (int i = 0; i < 301; i++) {
            node.log.post(ROOM, ALICE, "m" + i);
        }
        Connection connection = node.connect(BOB, socket);

        assertThat(node.listen(connection, 2L)).isEqualTo(new Outcome.Gap(Outcome.Reason.TOO_FAR, "e1", 303));
        assertThat(node.subscriptions.start(connection, ROOM, new Cursor("e1", 300L), 2))
                .isEqualTo(new Outcome.Gap(Outcome.Reason.TOO_FAR, "e1", 303));
        assertThat(node.listen(connection, 3L)).isEqualTo(new Outcome.Ok("e1", 4, 303));
    }

    @Test
    void positionsTheRoomNeverGaveAreGaps() {
        Connection connection = node.connect(BOB, socket);

        assertThat(node.listen(connection, 3L)).isEqualTo(new Outcome.Gap(Outcome.Reason.AHEAD, "e1", 2));
        assertThat(node.subscriptions.start(connection, ROOM, new Cursor("e0", 1L), 2_000))
                .isEqualTo(new Outcome.Gap(Outcome.Reason.EPOCH, "e1", 2));
        assertThat(node.subscriptions.of(connection)).isEmpty();
    }

    @Test
    void unknownAndInvisibleRoomsAreAlike() {
        Connection eve = node.connect(EVE, socket);

        assertThat(node.subscriptions.start(eve, ROOM, HEAD, 2_000)).isEqualTo(new Outcome.None());
        assertThat(node.subscriptions.start(eve, new RoomId("r_none"), HEAD, 2_000))
                .isEqualTo(new Outcome.None());
        assertThat(node.subscriptions.start(eve, ROOM, new Cursor("e9", 1L), 2_000))
                .isEqualTo(new Outcome.None());
        node.commit(ALICE, "secret");
        await().until(() -> node.sequencers.seen().isEmpty()
                || node.sequencers.seen().get(ROOM).seq() == 3);
        assertThat(socket.frames()).isEmpty();
    }

    @Test
    void strangerHearsTheSameOfAPrivateRoomAndOfAnInventedOneWhateverTheCursor() {
        Connection eve = node.connect(EVE, socket);
        for (Cursor cursor : List.of(HEAD, new Cursor(null, 0L), new Cursor(null, 2L), new Cursor("e9", 2L))) {
            var answers = List.of(
                    node.subscriptions.start(eve, ROOM, cursor, 2_000),
                    node.subscriptions.start(eve, INVENTED, cursor, 2_000));

            assertThat(answers).containsOnly(new Outcome.None());
        }
    }

    @Test
    void cursorWithoutAnEpochMeansThePresentOne() {
        Outcome outcome = node.subscriptions.start(node.connect(BOB, socket), ROOM, new Cursor(null, 1L), 2_000);

        assertThat(outcome).isEqualTo(new Outcome.Ok("e1", 2, 2));
    }

    @Test
    void roomsThatNobodyMayListenToAreNotServed() {
        Connection eve = node.connect(EVE, socket);

        node.subscriptions.start(eve, ROOM, HEAD, 2_000);
        node.subscriptions.start(eve, INVENTED, HEAD, 2_000);
        node.log.failNextReads(1);
        assertThatThrownBy(() -> node.subscriptions.start(eve, ROOM, HEAD, 2_000))
                .isInstanceOf(IllegalStateException.class);

        assertThat(node.sequencers.count()).isZero();
    }

    @Test
    void startThatFailsLeavesARoomToTheOneBesideIt() {
        Connection eve = node.connect(EVE, new FakeSocket());
        Connection bob = node.connect(BOB, socket);
        node.log.beforeAccessReturns(() -> node.subscriptions.start(eve, ROOM, HEAD, 2_000));

        node.listen(bob, null);
        node.commit(ALICE, "hi");

        await().until(() -> socket.numbers("r_1").equals(List.of(3L)));
    }

    @Test
    void invitationDuringAFruitlessStartIsAnnounced() {
        Connection eve = node.connect(EVE, socket);
        node.log.beforeAccessReturns(() -> node.commit(ALICE, new RoomEvent.MemberJoined(EVE, RoomRole.MEMBER)));

        Outcome outcome = node.subscriptions.start(eve, ROOM, HEAD, 2_000);

        assertThat(outcome).isEqualTo(new Outcome.None());
        await().until(() -> socket.notices().contains("room.added"));
    }

    /** A commit that had found the room served just before the start turned out to be fruitless. */
    @Test
    void invitationThatComesAsAFruitlessStartEndsIsAnnounced() {
        node.connect(EVE, socket);
        RoomSequencer sequencer = node.sequencers.starting(ROOM);
        node.sequencers.started(ROOM);

        sequencer.offer(List.of(node.log.append(ROOM, ALICE, new RoomEvent.MemberJoined(EVE, RoomRole.MEMBER))), true);

        await().until(() -> socket.notices().contains("room.added"));
    }

    /** The first who listens is let in at a number behind it. */
    @Test
    void invitationThatComesBeforeTheFirstStartIsOverIsAnnounced() {
        var eve = new FakeSocket();
        node.connect(EVE, eve);
        LoggedEvent joined = node.log.append(ROOM, ALICE, new RoomEvent.MemberJoined(EVE, RoomRole.MEMBER));
        node.log.beforeAccessReturns(() -> {
            node.sequencers.offer(ROOM, List.of(joined));
            node.together(ROOM, () -> {}); // it has been taken
        });

        assertThat(node.listen(node.connect(BOB, socket), null)).isEqualTo(new Outcome.Ok("e1", 4, 3));

        await().until(() -> eve.notices().equals(List.of("room.added")));
        assertThat(socket.frames()).isEmpty();
    }

    @Test
    void helloNamesAsManyRoomsAsAConnectionMayHave() {
        try (var small = new Node(Map.of("confab.rooms-per-connection", "2"))) {
            Connection connection = small.connect(BOB, socket);
            var rooms = new LinkedHashMap<RoomId, Cursor>();
            rooms.put(INVENTED, HEAD);
            rooms.put(ROOM, new Cursor("e1", 1L));
            rooms.put(new RoomId("r_2"), HEAD);

            assertThat(small.subscriptions
                            .startAll(connection, rooms, small.settings.roomsPerConnection())
                            .values())
                    .containsExactly(new Outcome.None(), new Outcome.Ok("e1", 2, 2), new Outcome.TooMany(2));
        }
    }

    @Test
    void helloHasOneBudgetOfEventsToReplay() {
        try (var small = new Node(Map.of("confab.replay.total", "3"))) {
            RoomId other = new RoomId("r_2");
            small.log.append(other, BOB, new RoomEvent.MemberJoined(BOB, RoomRole.MEMBER));
            small.log.post(other, BOB, "hi");
            var rooms = new LinkedHashMap<RoomId, Cursor>();
            rooms.put(ROOM, new Cursor("e1", 0L));
            rooms.put(other, new Cursor("e1", 0L));

            assertThat(small.subscriptions
                            .startAll(small.connect(BOB, socket), rooms, small.settings.roomsPerConnection())
                            .values())
                    .containsExactly(new Outcome.Ok("e1", 1, 2), new Outcome.Gap(Outcome.Reason.TOO_FAR, "e1", 2));
        }
    }

    @Test
    void helloWhoseReadsFailHalfwaySubscribesNothing() {
        Connection bob = node.connect(BOB, socket);
        node.log.beforeAccessReturns(() -> node.log.failNextReads(1));
        var rooms = new LinkedHashMap<RoomId, Cursor>();
        rooms.put(ROOM, HEAD);
        rooms.put(INVENTED, HEAD);

        assertThatThrownBy(() -> node.subscriptions.startAll(bob, rooms, 200))
                .isInstanceOf(IllegalStateException.class);

        assertThat(node.subscriptions.of(bob)).isEmpty();
    }

    @Test
    void formerMemberHearsLeftAndNoNewerNumber() {
        node.log.append(ROOM, BOB, new RoomEvent.MemberLeft(BOB, null));
        node.log.post(ROOM, ALICE, "secret");

        Outcome outcome = node.listen(node.connect(BOB, socket), 2L);

        assertThat(outcome).isEqualTo(new Outcome.Gap(Outcome.Reason.LEFT, "e1", 2));
    }

    @Test
    void liveRoomsOfAConnectionAreBounded() {
        try (var small = new Node(Map.of("confab.rooms-per-connection", "1"))) {
            Connection connection = small.connect(BOB, socket);
            small.log.append(new RoomId("r_2"), BOB, new RoomEvent.MemberJoined(BOB, RoomRole.MEMBER));

            assertThat(small.listen(connection, null)).isInstanceOf(Outcome.Ok.class);
            assertThat(small.subscriptions.start(connection, new RoomId("r_2"), HEAD, 10))
                    .isEqualTo(new Outcome.TooMany(1));
            assertThat(small.listen(connection, null)).isInstanceOf(Outcome.Ok.class);
            small.subscriptions.stop(connection, ROOM);
            assertThat(small.subscriptions.start(connection, new RoomId("r_2"), HEAD, 10))
                    .isInstanceOf(Outcome.Ok.class);
        }
    }

    @Test
    void subscribingAgainReplacesTheFirst() {
        Connection connection = node.connect(BOB, socket);
        node.listen(connection, null);
        node.listen(connection, 1L);

        node.commit(ALICE, "hi");

        await().until(() -> socket.numbers("r_1").equals(List.of(2L, 3L)));
    }

    @Test
    void listenersAreToldOfARoomThatIsNoLongerListenedToButNotWhenTheSocketEnds() {
        Connection leaving = node.connect(BOB, socket);
        Connection closing = node.connect(ALICE, new FakeSocket());
        node.live(leaving);
        node.live(closing);

        node.connections.closed(closing);
        node.subscriptions.stop(leaving, ROOM);
        node.subscriptions.stop(leaving, ROOM);

        assertThat(node.silent).containsExactly(ROOM);
    }

    @Test
    void failedCheckOfMembershipSubscribesNothing() {
        Connection connection = node.connect(BOB, socket);
        node.log.failNextReads(1);

        assertThatThrownBy(() -> node.listen(connection, null)).isInstanceOf(IllegalStateException.class);

        assertThat(node.subscriptions.of(connection)).isEmpty();
        assertThat(node.listen(connection, null)).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void removalIsTheLastEventThatTheRemovedGet() {
        Connection bob = node.connect(BOB, socket);
        node.listen(bob, null);
        var alice = new FakeSocket();
        node.listen(node.connect(ALICE, alice), null);

        node.commit(ALICE, "before");
        node.commit(ALICE, new RoomEvent.MemberLeft(BOB, null));
        node.commit(ALICE, "after");

        await().until(() -> alice.numbers("r_1").equals(List.of(3L, 4L, 5L)));
        await().until(() -> socket.notices().contains("room.removed"));
        assertThat(socket.numbers("r_1")).containsExactly(3L, 4L);
        assertThat(node.subscriptions.listens(bob, ROOM)).isFalse();
        assertThat(node.subscriptions.positions(bob)).isEmpty();
    }

    @Test
    void banEndsListeningAndItsEndIsAnnounced() {
        Connection bob = node.connect(BOB, socket);
        node.listen(bob, null);

        node.commit(ALICE, new RoomEvent.SanctionSet(BOB, SanctionKind.BAN, null, null));
        node.commit(ALICE, "secret");
        await().until(() -> socket.notices().contains("room.removed"));
        node.commit(ALICE, new RoomEvent.SanctionLifted(BOB, SanctionKind.BAN));

        await().until(() -> socket.notices().equals(List.of("room.removed", "room.added")));
        assertThat(socket.numbers("r_1")).containsExactly(3L);
    }

    @Test
    void muteDoesNotEndListening() {
        node.listen(node.connect(BOB, socket), null);

        node.commit(ALICE, new RoomEvent.SanctionSet(BOB, SanctionKind.MUTE, null, null));
        node.commit(ALICE, "hi");

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
    }

    @Test
    void removalDuringAReplayStopsItThere() {
        for (int i = 0; i < 50; i++) {
            node.log.post(ROOM, ALICE, "x".repeat(8_000));
        }
        socket.writes(Writes.END_WHEN_TOLD);
        node.listen(node.connect(BOB, socket), 2L);
        await().until(() -> socket.frames().size() == 1);

        LoggedEvent removal = node.commit(ALICE, new RoomEvent.MemberLeft(BOB, null));
        node.commit(ALICE, "secret");
        await().until(() -> {
            socket.finishOne();
            return socket.notices().contains("room.removed");
        });

        assertThat(socket.numbers("r_1"))
                .isEqualTo(LongStream.rangeClosed(3, removal.seq()).boxed().toList());
    }

    @Test
    void removalBetweenTheCheckAndTheAnswerIsKept() {
        Connection bob = node.connect(BOB, socket);
        node.log.beforeAccessReturns(() -> {
            node.commit(ALICE, new RoomEvent.MemberLeft(BOB, null));
            node.commit(ALICE, "secret");
        });

        node.listen(bob, null);

        await().until(() -> !node.subscriptions.listens(bob, ROOM));
        assertThat(socket.numbers("r_1")).containsExactly(3L);
    }

    @Test
    void whoCameBackBeforeTheCheckIsNotStoppedByTheOldRemoval() {
        node.log.append(ROOM, BOB, new RoomEvent.MemberLeft(BOB, null));
        node.log.append(ROOM, BOB, new RoomEvent.MemberJoined(BOB, RoomRole.MEMBER));
        node.log.post(ROOM, ALICE, "hi");

        node.listen(node.connect(BOB, socket), 2L);
        node.commit(ALICE, "again");

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L, 5L, 6L)));
    }

    @Test
    void newMemberIsToldOfTheRoomOnAllConnections() {
        var second = new FakeSocket();
        node.connect(EVE, socket);
        node.connect(EVE, second);

        node.commit(ALICE, new RoomEvent.MemberJoined(EVE, RoomRole.MEMBER));

        await().until(() -> socket.notices().equals(List.of("room.added")));
        await().until(() -> second.notices().equals(List.of("room.added")));
        var added = socket.objects().get(0);
        assertThat(added.path("room").asText()).isEqualTo("r_1");
        assertThat(added.path("d").path("name").asText()).isEqualTo("general");
        assertThat(added.path("d").path("head").asLong()).isEqualTo(3);
    }

    @Test
    void recheckEndsWhatTheBrokerDidNotTell() {
        Connection bob = node.connect(BOB, socket);
        node.listen(bob, null);
        node.log.append(ROOM, ALICE, new RoomEvent.MemberLeft(BOB, null));
        node.log.post(ROOM, ALICE, "secret");

        node.subscriptions.keepOnly(BOB, Set.of());

        await().until(() -> !node.subscriptions.listens(bob, ROOM));
        await().until(() -> socket.notices().contains("room.removed"));
        assertThat(socket.numbers("r_1")).containsExactly(3L);
    }

    @Test
    void whoCameBackAfterTheRecheckIsNotEndedByIt() {
        Connection bob = node.connect(BOB, socket);
        node.commit(ALICE, new RoomEvent.MemberLeft(BOB, null));
        Head checked = node.log.head(ROOM).orElseThrow();
        node.commit(ALICE, new RoomEvent.MemberJoined(BOB, RoomRole.MEMBER));
        node.live(bob);
        RoomSequencer room = node.sequencers.find(ROOM).orElseThrow();

        assertThat(room.endOf(BOB, checked)).isEmpty();
        assertThat(room.endOf(BOB, new Head("e0", 100))).isEmpty();
        assertThat(room.endOf(BOB, node.log.head(ROOM).orElseThrow())).hasSize(1);
    }

    @Test
    void deletedTextDoesNotComeBackByAFillThatBeganBefore() {
        LoggedEvent message = node.log.post(ROOM, ALICE, "alpha");
        node.listen(node.connect(ALICE, new FakeSocket()), null);
        node.log.beforeEventsReturn(() -> {
            node.commit(ALICE, new RoomEvent.MessageDeleted(message.seq(), null));
            await().until(() -> node.sequencers.seen().get(ROOM).seq() == message.seq() + 1);
        });

        node.listen(node.connect(BOB, socket), 2L);

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
        assertThat(socket.frames().toString()).doesNotContain("alpha").contains("\"deleted\":true");
    }

    @Test
    void deletionEmptiesTheTail() {
        node.listen(node.connect(ALICE, new FakeSocket()), null);
        LoggedEvent message = node.commit(ALICE, "alpha");
        node.commit(ALICE, new RoomEvent.MessageDeleted(message.seq(), null));
        await().until(() -> node.sequencers.seen().get(ROOM).seq() == message.seq() + 1);
        int reads = node.log.reads();

        node.listen(node.connect(BOB, socket), 2L);

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
        assertThat(socket.frames().toString()).doesNotContain("alpha").contains("\"deleted\":true");
        assertThat(node.log.reads()).isEqualTo(reads);
    }

    @Test
    void anEventOfANewerVersionIsPassedOnAndNothingKeptBeforeItIsServedAnyMore() {
        FakeSocket alices = new FakeSocket();
        node.listen(node.connect(ALICE, alices), null);
        LoggedEvent message = node.commit(ALICE, "alpha");
        await().until(() -> alices.numbers("r_1").equals(List.of(3L)));
        node.log.empty(ROOM, message.seq());
        node.commit(ALICE, new RoomEvent.Opaque("msgs.purged", null, "{\"seqs\":[" + message.seq() + "]}"));
        await().until(() -> alices.numbers("r_1").equals(List.of(3L, 4L)));

        node.listen(node.connect(BOB, socket), 2L);

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
        assertThat(alices.frames().toString()).contains("\"t\":\"msgs.purged\"", "\"seqs\":[3]");
        assertThat(socket.frames().toString()).contains("msgs.purged").doesNotContain("alpha");
    }

    @Test
    void aDeletionOfManyEmptiesTheTail() {
        node.listen(node.connect(ALICE, new FakeSocket()), null);
        node.commit(ALICE, "alpha");
        node.commit(ALICE, "beta");
        node.commit(ALICE, new RoomEvent.MessagesDeleted(List.of(3L, 4L), null));
        await().until(() -> node.sequencers.seen().get(ROOM).seq() == 5);
        int reads = node.log.reads();

        node.listen(node.connect(BOB, socket), 2L);

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L, 5L)));
        assertThat(socket.frames().toString()).doesNotContain("alpha", "beta").contains("msgs.deleted");
        assertThat(node.log.reads()).isEqualTo(reads);
    }

    @Test
    void doublesAndDisorderArePutRight() {
        node.listen(node.connect(BOB, socket), null);
        LoggedEvent three = node.log.post(ROOM, ALICE, "3");
        LoggedEvent four = node.log.post(ROOM, ALICE, "4");
        LoggedEvent five = node.log.post(ROOM, ALICE, "5");

        node.sequencers.offer(ROOM, List.of(five, four));
        node.sequencers.offer(ROOM, List.of(four, three, three));
        node.sequencers.offer(ROOM, List.of(five));

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L, 5L)));
        assertThat(node.metrics.healedCount()).isZero();
        assertThat(node.metrics.holeReads()).isZero();
    }

    @Test
    void eventsOfTwoNodesThatCameTogetherAreTakenInTheOrderOfTheirComing() {
        int rounds = 40;
        try (var hot = new Node(Map.of("confab.hole-held", "16"))) {
            hot.live(hot.connect(BOB, socket));

            hot.together(ROOM, () -> {
                for (int i = 0; i < rounds; i++) { // more of each node than may be held behind a missing one
                    hot.sequencers.offer(ROOM, List.of(hot.log.post(ROOM, ALICE, "theirs")));
                    hot.commitTogether(ALICE, "ours", "ours too");
                }
            });

            await().until(() -> socket.numbers("r_1").size() == 3 * rounds);
            assertThat(socket.numbers("r_1"))
                    .isEqualTo(LongStream.rangeClosed(3, 2 + 3 * rounds).boxed().toList());
            assertThat(hot.metrics.holeReads()).isZero();
            assertThat(hot.metrics.healedCount()).isZero();
            assertThat(LongStream.of(hot.metrics.agesOfOwn().counts()).sum()).isEqualTo(2L * rounds);
            assertThat(LongStream.of(hot.metrics.agesOfOthers().counts()).sum()).isEqualTo(rounds);
        }
    }

    @Test
    void anOwnEventThatWaitedForAnotherNodesIsStillAnOwnOne() {
        node.live(node.connect(BOB, socket));
        LoggedEvent late = node.log.post(ROOM, ALICE, "theirs");

        node.commit(ALICE, "ours");
        node.sequencers.offer(ROOM, List.of(late));

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
        assertThat(LongStream.of(node.metrics.agesOfOwn().counts()).sum()).isEqualTo(1);
        assertThat(LongStream.of(node.metrics.agesOfOthers().counts()).sum()).isEqualTo(1);
    }

    @Test
    void missingNumberIsReadFromTheLog() {
        node.listen(node.connect(BOB, socket), null);
        node.log.post(ROOM, ALICE, "lost");
        node.commit(ALICE, "seen");

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
        assertThat(node.metrics.holeReads()).isEqualTo(1);
    }

    @Test
    void missingNumberIsReadAgainWhenTheDatabaseComesBack() {
        node.listen(node.connect(BOB, socket), null);
        node.log.failNextReads(2);
        node.log.post(ROOM, ALICE, "lost");
        node.commit(ALICE, "seen");

        await().atMost(Duration.ofSeconds(10)).until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
    }

    @Test
    void aFaultWithOneEventThatWasReadKeepsItFromNobodyForGood() {
        node.live(node.connect(BOB, socket));
        var faults = new AtomicInteger(1);
        node.encode = event -> {
            if (event.seq() == 4 && faults.getAndDecrement() > 0) {
                throw new AssertionError("of the encoder");
            }
            return EventJson.encode(event);
        };
        node.log.post(ROOM, ALICE, "lost");
        node.log.post(ROOM, ALICE, "lost, and bad at first");
        node.commit(ALICE, "seen");

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L, 5L)));
    }

    @Test
    void headFromTheDatabaseShowsWhatTheBrokerLost() {
        node.listen(node.connect(BOB, socket), null);
        var before = node.sequencers.seen().get(ROOM);
        node.log.post(ROOM, ALICE, "lost");

        node.sequencers.headRead(ROOM, node.log.head(ROOM).orElseThrow(), before);

        await().until(() -> socket.numbers("r_1").equals(List.of(3L)));
        assertThat(node.metrics.healedCount()).isEqualTo(1);
    }

    @Test
    void aRemovalInsideABigHoleIsToldOnceAndAfterWhatCameBeforeIt() {
        node.live(node.connect(BOB, socket));
        var before = node.sequencers.seen().get(ROOM);
        for (int i = 0; i < 400; i++) {
            node.log.post(ROOM, ALICE, "m" + i);
        }
        LoggedEvent left = node.log.append(ROOM, BOB, new RoomEvent.MemberLeft(BOB, null));
        node.log.post(ROOM, ALICE, "not for Bob");

        node.together(ROOM, () -> {
            node.sequencers.headRead(ROOM, node.log.head(ROOM).orElseThrow(), before);
            node.sequencers.committed(ROOM, "e1", List.of(left));
        });

        await().until(() -> socket.notices().contains("room.removed"));
        assertThat(socket.numbers("r_1"))
                .isEqualTo(LongStream.rangeClosed(3, left.seq()).boxed().toList());
        assertThat(socket.notices()).containsOnlyOnce("room.removed");
        assertThat(socket.objects().getLast().path("t").asText()).isEqualTo("room.removed");
    }

    @Test
    void whoHangsUpWhileTheirRightIsReadIsNoGap() {
        Connection connection = node.connect(BOB, socket);
        node.log.beforeAccessReturns(() -> node.connections.closed(connection));

        node.subscriptions.start(connection, ROOM, HEAD, 2_000);

        assertThat(node.metrics.gapCount(Outcome.Reason.EPOCH)).isZero();
    }

    @Test
    void bigHoleIsPulledByTheSocketsInsteadOfDrowningThem() {
        socket.writes(Writes.END_WHEN_TOLD);
        node.listen(node.connect(BOB, socket), null);
        var before = node.sequencers.seen().get(ROOM);
        for (int i = 0; i < 1_000; i++) {
            node.log.post(ROOM, ALICE, "m" + i);
        }

        node.sequencers.headRead(ROOM, node.log.head(ROOM).orElseThrow(), before);
        node.commit(ALICE, "last");
        await().until(() -> {
            socket.finishOne();
            return socket.numbers("r_1").size() >= 1_001;
        });

        assertThat(socket.open()).isTrue();
        assertThat(socket.numbers("r_1"))
                .isEqualTo(LongStream.rangeClosed(3, 1_003).boxed().toList());
    }

    @Test
    void removalInsideABigHoleIsNoticed() {
        Connection bob = node.connect(BOB, socket);
        node.listen(bob, null);
        var before = node.sequencers.seen().get(ROOM);
        for (int i = 0; i < 300; i++) {
            node.log.post(ROOM, ALICE, "m" + i);
        }
        LoggedEvent removal = node.log.append(ROOM, ALICE, new RoomEvent.MemberLeft(BOB, null));
        for (int i = 0; i < 300; i++) {
            node.log.post(ROOM, ALICE, "secret");
        }

        node.sequencers.headRead(ROOM, node.log.head(ROOM).orElseThrow(), before);

        await().until(() -> !node.subscriptions.listens(bob, ROOM));
        assertThat(socket.numbers("r_1"))
                .isEqualTo(LongStream.rangeClosed(3, removal.seq()).boxed().toList());
    }

    @Test
    void newEpochEndsSubscriptionsWithAGap() {
        Connection bob = node.connect(BOB, socket);
        node.listen(bob, null);
        node.commit(ALICE, "hi");
        await().until(() -> socket.numbers("r_1").equals(List.of(3L)));

        node.log.restore(ROOM, "e2", 1);
        node.commit(ALICE, "other");

        await().until(() -> socket.notices().contains("gap"));
        var gap = socket.objects().get(socket.objects().size() - 1);
        assertThat(gap.path("d").path("reason").asText()).isEqualTo("epoch");
        assertThat(gap.path("d").path("ep").asText()).isEqualTo("e2");
        assertThat(node.subscriptions.of(bob)).isEmpty();
        assertThat(node.metrics.epochAlarmCount()).isEqualTo(1);
    }

    /** C55: what is still on its way between nodes from before a restore is not mixed with what came after. */
    @Test
    void eventsOfTheEpochBeforeARestoreAreNeverShownAsThoseOfTheNewOne() {
        for (int i = 0; i < 8; i++) {
            node.log.post(ROOM, ALICE, "old" + i);
        }
        List<LoggedEvent> lost = node.log.events(ROOM, 5, 100, 1_000_000);
        node.log.restore(ROOM, "e2", 5);
        Connection bob = node.connect(BOB, socket);
        node.log.beforeAccessReturns(() -> node.sequencers.offer(ROOM, lost)); // the room has no position here yet

        assertThat(node.subscriptions.start(bob, ROOM, new Cursor("e2", 5L), 2_000))
                .isEqualTo(new Outcome.Ok("e2", 6, 5));
        node.subscriptions.begin(bob, ROOM);
        node.sequencers.offer(ROOM, lost);
        int before = node.log.reads();
        await("nothing waits for numbers that will never come")
                .during(Duration.ofMillis(250)) // several times the wait for a missing number
                .atMost(Duration.ofSeconds(5))
                .until(() -> node.log.reads() == before);
        for (int i = 0; i < 3; i++) {
            node.commit(ALICE, "new" + i);
        }
        node.sequencers.offer(ROOM, lost);

        await().until(() -> socket.numbers("r_1").equals(List.of(6L, 7L, 8L)));
        assertThat(socket.frames().toString()).contains("new2").doesNotContain("old");
        assertThat(node.metrics.epochAlarmCount()).isZero();
    }

    /** C55: the restore is noticed here while the database is asked whether somebody may listen. */
    @Test
    void whoIsOvertakenByARestoreIsAnsweredAGapInPlaceOfOk() {
        node.live(node.connect(ALICE, new FakeSocket()));
        Connection bob = node.connect(BOB, socket);
        node.log.beforeAccessReturns(() -> restored("e2", 1));

        assertThat(node.listen(bob, null)).isEqualTo(new Outcome.Gap(Outcome.Reason.EPOCH, "e2", 1));

        assertThat(socket.frames()).isEmpty(); // the answer says it
        assertThat(node.subscriptions.of(bob)).isEmpty();
        assertThat(node.metrics.gapCount(Outcome.Reason.EPOCH)).isEqualTo(2);
    }

    @Test
    void aFaultWithOneWhoListensKeepsTheGapFromNoOther() {
        node.live(node.connect(BOB, new FakeSocket()));
        node.live(node.connect(ALICE, socket));
        node.whenSilent = () -> {
            throw new AssertionError("of a listener");
        };

        restored("e2", 1);

        await().until(() -> socket.notices().equals(List.of("gap")));
        assertThat(node.silent).hasSize(2);
    }

    @Test
    void whoIsOvertakenByARestoreBehindTheAnswerIsToldSoAfterIt() {
        Connection bob = node.connect(BOB, socket);
        assertThat(node.subscriptions.start(bob, ROOM, HEAD, 2_000)).isInstanceOf(Outcome.Ok.class);
        restored("e2", 1);
        bob.send("{\"t\":\"ok\"}");

        CompletionStage<Void> caughtUp = node.subscriptions.begin(bob, ROOM);

        assertThat(caughtUp.toCompletableFuture()).isDone();
        await().until(() -> socket.notices().equals(List.of("ok", "gap")));
        assertThat(node.subscriptions.of(bob)).isEmpty();
        assertThat(node.silent).containsExactly(ROOM);
    }

    @Test
    void whatWasReadBeforeARestoreEndsNobodyWhoCameAfterIt() {
        Connection bob = node.connect(BOB, socket);
        var alice = new FakeSocket();
        node.log.beforeAccessReturns(() -> {
            node.log.restore(ROOM, "e2", 2);
            node.live(node.connect(ALICE, alice));
        });

        assertThat(node.listen(bob, null)).isEqualTo(new Outcome.Gap(Outcome.Reason.EPOCH, "e2", 2));
        node.commit(ALICE, "hi");

        await().until(() -> alice.numbers("r_1").equals(List.of(3L)));
        assertThat(alice.notices()).isEmpty();
        assertThat(node.metrics.epochAlarmCount()).isZero();
    }

    @Test
    void whoComesFirstAfterARestoreListensAndTheOthersStartAnew() {
        var alice = new FakeSocket();
        node.live(node.connect(ALICE, alice));
        node.log.restore(ROOM, "e2", 2);

        assertThat(node.listen(node.connect(BOB, socket), null)).isEqualTo(new Outcome.Ok("e2", 3, 2));
        node.commit(ALICE, "hi");

        await().until(() -> socket.numbers("r_1").equals(List.of(3L)));
        await().until(() -> alice.notices().equals(List.of("gap")));
    }

    /** The log is set back, and this node notices. */
    private void restored(String epoch, int head) {
        Position before = node.sequencers.seen().get(ROOM);
        node.log.restore(ROOM, epoch, head);
        node.sequencers.headRead(ROOM, new Head(epoch, head), before);
        await().until(() -> node.sequencers.seen().get(ROOM).equals(new Position(epoch, head)));
    }

    /** C55: a restore without new epochs is noticed. */
    @Test
    void aCursorAboveTheHeadIsAGapAndCounted() {
        assertThat(node.listen(node.connect(BOB, socket), 60L))
                .isEqualTo(new Outcome.Gap(Outcome.Reason.AHEAD, "e1", 2));

        assertThat(node.metrics.gapCount(Outcome.Reason.AHEAD)).isEqualTo(1);
    }

    @Test
    void headThatWentBackEndsSubscriptionsWithAGap() {
        node.listen(node.connect(BOB, socket), null);
        node.commit(ALICE, "hi");
        await().until(() -> socket.numbers("r_1").equals(List.of(3L)));

        node.sequencers.headRead(ROOM, new Head("e1", 2), new Position("e1", 3));

        await().until(() -> socket.notices().contains("gap"));
        assertThat(node.metrics.epochAlarmCount()).isEqualTo(1);
    }

    @Test
    void headReadBeforeLaterEventsIsNoAlarm() {
        node.listen(node.connect(BOB, socket), null);
        node.commit(ALICE, "hi");
        await().until(() -> socket.numbers("r_1").equals(List.of(3L)));

        node.sequencers.headRead(ROOM, new Head("e1", 2), new Position("e1", 2));
        node.commit(ALICE, "more");

        await().until(() -> socket.numbers("r_1").equals(List.of(3L, 4L)));
        assertThat(node.metrics.epochAlarmCount()).isZero();
    }

    @Test
    void eventIsEncodedOnceForAll() {
        var sockets = new ArrayList<FakeSocket>();
        for (int i = 0; i < 50; i++) {
            var each = new FakeSocket();
            sockets.add(each);
            node.live(node.connect(BOB, each));
        }

        Set<String> texts = Collections.newSetFromMap(new IdentityHashMap<>());
        node.commitTogether(ALICE, "1", "2", "3", "4", "5", "6", "7", "8");

        for (FakeSocket each : sockets) {
            await().until(() -> each.numbers("r_1").size() == 8);
            assertThat(each.frames()).hasSize(1);
            texts.add(each.frames().get(0));
        }
        assertThat(texts.size()).isLessThanOrEqualTo(node.settings.threads()); // two threads may make it at once
        assertThat(node.metrics.eventsEncoded()).isEqualTo(8);
    }

    @Test
    void ephemeralEventsReachOnlyThoseWhoListen() {
        var alice = new FakeSocket();
        var eve = new FakeSocket();
        Connection sender = node.connect(ALICE, alice);
        node.listen(sender, null);
        node.listen(node.connect(BOB, socket), null);
        node.connect(EVE, eve);
        await().until(() -> node.subscriptions.usersIn(ROOM).size() == 2);

        await().until(() -> {
            node.subscriptions.toRoom(ROOM, "{\"t\":\"typing\"}", connection -> connection != sender);
            return socket.notices().contains("typing");
        });

        assertThat(alice.frames()).isEmpty();
        assertThat(eve.frames()).isEmpty();
    }

    @Test
    void roomNobodyListensToIsForgotten() {
        Connection bob = node.connect(BOB, socket);
        node.listen(bob, null);
        node.connections.closed(bob);

        node.pass(Duration.ofSeconds(30));
        node.sequencers.forgetIdle();
        assertThat(node.sequencers.count()).isEqualTo(1);
        node.pass(Duration.ofSeconds(31));
        node.sequencers.forgetIdle();

        assertThat(node.sequencers.count()).isZero();
        assertThat(node.sequencers.tailBytes()).isZero();
    }

    /** A commit, or a read of the log, that had found the room served just before. */
    @Test
    void whatComesForARoomThatWasForgottenIsAnnouncedAndNotKept() {
        Connection bob = node.connect(BOB, new FakeSocket());
        node.connect(EVE, socket);
        node.live(bob);
        node.connections.closed(bob);
        RoomSequencer forgotten = node.sequencers.find(ROOM).orElseThrow();
        node.pass(Duration.ofSeconds(61));
        node.sequencers.forgetIdle();
        LoggedEvent joined = node.log.append(ROOM, ALICE, new RoomEvent.MemberJoined(EVE, RoomRole.MEMBER));

        forgotten.offer(List.of(joined), true);
        var filled = new CompletableFuture<Void>();
        forgotten.fill(() -> filled.complete(null));

        await().until(() -> socket.notices().equals(List.of("room.added")));
        await().until(filled::isDone);
        assertThat(node.sequencers.tailBytes()).isZero();
    }
}
