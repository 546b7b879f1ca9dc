package io.confab.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.CutProxy;
import io.confab.it.support.PostgresServer;
import io.confab.kernel.Configuration;
import io.confab.kernel.Ids;
import io.confab.room.RoomRules;
import io.confab.trace.NoTraces;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the log asks the database before it takes the first command. */
class LogStartTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aDatabaseThatGoesAwayBeforeTheKeyOfRequestsWasReadIsAwaited() throws IOException {
        String url = PostgresServer.shared().freshDatabase();
        try (var network = CutProxy.to(url);
                var node = DatabaseFixture.open(
                        network.through(url), Map.of("confab.db.connect-timeout", "250ms"), UnaryOperator.identity())) {
            network.cutAt(0);
            var started = CompletableFuture.supplyAsync(() -> writers(node));
            await().atMost(SOON).until(() -> started.isDone() || network.refused() >= 5);
            assertThat(started).isNotDone();
            network.mend();

            assertThat(started).succeedsWithin(SOON);
        }
    }

    private static RoomWriters writers(DatabaseFixture node) {
        return new RoomWriters(
                node.database,
                node.settings,
                RoomRules.from(new Configuration(key -> Optional.empty())),
                Clock.systemUTC(),
                new Ids(),
                node.metrics,
                NoTraces.none(),
                List.of(),
                List.of());
    }
}
