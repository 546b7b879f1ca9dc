package io.confab.node;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.ToLongFunction;

/** What was counted during the last minute, and the last ten seconds, from counts that only grow. For one thread. */
final class LastMinute {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LATELY = Duration.ofSeconds(10);

    private final Deque<Counts> kept = new ArrayDeque<>(); // the oldest first; a minute's and one more

    /**
     * Counts since the start.
     *
     * @param nanos when, by a clock that only goes forward
     * @param sends messages accepted, by how long they took
     * @param deliveries events on their way to sockets, by how old they were
     */
    record Counts(long nanos, long messages, Latency sends, Latency deliveries, long commits, long commitNanos) {}

    /** What follows from them. */
    record Rates(double messagesPerSecond, Latency sends, Latency deliveries, double commitMillis) {}

    Rates with(Counts now) {
        while (kept.size() > 1 && isOlder(kept.peekFirst(), now, MINUTE)) {
            kept.removeFirst();
        }
        kept.addLast(now);
        Counts then = kept.getFirst();
        long commits = now.commits() - then.commits();
        double commitMillis = commits == 0 ? 0 : (now.commitNanos() - then.commitNanos()) / 1e6 / commits;
        return new Rates(
                perSecond(now, Counts::messages),
                now.sends().minus(then.sends()),
                now.deliveries().minus(then.deliveries()),
                commitMillis);
    }

    /** Since ten seconds ago, or as long as is known. */
    private double perSecond(Counts now, ToLongFunction<Counts> count) {
        Counts then = kept.getFirst();
        for (Counts each : kept) {
            if (isOlder(each, now, LATELY)) {
                then = each;
            }
        }
        double seconds = (now.nanos() - then.nanos()) / 1e9;
        return seconds <= 0 ? 0 : (count.applyAsLong(now) - count.applyAsLong(then)) / seconds;
    }

    private static boolean isOlder(Counts each, Counts now, Duration time) {
        return now.nanos() - each.nanos() >= time.toNanos();
    }
}
