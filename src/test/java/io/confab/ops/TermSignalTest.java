package io.confab.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TermSignalTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger ends = new AtomicInteger();
    private final List<Runnable> drains = new ArrayList<>();
    private final TermSignal term = new TermSignal(drains::add, nanos::get);

    private void signalledAfter(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        term.signalled(ends::incrementAndGet);
    }

    /** A script that passes the signal on, and got it as one of the group that was sent it. */
    @Test
    void oneSignalToTheWholeGroupOfProcessesIsOneThoughItComesTwice() {
        signalledAfter(0);
        signalledAfter(5);
        signalledAfter(994);

        assertThat(drains).hasSize(1);
        assertThat(ends).hasValue(0);
        drains.getFirst().run();
        assertThat(ends).hasValue(1);
    }

    @Test
    void aSecondSignalEndsTheProcessAtOnce() {
        signalledAfter(0);
        signalledAfter(1_000);

        assertThat(drains).hasSize(1);
        assertThat(ends).hasValue(1);
    }
}
