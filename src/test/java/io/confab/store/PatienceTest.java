package io.confab.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** Which failures of the database a node that starts sits out, and for how long. */
class PatienceTest {
    private long nanos;
    private final Patience patience = new Patience(() -> nanos);

    /** Fails with these, one after another, each after so long; then answers. */
    private Patience.Question<String> fails(Duration each, Exception... failures) {
        Deque<Exception> left = new ArrayDeque<>(Arrays.asList(failures));
        return () -> {
            nanos += each.toNanos();
            Exception failure = left.poll();
            if (failure instanceof SQLException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            return "there";
        };
    }

    private static SQLException away() {
        return new SQLException("connection refused", "08001");
    }

    @Test
    void whatPassesIsAwaited() {
        assertThat(patience.until(fails(
                        Duration.ofMinutes(1),
                        away(),
                        new SQLException("starting up", "57P03"),
                        new StoreFailure.LockTimeout(away()),
                        new StoreFailure.Conflict(away()),
                        new StoreFailure.CommitUnknown(away()))))
                .isEqualTo("there");
    }

    @Test
    void whatWaitingDoesNotMendEndsTheStartAtOnce() {
        assertThatThrownBy(() -> patience.until(fails(Duration.ZERO, new SQLException("no such column", "42703"))))
                .isInstanceOf(StoreFailure.Broken.class);
        assertThatThrownBy(() -> patience.until(fails(Duration.ZERO, new SQLException("wrong password", "28P01"))))
                .hasMessageContaining("refuses this node");
    }

    @Test
    void eightMinutesOfFailuresInARowAreTooLong() {
        SQLException[] failures = new SQLException[9];
        Arrays.fill(failures, away());

        assertThatThrownBy(() -> patience.until(fails(Duration.ofMinutes(1), failures)))
                .isInstanceOf(StoreFailure.Unavailable.class);
    }

    /** It is being away that counts, not work that takes its time. */
    @Test
    void theEightMinutesBeginWithTheFirstFailure() {
        assertThat(patience.until(fails(Duration.ofMinutes(9), away()))).isEqualTo("there");
    }
}
