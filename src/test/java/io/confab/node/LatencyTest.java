package io.confab.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyTest {
    private static Latency latency(long... counts) {
        return Latency.of(new long[] {2, 1000, 2500}, counts);
    }

    @Test
    void percentilesOfSeveralNodesAreThoseOfAllTheirMessages() {
        Latency quick = latency(99, 0, 0, 0);
        Latency slow = latency(0, 0, 100, 1);

        Latency together = quick.plus(slow);

        assertThat(together.total()).isEqualTo(200);
        assertThat(quick.within(99)).isEqualTo("≤ 2 ms");
        assertThat(together.within(49)).isEqualTo("≤ 2 ms");
        assertThat(together.within(50)).isEqualTo("≤ 2.5 s");
        assertThat(together.within(99)).isEqualTo("≤ 2.5 s");
        assertThat(together.within(100)).isEqualTo("> 2.5 s");
        assertThat(quick.withinMillis(99)).isEqualTo(2);
        assertThat(together.withinMillis(50)).isEqualTo(2500);
        assertThat(together.withinMillis(100)).isEqualTo(2500);
    }

    @Test
    void withoutAnyThereIsNothingToSay() {
        assertThat(latency(0, 0, 0, 0).within(99)).isEqualTo("–");
        assertThat(new Latency(List.of(), List.of(3L)).within(50)).isEqualTo("–");
        assertThat(latency(0, 0, 0, 0).withinMillis(99)).isZero();
        assertThat(new Latency(List.of(), List.of(3L)).withinMillis(50)).isZero();
    }

    @Test
    void whatANodeWritesIsReadAgainAndWhatCannotBeReadCountsNothing() {
        assertThat(Latency.of(latency(1, 2, 3, 4).json())).isEqualTo(latency(1, 2, 3, 4));
        assertThat(Latency.of(Json.object()).total()).isZero();
        assertThat(Latency.of(Json.read("{\"ms\":[1],\"n\":[5]}")).total()).isZero();
    }

    @Test
    void ofTwoVersionsWithOtherBoundsTheOneThatCountedMoreStandsForBoth() {
        Latency other = Latency.of(new long[] {7}, new long[] {1, 1});

        assertThat(latency(3, 0, 0, 0).plus(other)).isEqualTo(latency(3, 0, 0, 0));
        assertThat(other.plus(latency(3, 0, 0, 0))).isEqualTo(latency(3, 0, 0, 0));
    }

    @Test
    void countsThatDoNotBelongToTheBoundsAreAMistake() {
        assertThatThrownBy(() -> latency(1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
