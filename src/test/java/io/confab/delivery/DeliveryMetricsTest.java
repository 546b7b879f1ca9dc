package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static io.confab.delivery.Node.BOB;
import static io.confab.delivery.Node.ROOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.DeliveryMetrics.Resumed;
import io.confab.delivery.FakeSocket.Writes;
import io.confab.kernel.Histogram;
import io.confab.wire.CloseCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryMetricsTest {
    private final Node node = new Node();
    private final FakeSocket socket = new FakeSocket();

    @AfterEach
    void stop() {
        node.close();
    }

    private static long count(Histogram histogram) {
        return Arrays.stream(histogram.counts()).sum();
    }

    @Test
    void theWayOfAnEventToEachSocketIsTimedByWhoCommittedIt() {
        node.live(node.connect(ALICE, socket));
        node.live(node.connect(BOB, new FakeSocket()));

        node.commit(ALICE, "ours");
        await().until(() -> count(node.metrics.agesOfOwn()) == 2);
        node.sequencers.offer(ROOM, List.of(node.log.post(ROOM, ALICE, "of another node")));

        await().until(() -> count(node.metrics.agesOfOthers()) == 2);
        assertThat(count(node.metrics.agesOfOwn())).isEqualTo(2);
    }

    @Test
    void anEventIsAsOldAsTheWayToItsSocketWasLong() {
        socket.writes(Writes.END_WHEN_TOLD);
        node.live(node.connect(ALICE, socket));

        node.commit(ALICE, "at once");
        await().until(() -> socket.frames().size() == 1);
        node.commit(ALICE, "behind it");
        await().until(() -> node.connections.waitingBytes() > 0);
        node.pass(Duration.ofSeconds(3));
        socket.finishOne();

        await().until(() -> count(node.metrics.agesOfOwn()) == 2);
        assertThat(node.metrics.agesOfOwn().sumSeconds()).isEqualTo(3);
    }

    @Test
    void replayedEventsAreNotTimed() {
        node.commit(ALICE, "before");
        node.listen(node.connect(ALICE, socket), 0L);

        await().until(() -> socket.numbers(ROOM.value()).size() == 3);
        assertThat(count(node.metrics.agesOfOwn()) + count(node.metrics.agesOfOthers()))
                .isZero();
    }

    @Test
    void resumesAreCountedByWhatCameOfThemAndGapsByTheirReason() {
        Connection connection = node.connect(ALICE, socket);

        node.listen(connection, 1L);
        node.listen(connection, 1_000L);
        node.listen(connection, null);

        assertThat(node.metrics.resumedCount(Resumed.OK)).isEqualTo(1);
        assertThat(node.metrics.resumedCount(Resumed.GAP)).isEqualTo(1);
        assertThat(node.metrics.gapCount(Outcome.Reason.AHEAD)).isEqualTo(1);
    }

    @Test
    void closesAreCountedByTheirCodeAndWhatWaitsIsKnown() {
        socket.writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, socket);
        connection.send("{\"t\":\"ok\"}");
        await().until(() -> socket.frames().size() == 1);
        connection.send("{\"t\":\"ok\"}");
        assertThat(node.connections.waitingBytes()).isEqualTo(2L * "{\"t\":\"ok\"}".length()); // one is under way
        connection.close(CloseCode.REVOKED);
        socket.finishOne();
        await().until(() -> socket.frames().size() == 2);
        socket.finishOne();

        await().until(() -> node.metrics.closedCount(CloseCode.REVOKED) == 1);
        assertThat(node.metrics.closedCount(CloseCode.SUSPENDED)).isZero();
    }
}
