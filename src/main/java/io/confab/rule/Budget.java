package io.confab.rule;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * How much of the processor one rule, or all of them, may take of one message. Not of the clock: a machine that stands still must not switch rules
 * off. Belongs to one thread.
 */
final class Budget {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int LOOK_EVERY = 64;

    private final boolean byProcessor =
            THREADS.isCurrentThreadCpuTimeSupported() && !Thread.currentThread().isVirtual();
    private final long end;
    private int steps;

    Budget(Duration budget) {
        this.end = now() + budget.toNanos();
    }

    void step() {
        if (++steps % LOOK_EVERY == 0 && isOver()) {
            throw new Exhausted();
        }
    }

    boolean isOver() {
        return now() - end > 0;
    }

    private long now() {
        return byProcessor ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    /** It took more. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Exhausted() {
            super("took longer than a rule may", null, false, false);
        }
    }
}
