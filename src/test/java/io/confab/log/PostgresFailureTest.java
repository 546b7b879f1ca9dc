package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.CutProxy;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.Refusal;
import io.confab.room.RoomKind;
import io.confab.store.StoreFailure;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PostgresFailureTest extends FailureContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }

    /** C10: a pool must not stay on connections that only read. */
    @Test
    void aServerThatTurnsReadOnlyIsUnavailableUntilItWritesAgain() {
        try (PostgresServer server = PostgresServer.start();
                DatabaseFixture fixture = DatabaseFixture.open(server.freshDatabase())) {
            var carol = fixture.person("carol");
            var room = fixture.room(carol, RoomKind.PRIVATE);
            accepted(fixture.does(carol, room, post("before"), "k1"));

            server.readOnly(true);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> refused(
                            Refusal.Unavailable.class,
                            fixture.does(carol, room, post("during"), "r" + System.nanoTime())));
            long rows = fixture.number("select count(*) from room_event where room_id = ?", room.value());
            server.readOnly(false);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> accepted(fixture.does(carol, room, post("after"), "k3")));

            assertThat(fixture.number("select count(*) from room_event where room_id = ?", room.value()))
                    .isEqualTo(rows + 1);
        }
    }

    /** C10: restart under load; what was answered ok is there, once. */
    @Test
    void aRestartOfTheServerLosesNothingAndDoublesNothing() {
        try (PostgresServer server = PostgresServer.start();
                DatabaseFixture fixture = DatabaseFixture.open(server.freshDatabase())) {
            var carol = fixture.person("carol");
            var room = fixture.room(carol, RoomKind.PRIVATE);
            accepted(fixture.does(carol, room, post("before"), "k"));
            var stages = new ArrayList<CompletionStage<Answer>>();
            for (int i = 0; i < 2_000; i++) {
                stages.add(fixture.submits(carol, room, post("m" + i), "k" + i));
            }

            server.kill9();
            server.restart();

            var answers = stages.stream().map(LogFixture::answer).toList();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> accepted(fixture.does(carol, room, post("after"), "last")));
            await().atMost(Duration.ofSeconds(30)) // reads have a pool of their own
                    .ignoreException(StoreFailure.Unavailable.class)
                    .until(() -> fixture.number("select count(*) from room") == 1);
            long accepted = 0;
            for (int i = 0; i < answers.size(); i++) {
                accepted += isStored(
                        answers.get(i),
                        fixture.number(
                                "select count(*) from room_event where by_id = ? and cid = ?",
                                carol.user().value(),
                                "k" + i));
            }
            assertThat(fixture.number("select count(*) from room_event where room_id = ?", room.value()))
                    .isEqualTo(accepted + 4);
            assertThat(RoomLogContract.numbers(fixture.reader().events(room, 0, 10_000, Integer.MAX_VALUE)))
                    .isEqualTo(RoomLogContract.oneTo(accepted + 4));
        }
    }

    /** What was answered is true; of an unknown outcome the log alone knows. */
    private static long isStored(Answer answer, long rows) {
        assertThat(rows).isBetween(0L, 1L);
        switch (answer) {
            case Answer.Accepted ignored -> assertThat(rows).isEqualTo(1);
            case Answer.Refused(Refusal.Unavailable ignored) -> assertThat(rows).isZero();
            case Answer.Refused(Refusal refusal) -> assertThat(refusal).isInstanceOf(Refusal.Internal.class);
        }
        return rows;
    }

    /** C10: the server hangs, as when its machine froze or the network drops all packets: nobody is told, nothing ends. */
    @Test
    void whoSendsWhileTheServerHangsIsAnsweredInTimeAndTruly() throws IOException {
        String url = url();
        URI server = URI.create(url.substring("jdbc:".length()));
        try (var network = new CutProxy(server);
                var fixture = DatabaseFixture.open(
                        url.replace(":" + server.getPort(), ":" + network.base().getPort()),
                        Map.of(
                                "confab.log.command-timeout", "2s",
                                "confab.db.connect-timeout", "1s",
                                "confab.db.statement-timeout", "1s"),
                        UnaryOperator.identity())) {
            var carol = fixture.person("carol");
            var room = fixture.room(carol, RoomKind.PRIVATE);
            var took = new ConcurrentHashMap<String, Duration>();
            var stages = new HashMap<String, CompletionStage<Answer>>();
            int threads = Thread.activeCount();
            network.freeze();
            for (int i = 0; i < 50; i++) {
                String cid = "k" + i;
                long begun = System.nanoTime();
                stages.put(
                        cid,
                        fixture.submits(carol, room, post(cid), cid)
                                .whenComplete((answer, failure) ->
                                        took.put(cid, Duration.ofNanos(System.nanoTime() - begun))));
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos()); // ten a second
            }
            var answers = new HashMap<String, Answer>();
            stages.forEach((cid, stage) -> answers.put(cid, LogFixture.answer(stage)));
            assertThat(took.values()).allSatisfy(each -> assertThat(each).isLessThan(Duration.ofMillis(2_500)));
            assertThat(answers.values()).noneMatch(Answer.Accepted.class::isInstance);
            assertThat(Thread.activeCount()).isLessThan(threads + 10);
            assertThatThrownBy(() -> fixture.reader().head(room)).isInstanceOf(StoreFailure.class);

            network.thaw();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> accepted(fixture.does(carol, room, post("after"), "last")));
            answers.forEach((cid, answer) -> isStored(
                    answer,
                    fixture.number(
                            "select count(*) from room_event where by_id = ? and cid = ?",
                            carol.user().value(),
                            cid)));
            stages.keySet().forEach(cid -> accepted(fixture.does(carol, room, post(cid), cid)));
            assertThat(RoomLogContract.numbers(fixture.reader().events(room, 0, 1_000, Integer.MAX_VALUE)))
                    .isEqualTo(RoomLogContract.oneTo(3 + stages.size()));
        }
    }

    /** While it is away, one waits for it; all others are told at once, so no thread of the doors stands still. */
    @Test
    void whileTheServerIsAwayReadersAreRefusedAtOnce() throws Exception {
        String url = url();
        URI server = URI.create(url.substring("jdbc:".length()));
        try (var network = new CutProxy(server);
                var fixture = DatabaseFixture.open(
                        url.replace(":" + server.getPort(), ":" + network.base().getPort()))) {
            var room = fixture.room(fixture.person("carol"), RoomKind.PRIVATE);
            network.cut();
            await("a caller that waited in vain") // the first find connections that broke
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> {
                        long begun = System.nanoTime();
                        assertThatThrownBy(() -> fixture.reader().head(room))
                                .isInstanceOf(StoreFailure.Unavailable.class);
                        return System.nanoTime() - begun > Duration.ofSeconds(1).toNanos();
                    });
            try (var readers = Executors.newFixedThreadPool(100)) {
                long begun = System.nanoTime();
                var waits = IntStream.range(0, 100)
                        .mapToObj(i -> readers.submit(() -> {
                            assertThatThrownBy(() -> fixture.reader().head(room))
                                    .isInstanceOf(StoreFailure.Unavailable.class);
                            return Duration.ofNanos(System.nanoTime() - begun);
                        }))
                        .toList();
                var slow = new ArrayList<Duration>();
                for (var wait : waits) {
                    Duration took = wait.get();
                    if (took.compareTo(Duration.ofSeconds(1)) > 0) {
                        slow.add(took);
                    }
                }
                assertThat(slow).hasSizeLessThanOrEqualTo(1);
            }
            network.mend();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(fixture.reader().head(room)).isPresent());
        }
    }
}
