package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.FakeSocket.Writes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DepartureTest {
    private static final Duration JITTER = Duration.ofSeconds(2);

    private final Node node = new Node();
    private final List<FakeSocket> sockets = new ArrayList<>();
    private final Departure departure = node.connections.departure(JITTER);

    @AfterEach
    void stop() {
        node.close();
    }

    private void connect(int count) {
        for (int i = 0; i < count; i++) {
            var socket = new FakeSocket();
            node.connect(ALICE, socket);
            sockets.add(socket);
        }
    }

    private void step(int most) {
        departure.step(most, node.nanos.get());
    }

    private Stream<FakeSocket> told() {
        return sockets.stream().filter(socket -> socket.notices().contains("reconnect"));
    }

    private long closed() {
        return sockets.stream().filter(socket -> socket.closeCode() != null).count();
    }

    @Test
    void socketsAreToldInBatchesAndClosedWhenTheirWindowIsOver() {
        connect(5);

        step(3);
        await().until(() -> told().count() == 3);
        node.pass(JITTER);
        step(3);
        await().until(() -> told().count() == 5);
        assertThat(closed()).isZero();
        assertThat(departure.untold()).isZero();
        node.pass(Duration.ofSeconds(1));
        step(3);

        await().until(() -> node.connections.count() == 2);
        assertThat(closed()).isEqualTo(3);
        assertThat(told().filter(socket -> Integer.valueOf(4301).equals(socket.closeCode())))
                .allSatisfy(socket -> assertThat(socket.closeReason()).isEqualTo("draining"))
                .hasSize(3);
    }

    @Test
    void aSocketThatOpensMeanwhileIsToldToo() {
        connect(1);
        step(10);
        connect(1);

        step(10);

        await().until(() -> told().count() == 2);
    }

    @Test
    void whatWaitsForASocketIsSentBeforeItIsClosed() {
        var slow = new FakeSocket().writes(Writes.END_WHEN_TOLD);
        Connection connection = node.connect(ALICE, slow);
        step(1);
        await().until(() -> slow.frames().size() == 1);
        connection.send("{\"t\":\"ok\",\"id\":\"1\"}");
        node.pass(departure.window());
        step(1);
        assertThat(slow.closeCode()).isNull();

        slow.finishOne();
        await().until(() -> slow.frames().size() == 2);
        assertThat(slow.closeCode()).isNull();
        slow.finishOne();

        await().until(() -> Integer.valueOf(4301).equals(slow.closeCode()));
        assertThat(slow.notices()).containsExactly("reconnect", "ok");
    }
}
