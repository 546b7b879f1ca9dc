package io.confab.search;

import io.confab.kernel.Clockwork;
import io.confab.kernel.Load;
import io.confab.kernel.RoomId;
import io.confab.log.CommitListener;
import io.confab.room.LoggedEvent;
import io.confab.search.MessageIndex.Progress;
import io.confab.store.StoreFailure;
import io.confab.work.Lease;
import io.confab.work.Leases;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Keeps the index of messages behind the log, never in the way of it. Each node takes in what it has committed itself, half a
 * second later; one of them, which holds a lease, goes through all rooms again and again and finds what nobody has taken in:
 * what a node left that died, and everything when there is no index yet. A round works a quarter of a second at most, so the database
 * has most of its time for sends.
 */
@Singleton
public class IndexFollower implements CommitListener {
    private static final System.Logger LOG = System.getLogger(IndexFollower.class.getName());
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);
    private static final long BUSY_NANOS = Duration.ofMillis(250).toNanos();
    private static final int MOST_NOTED = 10_000;
    private static final int ROOMS = 1_000;

    private final MessageIndex index;
    private final SearchSettings settings;
    private final SearchMetrics metrics;
    private final Lease lease;
    private final Load load;
    private final Clockwork clock = new Clockwork("confab-search");
    private final Set<RoomId> noted = ConcurrentHashMap.newKeySet();
    // of the one thread
    private String sweptTo = "";
    private long nextSweep = System.nanoTime();
    private boolean sweeping;
    private boolean failing;
    private long notedBehind;
    private long sweepBehind;

    @Inject
    IndexFollower(MessageIndex index, SearchSettings settings, SearchMetrics metrics, Leases leases, Load load) {
        this.index = index;
        this.load = load;
        this.settings = settings;
        this.metrics = metrics;
        this.lease = leases.lease("message index", LEASE);
    }

    void start(@Observes Startup startup) {
        clock.every(settings.interval(), this::roundOrLater);
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    /** Only leaves word; a room too many is found by the sweep. */
    @Override
    public void committed(RoomId room, String epoch, List<LoggedEvent> events) {
        if (noted.size() < MOST_NOTED) {
            noted.add(room);
        }
    }

    private void roundOrLater() {
        try {
            round();
            failing = false;
        } catch (StoreFailure e) {
            LOG.log(
                    failing ? Level.DEBUG : Level.WARNING,
                    "the index of messages waits for the database: {0}",
                    e.getMessage());
            failing = true;
        }
    }

    /** For one thread. @throws StoreFailure when the database is away: what was noted stays noted */
    void round() {
        long end = System.nanoTime() + BUSY_NANOS;
        boolean more = !load.givesUp(Load.Kind.READS); // what can wait, waits
        while (more && System.nanoTime() < end) {
            more = takeNoted();
            more |= sweep();
            metrics.behind(notedBehind + sweepBehind);
        }
    }

    /** @return whether there is more to do at once */
    private boolean takeNoted() {
        Set<RoomId> rooms = noted.stream().limit(ROOMS).collect(Collectors.toSet());
        if (rooms.isEmpty()) {
            return false;
        }
        noted.removeAll(rooms); // before it is read how far they are
        try {
            Step step = take(index.progress(rooms));
            noted.addAll(step.left());
            notedBehind = step.behind();
            return step.events() > 0 && !noted.isEmpty();
        } catch (RuntimeException e) {
            noted.addAll(rooms);
            throw e;
        }
    }

    /** One page of all rooms, if this is the node for it and it is time. @return whether there is more to do at once */
    private boolean sweep() {
        if (!lease.keep()) {
            sweeping = false;
            sweepBehind = 0;
            metrics.sweepFrom(0);
            return false;
        }
        long now = System.nanoTime();
        if (!sweeping) {
            sweeping = true;
            sweptTo = "";
            nextSweep = now;
            metrics.sweepFrom(now);
        }
        return now - nextSweep >= 0 && sweepPage();
    }

    private boolean sweepPage() {
        List<Progress> page = index.after(sweptTo, ROOMS);
        Step step = take(page);
        sweepBehind = step.behind();
        if (step.events() > 0 && !step.left().isEmpty()) {
            return true; // the same page again
        }
        if (page.size() == ROOMS) {
            sweptTo = page.getLast().room().value();
            return true;
        }
        sweptTo = "";
        long now = System.nanoTime();
        nextSweep = now + BETWEEN_SWEEPS.toNanos();
        metrics.sweepFrom(now);
        return false;
    }

    /** @param behind events that are not taken in yet */
    private record Step(int events, Set<RoomId> left, long behind) {}

    private Step take(List<Progress> rooms) {
        List<Progress> behind = rooms.stream().filter(room -> room.behind() > 0).toList();
        MessageIndex.Taken taken = index.take(behind);
        long all = behind.stream().mapToLong(Progress::behind).sum();
        return new Step(taken.events(), taken.left(), all - taken.events());
    }
}
