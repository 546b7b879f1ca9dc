package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.store.StoreFailure;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out what became of a commit that failed: with the rooms locked, so that a commit which still runs is waited for,
 * the cids say which commands stand in the log. Belongs to one thread.
 */
final class Settlement {
    private static final System.Logger LOG = System.getLogger(Settlement.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Writing writing;

    Settlement(Writing writing) {
        this.writing = writing;
    }

    /**
     * Answers what was committed. When the database stays away beyond {@code confab.log.settle-timeout}, the senders are
     * told that the outcome is unknown: never that it was not committed.
     *
     * @return what certainly was not and will not be committed, in its order
     */
    List<Pending.InRoom> settle(List<Pending.InRoom> batch) {
        long giveUp = System.nanoTime() + writing.settings().settleTimeout().toNanos();
        while (true) {
            try {
                Map<CidKey, KnownCids.Known> known = lookUp(batch);
                return answerKnown(batch, known);
            } catch (StoreFailure failure) {
                if (System.nanoTime() - giveUp >= 0 || Thread.currentThread().isInterrupted()) {
                    LOG.log(
                            Level.ERROR,
                            "the outcome of {0} commands stays unknown: {1}",
                            batch.size(),
                            failure.getMessage());
                    batch.forEach(c -> c.refuse(new Refusal.Internal(
                            "whether this was stored is not known; the same cid again gives the answer")));
                    return List.of();
                }
                LOG.log(Level.WARNING, "looking up {0} commands again: {1}", batch.size(), failure.getMessage());
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** A write, so that on H2 what is found is on disk before anybody is told. */
    private Map<CidKey, KnownCids.Known> lookUp(List<Pending.InRoom> batch) {
        var rooms = new HashSet<RoomId>();
        batch.forEach(c -> rooms.add(c.room));
        return writing.transactions().write((entities, jdbc) -> {
            RoomRows.lock(jdbc, rooms);
            return KnownCids.find(jdbc, batch);
        });
    }

    private List<Pending.InRoom> answerKnown(List<Pending.InRoom> batch, Map<CidKey, KnownCids.Known> known) {
        var rest = new ArrayList<Pending.InRoom>();
        for (Pending.InRoom c : batch) {
            KnownCids.Known first = known.get(c.key());
            if (first == null || !first.mac().equals(writing.mac().of(c.room, c.command))) {
                rest.add(c);
            } else {
                c.answer(first.accepted(c.cid, false));
            }
        }
        return rest;
    }
}
