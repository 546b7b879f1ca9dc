package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallSharesTest {
    private final CallShares shares = new CallShares(10, 16);

    /** How many of so many calls are taken. */
    private int taken(String network, int calls) {
        int taken = 0;
        for (int i = 0; i < calls; i++) {
            taken += shares.begin(network) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aFewThatTakeAllTheyCanLeaveSomethingToTheRest() {
        assertThat(taken("192.0.2.1", 100)).isEqualTo(8);
        assertThat(taken("192.0.2.2", 100)).isEqualTo(4);
        assertThat(taken("192.0.2.3", 100)).isEqualTo(2);
        assertThat(taken("192.0.2.4", 100)).isEqualTo(1);
        assertThat(taken("192.0.2.5", 1)).isEqualTo(1);
        assertThat(taken("192.0.2.6", 1)).isZero(); // all there are
    }

    @Test
    void oneHasItsOwnBoundWhateverIsLeft() {
        assertThat(new CallShares(1, 16).begin("192.0.2.1")).isTrue();
        var roomy = new CallShares(2, 1_000);
        assertThat(roomy.begin("192.0.2.1")).isTrue();
        assertThat(roomy.begin("192.0.2.1")).isTrue();
        assertThat(roomy.begin("192.0.2.1")).isFalse();
    }

    @Test
    void eachThatEndsMakesRoom() {
        assertThat(taken("192.0.2.1", 100)).isEqualTo(8);
        shares.end("192.0.2.1");

        assertThat(taken("192.0.2.1", 100)).isEqualTo(1);
        assertThat(taken("192.0.2.2", 100)).isEqualTo(4);
    }
}
