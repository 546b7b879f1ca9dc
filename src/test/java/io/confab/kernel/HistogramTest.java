package io.confab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private final Histogram histogram = new Histogram(List.of(Duration.ofMillis(10), Duration.ofMillis(1_500)));

    @Test
    void countsBetweenItsBoundsTheUpperOneIncluded() {
        histogram.record(0, 1);
        histogram.record(10, 2);
        histogram.record(11, 1);
        histogram.record(1_501, 4);

        assertThat(histogram.boundSeconds()).containsExactly(0.01, 1.5);
        assertThat(histogram.counts()).containsExactly(3, 1, 4);
        assertThat(histogram.sumSeconds()).isEqualTo((20 + 11 + 4 * 1_501) / 1_000.0);
    }

    @Test
    void lessThanNothingCountsAsNothing() {
        histogram.record(-5_000, 1);

        assertThat(histogram.counts()).containsExactly(1, 0, 0);
        assertThat(histogram.sumSeconds()).isZero();
    }
}
