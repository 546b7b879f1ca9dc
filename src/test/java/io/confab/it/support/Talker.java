package io.confab.it.support;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends numbered texts ("n 0", "n 1", …) on one socket from a thread of its own, without waiting for answers, until told to stop. */
public final class Talker implements AutoCloseable {
    private static final long PAUSE_NANOS = 10_000_000;

    private final AtomicInteger sent = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopped;

    private Talker(ChatClient socket, String room, String prefix) {
        thread = Thread.ofPlatform().daemon().name("talker").start(() -> {
            while (!stopped && socket.isOpen()) {
                socket.post(room, prefix + " " + sent.get(), ApiClient.cid());
                sent.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS); // a hundred a second, so that the machine can follow
            }
        });
    }

    public static Talker start(ChatClient socket, String room, String prefix) {
        return new Talker(socket, room, prefix);
    }

    /** How many have been sent; the next one to be sent, or just being sent, has this number. */
    public int sent() {
        return sent.get();
    }

    public Talker awaitSent(int more) {
        int goal = sent.get() + more;
        await("texts sent").atMost(ChatClient.PATIENCE).until(() -> sent.get() >= goal);
        return this;
    }

    /** Returns when the last one has been sent. */
    public void stop() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
