package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.delivery.Outgoing.Taken;
import io.confab.kernel.Configuration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final int KIB = 1024;
    private static final int TOTAL = 1024 * KIB;

    private final DeliveryMetrics metrics = new DeliveryMetrics();
    private final DeliverySettings settings = DeliverySettings.from(new Configuration(key -> Optional.ofNullable(
            Map.of("confab.delivery.total-bytes", Integer.toString(TOTAL)).get(key))));
    private final Outgoing outgoing = new Outgoing(settings, metrics);

    private static Parcel parcel(Parcel.Kind kind, int bytes) {
        return Parcel.of(kind, "x".repeat(bytes));
    }

    private static Parcel live(int bytes) {
        return parcel(Parcel.Kind.LIVE, bytes);
    }

    @Test
    void ephemeralEventsAreDroppedFirstAndDurableOnesUntilItIsFullNotAtAll() {
        for (int i = 0; i < 129; i++) {
            assertThat(outgoing.add(live(10))).isEqualTo(Taken.YES);
        }
        assertThat(outgoing.add(parcel(Parcel.Kind.EPHEMERAL, 10))).isEqualTo(Taken.DROPPED);
        for (int i = 129; i < 256; i++) {
            assertThat(outgoing.add(live(10))).isEqualTo(Taken.YES);
        }
        assertThat(outgoing.add(live(10))).isEqualTo(Taken.FULL);
    }

    @Test
    void whatWaitsIsCountedForTheNodeUntilItIsTakenOrThrownAway() {
        outgoing.add(live(1_000));
        outgoing.add(parcel(Parcel.Kind.REPLY, 2_000));
        outgoing.add(parcel(Parcel.Kind.REPLAY, 3_000));
        assertThat(metrics.waitingBytes()).isEqualTo(6_000);

        outgoing.takeFrame();
        outgoing.landed();
        assertThat(metrics.waitingBytes()).isZero();
        outgoing.add(parcel(Parcel.Kind.REPLAY, 3_000));
        outgoing.clear();
        assertThat(metrics.waitingBytes()).isZero();
    }

    @Test
    void whatIsUnderWayCountsUntilItHasLandedOrTheSocketIsGone() {
        outgoing.add(live(1_000));
        outgoing.add(live(2_000));
        outgoing.takeFrame();
        assertThat(metrics.waitingBytes()).isEqualTo(3_000);

        outgoing.add(live(500));
        outgoing.landed();
        assertThat(metrics.waitingBytes()).isEqualTo(500);
        outgoing.takeFrame();
        outgoing.clear();
        outgoing.landed();
        assertThat(metrics.waitingBytes()).isZero();
    }

    @Test
    void framesAreSmallerWhileTheNodeHoldsTooMuch() {
        for (int i = 0; i < 4; i++) {
            outgoing.add(live(30 * KIB));
        }

        assertThat(outgoing.takeFrame()).hasSize(4);
        outgoing.landed();
        metrics.waiting(2 * TOTAL);
        for (int i = 0; i < 4; i++) {
            outgoing.add(parcel(Parcel.Kind.REPLAY, 30 * KIB));
        }
        assertThat(outgoing.takeFrame()).hasSize(2);
    }

    @Test
    void whenTheNodeHoldsTooMuchThoseForWhomMuchWaitsAreFullAndNoOther() {
        for (int i = 0; i < 3; i++) {
            var hog = new Outgoing(settings, metrics);
            for (int j = 0; j < 8; j++) {
                hog.add(live(60 * KIB));
            }
        }
        assertThat(metrics.waitingBytes()).isGreaterThan(TOTAL);

        assertThat(outgoing.add(live(60 * KIB))).isEqualTo(Taken.YES);
        assertThat(outgoing.add(live(60 * KIB))).isEqualTo(Taken.FULL);
        assertThat(outgoing.add(parcel(Parcel.Kind.REPLY, 60 * KIB))).isEqualTo(Taken.FULL);
    }

    @Test
    void whoCatchesUpIsNotFullForWhatWaitsOfTheirReplay() {
        metrics.waiting(2 * TOTAL);
        outgoing.add(parcel(Parcel.Kind.REPLAY, 200 * KIB));

        assertThat(outgoing.add(live(10))).isEqualTo(Taken.YES);
        assertThat(outgoing.add(parcel(Parcel.Kind.REPLY, 10))).isEqualTo(Taken.YES);
        assertThat(outgoing.add(live(64 * KIB))).isEqualTo(Taken.FULL);
    }

    @Test
    void oneLargeReplyIsTakenWhateverTheNodeHoldsWhenNothingElseWaits() {
        metrics.waiting(2 * TOTAL);

        assertThat(outgoing.add(parcel(Parcel.Kind.REPLY, 200 * KIB))).isEqualTo(Taken.YES);
    }
}
