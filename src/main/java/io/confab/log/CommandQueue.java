package io.confab.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What waits at one writer, and what it took last: first come, first served, bounded in commands and in bytes. Thread-safe.
 */
final class CommandQueue {
    private final int maxCommands;
    private final long maxBytes;
    private final LogMetrics metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private volatile List<Pending> inHand = List.of();
    private long bytes;
    private boolean closed;

    CommandQueue(LogSettings settings, LogMetrics metrics) {
        this.maxCommands = settings.queueCommands();
        this.maxBytes = settings.queueBytes();
        this.metrics = metrics;
    }

    /** @return false when it is full or closed: the command was not taken */
    boolean offer(Pending command) {
        lock.lock();
        try {
            if (closed || waiting.size() >= maxCommands || bytes + command.bytes > maxBytes) {
                return false;
            }
            metrics.taken.incrementAndGet();
            waiting.addLast(command);
            count(command, 1);
            arrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts commands back before all others, in their order; never refused, they were in here before. */
    void putBack(List<? extends Pending> commands) {
        lock.lock();
        try {
            inHand = List.of(); // the others of them have their answers
            for (int i = commands.size() - 1; i >= 0; i--) {
                waiting.addFirst(commands.get(i));
                count(commands.get(i), 1);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a command, then takes what is there, never waiting for more: either one creation or commands to rooms,
     * each (sender, cid) once. Empty only once closed and empty.
     */
    List<Pending> take(int max) throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                arrived.await();
            }
            var batch = new ArrayList<Pending>(Math.min(max, waiting.size()));
            var keys = new HashSet<CidKey>();
            while (batch.size() < max && !waiting.isEmpty() && fits(waiting.getFirst(), batch, keys)) {
                Pending next = waiting.removeFirst();
                count(next, -1);
                batch.add(next);
            }
            inHand = batch;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private static boolean fits(Pending next, List<Pending> batch, Set<CidKey> keys) {
        if (!batch.isEmpty() && (next instanceof Pending.Creation || batch.getFirst() instanceof Pending.Creation)) {
            return false;
        }
        return keys.add(next.key());
    }

    /** So many of what {@link #take} gave have been answered; the others are put back. */
    void answered(int commands) {
        inHand = List.of();
        metrics.taken.addAndGet(-commands);
    }

    /** What the writer is about to commit, or hangs with. */
    List<Pending> inHand() {
        return inHand;
    }

    /** How much of it is in use, from 0 to 1: of the commands or of the bytes, whichever is more. */
    double fullness() {
        lock.lock();
        try {
            return Math.max((double) waiting.size() / maxCommands, (double) bytes / maxBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Takes out those whose time is over. */
    List<Pending> expired(long nowNanos) {
        return remove(command -> command.expired(nowNanos));
    }

    /** Takes all out that wait. */
    List<Pending> removeAll() {
        return remove(command -> true);
    }

    /** Takes all out that wait, but repeats of what is in hand: what is said of them must hold for that as well. */
    List<Pending> removeUnrelated() {
        Set<CidKey> keys = keys(inHand);
        return remove(command -> !keys.contains(command.key()));
    }

    static Set<CidKey> keys(List<Pending> commands) {
        return commands.stream().map(Pending::key).collect(Collectors.toSet());
    }

    private List<Pending> remove(Predicate<Pending> which) {
        lock.lock();
        try {
            var over = new ArrayList<Pending>();
            waiting.removeIf(command -> {
                boolean isOver = which.test(command);
                if (isOver) {
                    count(command, -1);
                    over.add(command);
                }
                return isOver;
            });
            metrics.taken.addAndGet(-over.size());
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more; the writer ends once it is empty. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void count(Pending command, int sign) {
        bytes += (long) sign * command.bytes;
        metrics.waitingCommands.addAndGet(sign);
        metrics.waitingBytes.addAndGet((long) sign * command.bytes);
    }
}
