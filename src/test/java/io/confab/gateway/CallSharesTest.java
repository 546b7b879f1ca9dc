package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CallSharesTest {
    private final CallShares shares = new CallShares(10, 16);

    /** How many of so many calls are taken. None of them ends by itself: each is one that another thread goes on with. */
    private int taken(CallShares of, String network, int calls) throws IOException, ServletException {
        int taken = 0;
        for (int i = 0; i < calls; i++) {
            taken += of.serve(network, () -> lastEnd = of.kept()) ? 1 : 0;
        }
        return taken;
    }

    private Runnable lastEnd = () -> {};

    @Test
    void aFewThatTakeAllTheyCanLeaveSomethingToTheRest() throws Exception {
        assertThat(taken(shares, "192.0.2.1", 100)).isEqualTo(8);
        assertThat(taken(shares, "192.0.2.2", 100)).isEqualTo(4);
        assertThat(taken(shares, "192.0.2.3", 100)).isEqualTo(2);
        assertThat(taken(shares, "192.0.2.4", 100)).isEqualTo(1);
        assertThat(taken(shares, "192.0.2.5", 1)).isEqualTo(1);
        assertThat(taken(shares, "192.0.2.6", 1)).isZero(); // all there are
    }

    @Test
    void oneHasItsOwnBoundWhateverIsLeft() throws Exception {
        assertThat(taken(new CallShares(1, 16), "192.0.2.1", 1)).isEqualTo(1);
        assertThat(taken(new CallShares(2, 1_000), "192.0.2.1", 3)).isEqualTo(2);
    }

    @Test
    void eachThatEndsMakesRoom() throws Exception {
        assertThat(taken(shares, "192.0.2.1", 100)).isEqualTo(8);
        lastEnd.run();

        assertThat(taken(shares, "192.0.2.1", 100)).isEqualTo(1);
        assertThat(taken(shares, "192.0.2.2", 100)).isEqualTo(4);
    }

    @Test
    void aCallThatNobodyGoesOnWithEndsWhereItWasServedAlsoWhenItFails() throws Exception {
        var one = new CallShares(1, 2);
        for (int i = 0; i < 3; i++) {
            assertThat(one.serve("192.0.2.1", () -> {})).isTrue();
            assertThatThrownBy(() -> one.serve("192.0.2.1", () -> {
                        throw new IOException("the client has gone");
                    }))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void theNextRequestOfAConnectionHasAShareBesideTheOneThatIsBeingAnswered() throws Exception {
        var two = new CallShares(2, 100);
        two.serve("192.0.2.1", () -> {
            assertThat(two.serve("192.0.2.1", () -> {})).isTrue();
            lastEnd = two.kept();
        });

        assertThat(taken(two, "192.0.2.1", 2)).isEqualTo(1);
    }
}
