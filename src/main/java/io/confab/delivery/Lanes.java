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
import java.util.stream.Stream;

/** The few named threads of delivery; each room and each connection belongs to one of them. */
@Singleton
public class Lanes implements KeepsThreads {
    private final List<Lane> lanes;
    private final List<Thread> threads;
    private final List<Probe> probes;

    /** Work that does nothing but show how long it waited. */
    private static final class Probe extends Lane.Work {
        private volatile long markedNanos;
        private volatile boolean waits;
        private volatile long waitedNanos;

        Probe(Lane lane) {
            super(lane);
        }

        long waited() {
            if (waits) {
                return System.nanoTime() - markedNanos;
            }
            long last = waitedNanos;
            markedNanos = System.nanoTime();
            waits = true;
            mark();
            return last;
        }

        @Override
        void turn() {
            waitedNanos = System.nanoTime() - markedNanos;
            waits = false;
        }
    }

    @Inject
    public Lanes(DeliverySettings settings) {
        lanes = Stream.generate(Lane::new).limit(settings.threads()).toList();
        ThreadFactory factory = Daemon.numbered("confab-delivery-");
        threads = lanes.stream().map(factory::newThread).toList();
        probes = lanes.stream().map(Probe::new).toList();
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

    /** How long work for rooms and sockets waits for its turn, on the slowest lane. For one thread that asks again and again. */
    public Duration lag() {
        if (threads.getFirst().getState() == Thread.State.NEW) {
            return Duration.ZERO; // a slow start of the application is no load, and nobody is to be refused after it
        }
        return Duration.ofNanos(probes.stream().mapToLong(Probe::waited).max().orElse(0));
    }

    Lane of(Object key) {
        int hash = key.hashCode();
        return lanes.get(Math.floorMod(hash ^ (hash >>> 16), lanes.size()));
    }
}
