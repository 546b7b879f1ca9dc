package io.confab.rule;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What rules meet; shown at {@code /metrics}. Thread-safe. */
@Singleton
public class RuleMetrics {
    private final LongAdder met = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong live = new AtomicLong();

    void met() {
        met.increment();
    }

    void refused() {
        refused.increment();
    }

    void lost(long count) {
        lost.add(count);
    }

    void failed() {
        failed.increment();
    }

    void live(int rules) {
        live.set(rules);
    }

    /** Texts that met a rule, watched ones too. */
    public long metCount() {
        return met.sum();
    }

    /** Messages that a rule refused. */
    public long refusedCount() {
        return refused.sum();
    }

    /** Hits, with their alerts and mutes, that came faster than they could be kept, or can never be. */
    public long lostCount() {
        return lost.sum();
    }

    /** Times that a rule ended abnormally. */
    public long failedCount() {
        return failed.sum();
    }

    /** Rules that this node matches. */
    public long liveCount() {
        return live.get();
    }
}
