package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final UserId ANN = new UserId("u_ann");

    private final TestClock clock = new TestClock();
    private final Instant later = clock.instant().plus(Duration.ofDays(1));
    private final Revocations revocations =
            new Revocations(TokenSettings.from(new Configuration(key -> Optional.empty())), clock);

    @Test
    void whatWasReadBeforeTheSuspensionDoesNotUndoIt() {
        revocations.suspended(ANN, later, 8);

        revocations.restored(ANN, 7);

        assertThat(revocations.isSuspended(ANN)).isTrue();
    }

    @Test
    void aSuspensionEndsWhenItIsLifted() {
        revocations.suspended(ANN, later, 8);

        revocations.restored(ANN, 9);

        assertThat(revocations.isSuspended(ANN)).isFalse();
    }
}
