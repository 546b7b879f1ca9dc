package io.confab.delivery;

import static io.confab.delivery.Node.ALICE;
import static io.confab.delivery.Node.ROOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One read of the log for many who wait: none of them may take it from the others. */
class SharedReadTest {
    private final Node node = new Node();
    private final AtomicInteger told = new AtomicInteger();

    @AfterEach
    void stop() {
        node.close();
    }

    private RoomSequencer room() {
        node.log.post(ROOM, ALICE, "hello");
        node.live(node.connect(ALICE, new FakeSocket()));
        return node.sequencers.find(ROOM).orElseThrow();
    }

    @Test
    void aFaultOfOneWhoSharesAReadIsNotTheOthers() {
        RoomSequencer room = room();
        var wanted = new Pulled.Read(0, 0, false);
        node.log.holdEvents();
        room.read(wanted, chunk -> {
            throw new AssertionError("of the first");
        });
        room.read(wanted, chunk -> told.incrementAndGet());
        room.read(wanted, chunk -> told.incrementAndGet());
        node.log.releaseEvents();

        await().until(() -> told.get() == 2);
    }

    @Test
    void aFaultOfOneWhoWaitsForTheTailIsNotTheOthers() {
        RoomSequencer room = room();
        node.log.holdEvents();
        room.fill(() -> {
            throw new AssertionError("of the first");
        });
        room.fill(told::incrementAndGet);
        node.log.releaseEvents();

        await().until(() -> told.get() == 1);
    }

    @Test
    void aReadThatEndsInAnErrorIsToldToAllAndTheNextOneIsMadeAnew() {
        RoomSequencer room = room();
        var wanted = new Pulled.Read(0, 0, false);
        node.log.beforeEventsReturn(() -> {
            throw new AssertionError("of the read");
        });
        room.read(wanted, chunk -> told.addAndGet(chunk.isEmpty() ? 1 : 100));
        await().until(() -> told.get() == 1);

        room.read(wanted, chunk -> told.addAndGet(chunk.isEmpty() ? 1 : 100));
        await().until(() -> told.get() == 101);
        assertThat(node.log.reads()).isPositive();
    }
}
