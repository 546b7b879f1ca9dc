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
import io.confab.room.RoomKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A writer that cannot go on: what waits is bounded in number, bytes and time, and is told so with a code it can act on. */
class FullQueueTest {
    private static final Map<String, String> PATIENT =
            Map.of("confab.log.writers", "1", "confab.db.lock-timeout", "30s", "confab.log.retry-after", "700ms");

    private static final RoomId NOWHERE = new RoomId("r_nowhere");

    private final List<CompletionStage<Answer>> waiting = new ArrayList<>();

    private static DatabaseFixture node(Map<String, String> settings) {
        var all = new java.util.HashMap<>(PATIENT);
        all.putAll(settings);
        return DatabaseFixture.open(DatabaseFixture.freshH2(), Map.copyOf(all), UnaryOperator.identity());
    }

    /** Holds a person's account, and has the only writer wait for it, until the connection is rolled back. */
    private static Connection blocked(DatabaseFixture node) throws SQLException {
        Person mallory = node.person("mallory");
        Connection other = node.database.readers().getConnection();
        other.setAutoCommit(false);
        try (var statement = other.prepareStatement("select id from account where id = ? for update")) {
            statement.setString(1, mallory.user().value());
            statement.executeQuery().close();
        }
        node.submits(mallory, NOWHERE, post("plug"), null);
        await().until(() -> node.metrics.figures().waitingCommands() == 0);
        return other;
    }

    private static Refusal.Unavailable unavailableAtOnce(CompletionStage<Answer> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return refused(Refusal.Unavailable.class, answer(stage));
    }

    private static long events(DatabaseFixture node, Person person) {
        return node.number(
                "select count(*) from room_event where type = 'msg.new' and by_id = ?",
                person.user().value());
    }

    @Test
    void commandsBeyondTheQueueAreRefusedAtOnceAndNeverStored() throws SQLException {
        try (var node = node(Map.of("confab.log.queue-commands", "10", "confab.log.command-timeout", "30s"))) {
            Person alice = node.person("alice");
            RoomId room = node.room(alice, RoomKind.PUBLIC);
            try (Connection other = blocked(node)) {
                for (int i = 0; i < 10; i++) {
                    waiting.add(node.submits(alice, room, post("m" + i), "k" + i));
                }
                var refusal = unavailableAtOnce(node.submits(alice, room, post("one too many"), "k10"));
                var creation = node.log()
                        .create(
                                alice.caller(),
                                new io.confab.room.RoomCommand.CreateRoom(RoomKind.PUBLIC, "full", List.of()),
                                "c1");

                assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(700));
                unavailableAtOnce(creation);
                assertThat(node.metrics.figures().waitingCommands()).isEqualTo(10);
                assertThat(node.metrics.figures().turnedAway()).isEqualTo(2);
                assertThat(waiting)
                        .noneMatch(stage -> stage.toCompletableFuture().isDone());
                other.rollback();
            }
            waiting.forEach(stage -> accepted(answer(stage)));
            assertThat(events(node, alice)).isEqualTo(10);
            assertThat(accepted(node.does(alice, room, post("one too many"), "k10"))
                            .duplicate())
                    .isFalse();
        }
    }

    /** Else a room whose row is held would have the messages of all rooms refused. */
    @Test
    void aFullQueueRefusesItsRoomsAndIsNoLoadOfTheOthers() throws SQLException {
        try (var node = node(Map.of(
                "confab.log.writers", "2",
                "confab.log.queue-commands", "10",
                "confab.log.command-timeout", "30s"))) {
            Person alice = node.person("alice");
            RoomId behind = room(node, alice, true);
            RoomId free = room(node, alice, false);
            try (Connection other = blocked(node)) {
                for (int i = 0; i < 10; i++) {
                    waiting.add(node.submits(alice, behind, post("m" + i), "k" + i));
                }
                unavailableAtOnce(node.submits(alice, behind, post("one too many"), "k10"));

                assertThat(node.metrics.fullness()).isEqualTo(0.5);
                accepted(node.does(alice, free, post("hello"), "free"));
                other.rollback();
            }
            waiting.forEach(stage -> accepted(answer(stage)));
        }
    }

    /** One that has the writer that {@link #blocked} has wait, or the other one of two. */
    private static RoomId room(DatabaseFixture node, Person owner, boolean blocked) {
        RoomId room = node.room(owner, RoomKind.PUBLIC);
        while (Math.floorMod(room.hashCode(), 2) == Math.floorMod(NOWHERE.hashCode(), 2) != blocked) {
            room = node.room(owner, RoomKind.PUBLIC);
        }
        return room;
    }

    @Test
    void bytesBeyondTheQueueAreRefusedAtOnceAndSmallerOnesStillFit() throws SQLException {
        try (var node = node(Map.of("confab.log.queue-bytes", "65536", "confab.log.command-timeout", "30s"))) {
            Person alice = node.person("alice");
            RoomId room = node.room(alice, RoomKind.PUBLIC);
            String long8k = "x".repeat(7_900);
            try (Connection other = blocked(node)) {
                for (int i = 0; i < 4; i++) {
                    waiting.add(node.submits(alice, room, post(long8k), "k" + i)); // four times 16 KB
                }
                unavailableAtOnce(node.submits(alice, room, post(long8k), "k4"));
                waiting.add(node.submits(alice, room, post("small"), "k5"));

                assertThat(node.metrics.figures().waitingBytes()).isBetween(60_000L, 65_536L);
                other.rollback();
            }
            waiting.forEach(stage -> accepted(answer(stage)));
            assertThat(events(node, alice)).isEqualTo(5);
            assertThat(node.metrics.figures().waitingBytes()).isZero();
        }
    }

    @Test
    void whatWaitsLongerThanTheCommandTimeoutIsRefusedAndNeverStored() throws SQLException {
        try (var node = node(Map.of("confab.log.command-timeout", "300ms"))) {
            Person alice = node.person("alice");
            RoomId room = node.room(alice, RoomKind.PUBLIC);
            try (Connection other = blocked(node)) {
                for (int i = 0; i < 5; i++) {
                    waiting.add(node.submits(alice, room, post("m" + i), "k" + i));
                }
                for (CompletionStage<Answer> stage : waiting) {
                    var refusal = refused(Refusal.Unavailable.class, answer(stage)); // while the writer still hangs
                    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(700));
                }
                await().untilAsserted( // five, and the plug, which is given up as well
                                () -> assertThat(node.metrics.figures().turnedAway())
                                        .isEqualTo(6));
                other.rollback();
            }
            assertThat(accepted(node.does(alice, room, post("m0"), "k0")).duplicate())
                    .isFalse();
            assertThat(events(node, alice)).isEqualTo(1);
        }
    }

    @Test
    void aNodeThatStopsCommitsWhatWaitsAndTakesNothingMore() {
        var node = node(Map.of());
        Person alice = node.person("alice");
        RoomId room = node.room(alice, RoomKind.PUBLIC);
        for (int i = 0; i < 200; i++) {
            waiting.add(node.submits(alice, room, post("m" + i), "k" + i));
        }

        node.log.stop();

        waiting.forEach(stage -> accepted(answer(stage)));
        unavailableAtOnce(node.submits(alice, room, post("too late"), "late"));
        assertThat(events(node, alice)).isEqualTo(200);
        node.close();
    }
}
