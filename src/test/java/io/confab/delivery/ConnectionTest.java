package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.FakeSocket.Writes;
import io.confab.wire.CloseCode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(25);

    private final Node node = new Node();
    private final FakeSocket socket = new FakeSocket();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void whatWaitedLeavesInOneArrayFrame() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);

        connection.send("{\"t\":\"ok\",\"id\":\"1\"}");
        await().until(() -> socket.frames().size() == 1);
        connection.send("{\"t\":\"ok\",\"id\":\"2\"}");
        connection.sendEphemeral("{\"t\":\"typing\"}");
        socket.finishOne();

        await().until(() -> socket.frames().size() == 2);
        assertThat(socket.frames())
                .containsExactly("{\"t\":\"ok\",\"id\":\"1\"}", "[{\"t\":\"ok\",\"id\":\"2\"},{\"t\":\"typing\"}]");
    }

    @Test
    void neverTwoWritesAtOnce() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);

        for (int i = 0; i < 100; i++) {
            connection.send("{\"n\":" + i + "}");
        }
        await().until(() -> {
            socket.finishOne();
            return socket.objects().size() == 100;
        });

        assertThat(socket.mostConcurrent()).isEqualTo(1);
    }

    @Test
    void framesStayWithinTheirBound() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        String hundredKib = "\"" + "x".repeat(100 * 1024) + "\"";

        connection.send("0");
        await().until(() -> socket.frames().size() == 1);
        for (int i = 0; i < 6; i++) {
            connection.send(hundredKib);
        }
        await().until(() -> {
            socket.finishOne();
            return socket.frames().size() == 4;
        });

        assertThat(socket.frames())
                .allSatisfy(frame -> assertThat(frame.length()).isLessThanOrEqualTo(256 * 1024));
    }

    @Test
    void fullQueueClosesTheSlowConsumer() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        node.live(connection);

        for (int i = 0; i < 600; i++) { // one frame may leave with up to 256
            node.commit(ALICE, "m" + i);
        }

        await().until(() -> !socket.open());
        assertThat(socket.closeCode()).isEqualTo(4302);
        assertThat(socket.closeReason()).isEqualTo("slow_consumer");
        await().until(() -> node.connections.count() == 0);
        assertThat(node.metrics.slowConsumersClosed()).isEqualTo(1);
    }

    @Test
    void repliesThatNobodyReadsCloseTheSlowConsumer() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        String reply = "\"" + "x".repeat(200 * 1024) + "\"";

        for (int i = 0; i < 13; i++) {
            connection.send(reply);
        }

        await().until(() -> !socket.open());
        assertThat(socket.closeCode()).isEqualTo(4302);
    }

    @Test
    void ephemeralEventsAreDroppedFirst() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        connection.send("{\"t\":\"first\"}");
        await().until(() -> socket.frames().size() == 1);

        for (int i = 0; i < 200; i++) {
            connection.sendEphemeral("{\"t\":\"typing\"}");
        }

        assertThat(connection.isOpen()).isTrue();
        assertThat(node.metrics.ephemeralEventsDropped()).isEqualTo(200 - 129);
    }

    @Test
    void whoSendsAnEphemeralEventIsToldThatItWasDropped() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        connection.send("{\"t\":\"first\"}");
        await().until(() -> socket.frames().size() == 1);

        assertThat(connection.sendEphemeral("{\"t\":\"badge\"}")).isTrue();
        for (int i = 0; i < 200; i++) {
            connection.sendEphemeral("{\"t\":\"typing\"}");
        }

        assertThat(connection.sendEphemeral("{\"t\":\"badge\"}")).isFalse();
    }

    @Test
    void writeThatDoesNotEndClosesTheSlowConsumer() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        connection.send("{\"t\":\"ok\"}");
        await().until(() -> socket.frames().size() == 1);

        passInSteps(Duration.ofSeconds(16));

        await().until(() -> !socket.open());
        assertThat(socket.closeCode()).isEqualTo(4302);
    }

    @Test
    void failedWriteEndsTheConnection() {
        socket.writes(Writes.FAIL);
        Connection connection = node.connect(ALICE, socket);

        connection.send("{\"t\":\"ok\"}");

        await().until(() -> node.connections.count() == 0);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void silentClientIsPingedOnceThenClosed() {
        node.connect(ALICE, socket);

        passInSteps(HEARTBEAT.plusSeconds(1));
        await().until(() -> socket.pings() == 1);
        passInSteps(HEARTBEAT.minusSeconds(3));
        assertThat(socket.open()).isTrue();
        assertThat(socket.pings()).isEqualTo(1);
        passInSteps(Duration.ofSeconds(4));

        await().until(() -> !socket.open());
        assertThat(socket.closeCode()).isEqualTo(4303);
        await().until(() -> node.connections.usersOnline().isEmpty());
    }

    @Test
    void clientThatAnswersPingsStays() {
        Connection connection = node.connect(ALICE, socket);

        for (int i = 1; i <= 5; i++) {
            int pings = i;
            passInSteps(HEARTBEAT.plusSeconds(1));
            await().until(() -> socket.pings() == pings);
            connection.heard();
        }

        assertThat(socket.open()).isTrue();
    }

    @Test
    void thawedNodeAsksBeforeItCloses() {
        Connection connection = node.connect(ALICE, socket);

        node.pass(Duration.ofSeconds(90));
        node.connections.tick();
        await().until(() -> socket.pings() == 1);
        assertThat(socket.open()).isTrue();
        connection.heard();
        passInSteps(Duration.ofSeconds(20));
        assertThat(socket.open()).isTrue();

        passInSteps(HEARTBEAT.multipliedBy(2));
        await().until(() -> !socket.open());
        assertThat(socket.closeCode()).isEqualTo(4303);
    }

    @Test
    void tokenThatRanOutClosesAfterTheLeeway() {
        Connection connection = node.connections.open(socket, Node.caller(ALICE, FakeLog.NOW.minusSeconds(31)));
        var renewed = new FakeSocket();
        Connection other = node.connections.open(renewed, Node.caller(ALICE, FakeLog.NOW.minusSeconds(31)));
        other.renew(Node.caller(ALICE, FakeLog.NOW.plusSeconds(600)));

        node.connections.tick();

        await().until(() -> !connection.isOpen());
        assertThat(socket.closeCode()).isEqualTo(4304);
        assertThat(renewed.open()).isTrue();
    }

    @Test
    void tokenOfAnotherUserIsNotTaken() {
        Connection connection = node.connect(ALICE, socket);

        assertThatThrownBy(() -> connection.renew(Node.caller(Node.BOB, FakeLog.NOW)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingSendsWhatWaitsFirst() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        connection.send("{\"t\":\"ok\"}");
        await().until(() -> socket.frames().size() == 1);
        connection.send("{\"t\":\"session.ended\"}");

        connection.close(CloseCode.REVOKED);
        connection.send("{\"t\":\"too late\"}");
        assertThat(socket.open()).isTrue();
        socket.finishOne();
        await().until(() -> socket.frames().size() == 2);
        socket.finishOne();

        await().until(() -> !socket.open());
        assertThat(socket.closeCode()).isEqualTo(4508);
        assertThat(socket.frames()).last().isEqualTo("{\"t\":\"session.ended\"}");
    }

    @Test
    void closingDoesNotWaitLongForOneWhoDoesNotRead() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        connection.send("{\"t\":\"ok\"}");
        await().until(() -> socket.frames().size() == 1);

        connection.close(CloseCode.SUSPENDED);
        passInSteps(Duration.ofSeconds(3));

        assertThat(socket.closeCode()).isEqualTo(4503);
        assertThat(node.connections.count()).isZero();
    }

    @Test
    void endIsToldOnce() {
        Connection connection = node.connect(ALICE, socket);

        node.connections.closed(connection);
        node.connections.closed(connection);
        node.connections.tick();

        assertThat(node.ended).containsExactly(connection);
    }

    @Test
    void smallerBoundsAreSettings() {
        try (var small = new Node(Map.of("confab.delivery.queue-events", "16"))) {
            socket.writes(Writes.END_WHEN_TOLD);
            small.live(small.connect(ALICE, socket));

            for (int i = 0; i < 40; i++) {
                small.commit(ALICE, "m" + i);
            }

            await().until(() -> !socket.open());
            assertThat(socket.closeCode()).isEqualTo(4302);
        }
    }

    private void passInSteps(Duration time) {
        for (int i = 0; i < time.toSeconds(); i++) {
            node.pass(Duration.ofSeconds(1));
            node.connections.tick();
        }
    }
}
