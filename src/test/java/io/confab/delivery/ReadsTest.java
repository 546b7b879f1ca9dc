package io.confab.delivery;

import static org.awaitility.Awaitility.await;

import io.confab.kernel.Configuration;
import io.confab.kernel.Daemon;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private final AtomicInteger refused = new AtomicInteger(1);
    private final AtomicInteger done = new AtomicInteger();

    /** The machine has no more of them at first. */
    private Thread thread(Runnable task) {
        if (refused.getAndDecrement() > 0) {
            throw new AssertionError(
                    "unable to create native thread"); // as OutOfMemoryError, which would end the test run
        }
        return Daemon.named("reads").newThread(task);
    }

    @Test
    void aReadForWhichNoThreadCouldBeStartedIsMadeALittleLater() {
        ThreadFactory scarce = this::thread;
        var reads = new Reads(DeliverySettings.from(new Configuration(key -> Optional.empty())), scarce);
        try {
            reads.read(done::incrementAndGet);

            await().until(() -> done.get() == 1);
        } finally {
            reads.stop();
        }
    }
}
