package io.confab.delivery;

import io.confab.kernel.Daemon;
import io.confab.kernel.KeepsThreads;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The few named threads of delivery; each room and each connection belongs to one of them. */
@Singleton
public class Lanes implements KeepsThreads {
    private final List<Lane> lanes;
    private final List<Thread> threads;
    private final List<Probe> probes;

    private final LongSupplier nanos;
    private long askedNanos; // of the thread that asks for the lag

    /** Work that does nothing but show how long it waited. */
    private static final class Probe extends Lane.Work {
        private final LongSupplier nanos;
        private long markedNanos; // this and the next are guarded by this
        private boolean waits;
        private long waitedNanos;

        Probe(Lane lane, LongSupplier nanos) {
            super(lane);
            this.nanos = nanos;
        }

        /** @param lateNanos of the time since it was asked last nobody could do anything in so much */
        long waited(long nowNanos, long lateNanos) {
            long last;
            synchronized (this) {
                if (waits) {
                    markedNanos += lateNanos;
                    return nowNanos - markedNanos;
                }
                last = waitedNanos;
                markedNanos = nowNanos;
                waits = true;
            }
            mark();
            return Math.max(0, last - lateNanos);
        }

        @Override
        synchronized void turn() {
            waitedNanos = nanos.getAsLong() - markedNanos;
            waits = false;
        }
    }

    @Inject
    public Lanes(DeliverySettings settings) {
        this(settings, System::nanoTime);
    }

    Lanes(DeliverySettings settings, LongSupplier nanos) {
        this.nanos = nanos;
        this.askedNanos = nanos.getAsLong();
        lanes = Stream.generate(Lane::new).limit(settings.threads()).toList();
        ThreadFactory factory = Daemon.numbered("confab-delivery-");
        threads = lanes.stream().map(factory::newThread).toList();
        probes = lanes.stream().map(lane -> new Probe(lane, nanos)).toList();
    }

    void start(@Observes Startup startup) {
        start();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    @Override
    public Collection<Thread> threads() {
        return threads;
    }

    /** Rooms and sockets whose turn has not come yet. */
    public int waiting() {
        return lanes.stream().mapToInt(Lane::waiting).sum();
    }

    @PreDestroy
    void stop() {
        lanes.forEach(Lane::stop);
    }

    /**
     * How long work for rooms and sockets waits for its turn, on the slowest lane. What the asking thread itself is late is
     * taken off: then the whole process stood still (a collection, a machine that was stopped), which is no load.
     *
     * @param pause one thread asks again and again, so long after the last answer
     */
    public Duration lag(Duration pause) {
        long now = nanos.getAsLong();
        long lateNanos = Math.max(0, now - askedNanos - pause.toNanos());
        askedNanos = now;
        if (threads.getFirst().getState() == Thread.State.NEW) {
            return Duration.ZERO; // a slow start of the application is no load, and nobody is to be refused after it
        }
        return Duration.ofNanos(probes.stream()
                .mapToLong(probe -> probe.waited(now, lateNanos))
                .max()
                .orElse(0));
    }

    Lane of(Object key) {
        int hash = key.hashCode();
        return lanes.get(Math.floorMod(hash ^ (hash >>> 16), lanes.size()));
    }
}
