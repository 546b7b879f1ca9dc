package io.confab.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread that runs pieces of work that were marked, in order of marking. A piece waits at most once however often it
 * is marked, so the queue is bounded by the number of rooms and connections, and what came meanwhile is done in one turn.
 * Marking never blocks on work.
 */
final class Lane implements Runnable {
    private static final System.Logger LOG = System.getLogger(Lane.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Work> marked = new ArrayDeque<>();
    private boolean waiting;
    private boolean stopped;

    /** Something a lane does when it is marked. Runs on its lane's thread only, never twice at once. */
    abstract static class Work {
        private final AtomicBoolean isMarked = new AtomicBoolean();
        private final Lane lane;

        Work(Lane lane) {
            this.lane = lane;
        }

        /** Asks for one more turn; a turn that has begun does not count. Any thread. */
        final void mark() {
            if (!isMarked.get() && isMarked.compareAndSet(false, true)) {
                lane.add(this);
            }
        }

        abstract void turn();
    }

    private void add(Work work) {
        lock.lock();
        try {
            marked.add(work);
            if (waiting) {
                waiting = false;
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        List<Work> turn = new ArrayList<>();
        while (take(turn)) {
            for (Work work : turn) {
                work.isMarked.set(false);
                runTurn(work);
            }
            turn.clear();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return marked.size();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread after the turn it is in. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean take(List<Work> turn) {
        lock.lock();
        try {
            while (marked.isEmpty() && !stopped) {
                waiting = true;
                arrived.awaitUninterruptibly();
            }
            waiting = false;
            turn.addAll(marked);
            marked.clear();
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private static void runTurn(Work work) {
        try {
            work.turn();
        } catch (RuntimeException | Error e) {
            // one room's or socket's fault must not end the thread that serves all others
            LOG.log(System.Logger.Level.ERROR, () -> "delivery of " + work + " failed; the thread goes on", e);
        }
    }
}
