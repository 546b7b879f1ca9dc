package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.CutProxy;
import io.confab.it.support.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What identity needs before the first request. */
class IdentityStartTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aDatabaseThatGoesAwayInTheMiddleOfTheStartIsAwaited() throws IOException {
        String url = PostgresServer.shared().freshDatabase();
        try (var network = CutProxy.to(url);
                var node = new IdentityNode(network.through(url), Map.of("confab.db.connect-timeout", "250ms"))) {
            var firstAdmin = new FirstAdmin(node.database.transactions(), node.hashes, Optional.of("correct horse 9"));
            var start = new IdentityStart(node.database, node.keys, node.reader, firstAdmin);
            network.cutAt(0);
            var started = CompletableFuture.runAsync(start::start);
            await().atMost(SOON).until(() -> started.isDone() || network.refused() >= 5);
            assertThat(started).isNotDone();
            network.mend();

            assertThat(started).succeedsWithin(SOON);
            assertThat(firstAdmin.isDone()).isTrue();
        }
    }
}
