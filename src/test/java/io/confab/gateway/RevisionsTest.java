package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.fanout.AccountSeen;
import io.confab.kernel.UserId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RevisionsTest {
    private static final UserId ALICE = new UserId("u_alice");

    private long nanos;
    private int reads;
    private final Revisions revisions = new Revisions(
            user -> {
                reads++;
                return 3;
            },
            () -> nanos);

    @Test
    void whoIsHereCostsNoFurtherReadSoThatAHeartbeatIsAnsweredWhileTheDatabaseIsAway() {
        revisions.learned(ALICE, 7);
        for (int i = 0; i < 100; i++) {
            assertThat(revisions.of(ALICE)).isEqualTo(7);
            nanos += Duration.ofMinutes(1).toNanos();
        }
        assertThat(reads).isZero();
    }

    @Test
    void whoWasGoneIsReadAnew() {
        revisions.learned(ALICE, 1);
        nanos += Duration.ofHours(1).toNanos();

        assertThat(revisions.of(ALICE)).isEqualTo(3);
    }

    @Test
    void whatIsLearnedLateTakesNothingBack() {
        revisions.learned(ALICE, 7);
        revisions.learned(ALICE, 6);

        assertThat(revisions.of(ALICE)).isEqualTo(7);
    }

    @Test
    void ofAnAccountReadAnewAfterTroubleTheCounterMayBeSmaller() {
        revisions.learned(ALICE, 7);

        revisions.seen(new AccountSeen(ALICE, 6, true));
        assertThat(revisions.of(ALICE)).isEqualTo(6);
        revisions.seen(new AccountSeen(ALICE, 5, false));

        assertThat(revisions.of(ALICE)).isEqualTo(6);
    }
}
