package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.store.StoreFailure;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of a commit that failed: with the rooms locked, or of a creation the creator's account, so that a
 * commit which still runs is waited for, the cids say whether its events stand in the log. Belongs to one thread.
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

    /** Waits for the commit that is looked for, should it still run. */
    private interface Lock {
        void in(Connection jdbc) throws SQLException;
    }

    /** @param commits what the transaction would have added to the rooms */
    Fate fate(List<Pending.InRoom> batch, List<RoomCommit> commits) {
        var rooms = new HashSet<RoomId>();
        batch.forEach(c -> rooms.add(c.room));
        return fate(batch, commits, jdbc -> RoomRows.lock(jdbc, rooms));
    }

    /**
     * Its room may not be there to be locked, its creator is.
     *
     * @param commit what the transaction would have made; null: nothing
     */
    Fate fate(Pending.Creation creation, @Nullable RoomCommit commit) {
        var creator = Set.of(creation.sender);
        return fate(
                List.of(creation),
                commit == null ? List.of() : List.of(commit),
                jdbc -> writing.accounts().lock(jdbc, creator, creator, false)); // as strong as the creation's
    }

    private Fate fate(List<? extends Pending> batch, List<RoomCommit> commits, Lock lock) {
        long giveUp = System.nanoTime() + writing.settings().settleTimeout().toNanos();
        for (boolean said = false; ; said = true) {
            try {
                Map<CidKey, KnownCids.Known> known = lookUp(batch, lock);
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
                if (failure instanceof StoreFailure.Unavailable) {
                    meanwhile.run();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** A write, so that on H2 what is found is on disk before anybody is told. */
    private Map<CidKey, KnownCids.Known> lookUp(List<? extends Pending> batch, Lock lock) {
        return writing.transactions().write((entities, jdbc) -> {
            lock.in(jdbc);
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
