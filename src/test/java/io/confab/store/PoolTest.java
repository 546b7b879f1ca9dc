package io.confab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Configuration;
import io.confab.kernel.Daemon;
import io.confab.kernel.Ids;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolTest {
    private final Map<String, String> values = Map.of(
            "confab.db.url", "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1",
            "confab.db.pool", "2",
            "confab.db.connect-timeout", "1s");
    private final Database database =
            new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(values.get(key)))));

    @AfterEach
    void close() {
        database.close();
    }

    private static int one(Reads reads) {
        return reads.first("select 1", row -> row.getInt(1)).orElseThrow();
    }

    private static FutureTask<Integer> apart(Callable<Integer> read) {
        var task = new FutureTask<>(read);
        Daemon.named("reader").newThread(task).start();
        return task;
    }

    private void awaitWaiting(int threads) {
        var pool = ((Pool) database.readers()).getHikariPoolMXBean();
        await().pollInterval(Duration.ofMillis(5)).until(() -> pool.getThreadsAwaitingConnection() == threads);
    }

    /** While readers come faster than they are served, the check that finds what was lost must not depend on luck. */
    @Test
    void whoReadsInLineIsNotRefusedBecauseSomebodyWaitsAlready() throws Exception {
        try (Connection slower = database.readers().getConnection()) {
            assertThat(slower.isClosed()).isFalse();
            FutureTask<Integer> inLine;
            try (Connection slow = database.readers().getConnection()) {
                assertThatThrownBy(() -> one(database.reads())).isInstanceOf(StoreFailure.Unavailable.class);
                assertThat(slow.isClosed()).isFalse();
                FutureTask<Integer> waits = apart(() -> one(database.reads()));
                awaitWaiting(1);
                assertThat(waits).isNotDone();
                assertThatThrownBy(() -> one(database.reads())).hasStackTraceContaining("a moment ago");

                inLine = apart(() -> one(database.readsInLine()));
                awaitWaiting(2);
            }
            assertThat(inLine.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }
}
