package io.confab.log;

import io.confab.room.RoomKind;
import java.util.concurrent.Semaphore;

/** A program that writes into a log for ever, and prints what was acknowledged; {@link KilledWriterTest} kills it. */
final class KilledWriter {
    private static final int WINDOW = 64;

    private KilledWriter() {}

    /** @param arguments the JDBC URL */
    public static void main(String... arguments) throws InterruptedException {
        var node = DatabaseFixture.open(arguments[0]);
        var alice = node.person("alice");
        var bob = node.person("bob");
        var room = node.room(alice, RoomKind.PUBLIC, bob);
        System.out.println("room " + room);
        var window = new Semaphore(WINDOW);
        for (int i = 0; true; i++) {
            window.acquire();
            node.submits(i % 2 == 0 ? alice : bob, room, LogFixture.post("m" + i), "k" + i)
                    .thenAccept(answer -> {
                        var ok = LogFixture.accepted(answer);
                        System.out.println("ok " + ok.cid() + " " + ok.seq());
                        window.release();
                    });
        }
    }
}
