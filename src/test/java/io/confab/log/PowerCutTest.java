package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.RoomId;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acknowledged means on the disk: the log on an H2 file whose disk forgets all that was not forced. */
class PowerCutTest {
    @TempDir
    Path folder;

    private record Cut(Map<String, Long> acknowledged, Path folder) {}

    @Test
    void whatWasAcknowledgedIsOnTheDiskWheneverThePowerIsCut() throws IOException {
        String path = folder.resolve("chat").toString();
        var disk = PowerCutDisk.at(path);
        Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        var cuts = new ArrayList<Cut>();
        var rooms = new ArrayList<RoomId>();
        try (var node = DatabaseFixture.open(PowerCutDisk.url(path))) {
            var alice = node.person("alice");
            var bob = node.person("bob");
            rooms.add(node.room(alice, RoomKind.PUBLIC, bob));
            rooms.add(node.room(bob, RoomKind.PUBLIC, alice));
            var stages = new ArrayList<CompletionStage<Answer>>();
            for (int i = 0; i < 1_500; i++) {
                var stage = node.submits(i % 3 == 0 ? alice : bob, rooms.get(i % 2), post("m" + i), "k" + i);
                stage.thenAccept(answer -> acknowledged.put(
                        accepted(answer).cid(), accepted(answer).seq()));
                stages.add(stage);
                if (i % 300 == 299) {
                    await().until(() -> acknowledged.size() > cuts.size() * 300 + 20);
                    cuts.add(cut(disk, acknowledged));
                }
            }
            stages.forEach(stage -> accepted(answer(stage)));
            cuts.add(cut(disk, acknowledged));
        }

        assertThat(cuts).hasSize(6);
        for (Cut cut : cuts) {
            assertHolds(cut, rooms);
        }
    }

    private Cut cut(PowerCutDisk.Disk disk, Map<String, Long> acknowledged) throws IOException {
        var sofar = Map.copyOf(acknowledged); // before the image: all of this must be in it
        Path copy = Files.createTempDirectory(folder, "after-cut");
        Files.write(copy.resolve("chat.mv.db"), disk.afterPowerCut());
        return new Cut(sofar, copy);
    }

    private static void assertHolds(Cut cut, List<RoomId> rooms) {
        try (var node = DatabaseFixture.open("jdbc:h2:file:" + cut.folder().resolve("chat"))) {
            Map<String, Long> stored = new ConcurrentHashMap<>();
            for (RoomId room : rooms) {
                List<LoggedEvent> events = node.reader().events(room, 0, 10_000, Integer.MAX_VALUE);
                assertThat(RoomLogContract.numbers(events)).isEqualTo(RoomLogContract.oneTo(events.size()));
                assertThat(node.reader().head(room).orElseThrow().head()).isEqualTo(events.size());
                events.stream()
                        .filter(event -> event.cid() != null)
                        .forEach(event ->
                                assertThat(stored.put(event.cid(), event.seq())).isNull());
            }
            assertThat(stored).containsAllEntriesOf(cut.acknowledged());
        }
    }

    @Test
    void nobodyIsShownWhatThePowerCutCouldTakeBack() {
        String path = folder.resolve("chat").toString();
        var disk = PowerCutDisk.at(path);
        try (var node = DatabaseFixture.open(PowerCutDisk.url(path))) {
            var alice = node.person("alice");
            RoomId room = node.room(alice, RoomKind.PUBLIC);
            long before = node.posts(alice, room, "on the disk").seq();

            disk.hold();
            try {
                var send = node.submits(alice, room, post("not on the disk yet"), "k1");
                disk.awaitForce();
                var events =
                        CompletableFuture.supplyAsync(() -> node.reader().events(room, before, 10, Integer.MAX_VALUE));
                var head = CompletableFuture.supplyAsync(() -> node.reader().head(room));

                await().during(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> !events.isDone()
                                && !head.isDone()
                                && !send.toCompletableFuture().isDone());
                assertThat(node.heard.get(room)).allMatch(event -> event.seq() <= before);
                disk.release();

                assertThat(accepted(answer(send)).seq()).isEqualTo(before + 1);
                assertThat(RoomLogContract.numbers(answer(events))).containsExactly(before + 1);
                assertThat(answer(head).orElseThrow().head()).isEqualTo(before + 1);
            } finally {
                disk.release();
            }
        }
    }

    @Test
    void whileNothingIsBeingStoredReadersDoNotWaitForTheDisk() {
        String path = folder.resolve("chat").toString();
        var disk = PowerCutDisk.at(path);
        try (var node = DatabaseFixture.open(PowerCutDisk.url(path))) {
            var alice = node.person("alice");
            RoomId room = node.room(alice, RoomKind.PUBLIC);
            disk.hold();
            try {
                var events = CompletableFuture.supplyAsync(() -> node.reader().events(room, 0, 10, Integer.MAX_VALUE));

                assertThat(answer(events)).hasSize(2);
            } finally {
                disk.release();
            }
        }
    }
}
