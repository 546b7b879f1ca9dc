package io.confab.it.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Threads that each do one thing again and again until closed; what each of them met is counted by a word. */
public final class Attackers implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000_000;

    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, LongAdder> met = new ConcurrentHashMap<>();
    private final Set<AutoCloseable> opened = ConcurrentHashMap.newKeySet();
    private volatile boolean called;

    /** Something an attacker does once; it may fail. */
    public interface Attack {
        void once() throws Exception;
    }

    /** Repeats it on a thread of its own, at most ten times a second. */
    public Attackers repeat(Attack attack) {
        threads.add(Thread.ofPlatform().daemon().name("attacker").start(() -> {
            while (!called) {
                try {
                    attack.once();
                } catch (Exception e) {
                    count("hung up on");
                }
                LockSupport.parkNanos(PAUSE_NANOS); // the machine carries the server too
            }
        }));
        return this;
    }

    /** Will be closed when they are called off, since nothing else wakes a thread that writes to who does not read. */
    public <T extends AutoCloseable> T opened(T socket) {
        opened.add(socket);
        return socket;
    }

    public boolean goOn() {
        return !called;
    }

    public void count(String word) {
        met.computeIfAbsent(word, w -> new LongAdder()).increment();
    }

    public long met(String word) {
        return met.getOrDefault(word, new LongAdder()).sum();
    }

    @Override
    public String toString() {
        return new TreeMap<>(met).toString();
    }

    /** Calls them off and waits until they have stopped. */
    @Override
    public void close() {
        called = true;
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                count("not closed");
            }
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
