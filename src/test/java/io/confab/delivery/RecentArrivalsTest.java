package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.delivery.Passage.Arrival;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentArrivalsTest {
    private final RecentArrivals recent = new RecentArrivals();

    private void add(long from, long to, Way way) {
        for (long seq = from; seq <= to; seq++) {
            recent.add(seq, 1_000 * seq, way);
        }
    }

    @Test
    void theLastOnesAreKnownWithTheirWayHoweverManyCame() {
        assertThat(recent.find(0)).isEmpty();
        add(41, 1_000, Way.BROKER);
        recent.add(1_001, 7, Way.LOG);

        assertThat(recent.find(1_001)).contains(new Arrival(Instant.ofEpochMilli(7), Way.LOG));
        for (long seq = 1_002 - RecentArrivals.MOST; seq <= 1_000; seq++) {
            assertThat(recent.find(seq)).contains(new Arrival(Instant.ofEpochSecond(seq), Way.BROKER));
        }
        assertThat(recent.find(1_001 - RecentArrivals.MOST)).isEmpty();
        assertThat(recent.find(1_002)).isEmpty();
    }

    @Test
    void eachIsKnownWhileTheRingGrows() {
        for (long seq = 3; seq <= 3 + RecentArrivals.MOST; seq++) {
            recent.add(seq, seq, Way.COMMITTED);

            assertThat(recent.find(seq)).contains(new Arrival(Instant.ofEpochMilli(seq), Way.COMMITTED));
            assertThat(recent.find(Math.max(3, seq - RecentArrivals.MOST + 1))).isPresent();
            assertThat(recent.find(2)).isEmpty();
        }
    }

    @Test
    void behindNumbersThatWerePassedOverNothingBeforeIsKnown() {
        add(1, 20, Way.COMMITTED);
        add(300, 301, Way.BROKER);

        assertThat(recent.find(20)).isEmpty();
        assertThat(recent.find(299)).isEmpty();
        assertThat(recent.find(300)).isPresent();

        recent.clear();
        assertThat(recent.find(300)).isEmpty();
        add(302, 302, Way.COMMITTED); // the next number, in another epoch
        assertThat(recent.find(301)).isEmpty();
        assertThat(recent.find(302)).isPresent();
    }
}
