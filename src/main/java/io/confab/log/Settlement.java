package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.store.StoreFailure;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out what became of a commit that failed: with the rooms locked, so that a commit which still runs is waited for, the
 * cids say whether its events stand in the log. Belongs to one thread.
 */
final class Settlement {
    private static final System.Logger LOG = System.getLogger(Settlement.class.getName());
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Writing writing;
    private final Runnable meanwhile;

    /** @param meanwhile called whenever the database turns out to be away: what can be said to those who wait behind it */
    Settlement(Writing writing, Runnable meanwhile) {
        this.writing = writing;
        this.meanwhile = meanwhile;
    }

    /** What became of a transaction. */
    enum Fate {
        /** All of it stands in the log, on disk. */
        COMMITTED,
        /** Nothing of it was or will be committed. */
        ROLLED_BACK,
        /** The database stayed away beyond {@code confab.log.settle-timeout}. */
        UNKNOWN
    }

    /** @param commits what the transaction would have added to the rooms */
    Fate fate(List<Pending.InRoom> batch, List<RoomCommit> commits) {
        long giveUp = System.nanoTime() + writing.settings().settleTimeout().toNanos();
        for (boolean said = false; ; said = true) {
            try {
                Map<CidKey, KnownCids.Known> known = lookUp(batch);
                boolean stands = !commits.isEmpty() && commits.stream().allMatch(commit -> stands(commit, known));
                return stands ? Fate.COMMITTED : Fate.ROLLED_BACK;
            } catch (StoreFailure failure) {
                if (System.nanoTime() - giveUp >= 0 || Thread.currentThread().isInterrupted()) {
                    LOG.log(
                            Level.ERROR,
                            "the outcome of {0} commands stays unknown: {1}",
                            batch.size(),
                            failure.getMessage());
                    return Fate.UNKNOWN;
                }
                LOG.log(
                        said ? Level.DEBUG : Level.WARNING,
                        "looking up {0} commands again: {1}",
                        batch.size(),
                        failure.getMessage());
                tellThoseBehind(failure);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** While the outcome of a commit is looked up in vain: whoever waits behind it need not wait for that. */
    void tellThoseBehind(StoreFailure failure) {
        if (failure instanceof StoreFailure.Unavailable) {
            meanwhile.run();
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

    /** The number and the time tell our events from those of another node that got the same cids. */
    private static boolean stands(RoomCommit commit, Map<CidKey, KnownCids.Known> known) {
        return commit.events().stream().filter(event -> event.cid() != null).allMatch(event -> {
            KnownCids.Known found = known.get(new CidKey(event.by(), Objects.requireNonNull(event.cid())));
            return found != null
                    && found.room().equals(event.room())
                    && found.seq() == event.seq()
                    && found.ts().equals(event.ts());
        });
    }
}
