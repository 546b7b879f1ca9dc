package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.UserId;
import io.confab.store.StoreFailure;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RevisionsTest {
    private static final UserId ALICE = new UserId("u_alice");

    private long nanos;
    private long stored = 3;
    private boolean away;
    private int reads;
    private final Revisions revisions = new Revisions(user -> read(), () -> nanos);

    private long read() {
        reads++;
        if (away) {
            throw new StoreFailure.Unavailable(new SQLException("away", "08001"));
        }
        return stored;
    }

    @Test
    void aHeartbeatCostsNoReadAndFindsAfterAWhileWhatNobodyTold() {
        assertThat(revisions.of(ALICE)).isEqualTo(3);
        stored = 4;
        assertThat(revisions.of(ALICE)).isEqualTo(3);
        assertThat(reads).isEqualTo(1);

        nanos += Duration.ofSeconds(61).toNanos();
        revisions.of(ALICE);
        assertThat(revisions.of(ALICE)).isEqualTo(4);
    }

    @Test
    void whileTheDatabaseIsAwayARevisionStaysWhatItWas() {
        revisions.learned(ALICE, 3);
        away = true;
        nanos += Duration.ofSeconds(61).toNanos();

        assertThat(revisions.of(ALICE)).isEqualTo(3);
        assertThat(reads).isEqualTo(1);
    }
}
