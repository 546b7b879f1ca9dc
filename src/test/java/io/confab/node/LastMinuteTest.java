package io.confab.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LastMinuteTest {
    private final LastMinute lately = new LastMinute();

    private LastMinute.Rates at(long seconds, long messages) {
        Latency sends = Latency.of(new long[] {10}, new long[] {messages, 0});
        return lately.with(new LastMinute.Counts(
                TimeUnit.SECONDS.toNanos(seconds),
                messages,
                sends,
                sends,
                messages,
                TimeUnit.MILLISECONDS.toNanos(3 * messages)));
    }

    @Test
    void theFirstTimeNothingIsKnown() {
        LastMinute.Rates rates = at(0, 500);

        assertThat(rates.messagesPerSecond()).isZero();
        assertThat(rates.sends().total()).isZero();
        assertThat(rates.commitMillis()).isZero();
    }

    @Test
    void messagesPerSecondAreThoseOfTheLastTenSecondsTheRestOfTheLastMinute() {
        for (int second = 0; second <= 50; second += 2) {
            at(second, 0);
        }
        for (int second = 52; second <= 60; second += 2) {
            at(second, 100L * (second - 50));
        }

        LastMinute.Rates rates = at(62, 1_000);
        assertThat(rates.messagesPerSecond()).isEqualTo(80);
        assertThat(rates.sends().total()).isEqualTo(1_000);
        assertThat(rates.commitMillis()).isEqualTo(3);

        LastMinute.Rates later = at(121, 1_000);
        assertThat(later.messagesPerSecond()).isZero();
        assertThat(later.sends().total()).isZero();
    }
}
