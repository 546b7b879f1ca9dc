package io.confab.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.confab.kernel.Configuration;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One holder at a time, by the database's clock; each test has a job of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LeaseContract {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(150);

    private Database database;

    abstract String url();

    @BeforeAll
    void open() {
        var settings = Map.of("confab.db.url", url());
        database = new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(settings.get(key)))));
    }

    @AfterAll
    void close() {
        database.close();
    }

    private Lease lease(String node, String job, Duration length) {
        return new Leases(database, node, System::nanoTime).lease(job, length);
    }

    @Test
    void whoHoldsItKeepsItAndAnotherWaits() {
        Lease one = lease("one", "keeps", LONG);
        Lease two = lease("two", "keeps", LONG);

        assertThat(one.keep()).isTrue();
        assertThat(two.keep()).isFalse();
        assertThat(one.keep()).isTrue();
    }

    @Test
    void twoJobsHaveTwoHolders() {
        assertThat(lease("one", "this", LONG).keep()).isTrue();
        assertThat(lease("two", "that", LONG).keep()).isTrue();
    }

    @Test
    void aHolderThatIsBusyRenewsInTimeHoweverLongItGoesOn() {
        var time = new AtomicLong();
        Lease one = new Leases(database, "one", time::get).lease("renews", Duration.ofSeconds(3));
        Lease two = lease("two", "renews", LONG);
        assertThat(one.keep()).isTrue();
        long first = until("renews");

        time.addAndGet(Duration.ofSeconds(1).toNanos());
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            time.addAndGet(Duration.ofSeconds(1).toNanos());
            return one.keep() && until("renews") > first;
        });

        assertThat(two.keep()).isFalse();
    }

    private long until(String job) {
        return database.reads()
                .first("select until_at from lease where name = ?", row -> row.getLong(1), job)
                .orElseThrow();
    }

    @Test
    void ofManyNodesThatStartAtOnceOneGetsIt() throws Exception {
        int nodes = 6;
        for (int round = 0; round < 5; round++) {
            String job = "race " + round;
            var together = new CyclicBarrier(nodes);
            var races = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < nodes; i++) {
                Lease lease = lease("node " + i, job, LONG);
                races.add(() -> {
                    together.await();
                    return lease.keep();
                });
            }

            int holders = 0;
            try (var threads = Executors.newFixedThreadPool(nodes)) {
                for (Future<Boolean> raced : threads.invokeAll(races)) {
                    holders += raced.get() ? 1 : 0;
                }
            }

            assertThat(holders).isEqualTo(1);
        }
    }

    @Test
    void ofTwoNodesThatTakeOverFromADeadOneOneGetsIt() throws Exception {
        lease("dead", "inherit", SHORT).keep();
        await().until(() -> until("inherit") < now());
        List<Lease> heirs = List.of(lease("one", "inherit", LONG), lease("two", "inherit", LONG));

        int holders = 0;
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (Future<Boolean> raced : threads.invokeAll(
                    heirs.stream().<Callable<Boolean>>map(heir -> heir::keep).toList())) {
                holders += raced.get() ? 1 : 0;
            }
        }

        assertThat(holders).isEqualTo(1);
    }

    private long now() {
        return database.reads()
                .first("select cast(extract(epoch from current_timestamp) * 1000 as bigint)", row -> row.getLong(1))
                .orElseThrow();
    }

    @Test
    void aHolderThatStoodStillKnowsItselfThatItIsOverAndDoesNotTakeItBack() {
        var time = new AtomicLong();
        Lease frozen = new Leases(database, "frozen", time::get).lease("frozen", SHORT);
        assertThat(frozen.keep()).isTrue();
        Lease other = lease("other", "frozen", LONG);
        await().until(() -> until("frozen") < now());
        assertThat(other.keep()).isTrue();

        time.addAndGet(SHORT.toNanos());

        assertThat(frozen.keep()).isFalse();
        assertThat(other.keep()).isTrue();
    }

    @Test
    void theSameNodeStartedAgainIsAnotherHolder() {
        assertThat(lease("one/first run", "again", LONG).keep()).isTrue();

        assertThat(lease("one/second run", "again", LONG).keep()).isFalse();
    }

    @Test
    void whileTheDatabaseIsAwayWhatIsHeldIsHeldUntilItsEndAndNoLonger() {
        var time = new AtomicLong();
        var settings = Map.of("confab.db.url", url());
        var away = new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(settings.get(key)))));
        Lease lease = new Leases(away, "one", time::get).lease("away", Duration.ofSeconds(3));
        assertThat(lease.keep()).isTrue();
        away.close();

        time.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(lease.keep()).isTrue();
        time.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThatThrownBy(lease::keep).isInstanceOf(RuntimeException.class);
        time.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(lease.keep()).isTrue();
        time.addAndGet(Duration.ofMillis(1400).toNanos());
        assertThatThrownBy(lease::keep).isInstanceOf(RuntimeException.class);
        assertThat(lease.keep()).isFalse();
    }
}
