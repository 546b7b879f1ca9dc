package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.store.StoreFailure;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Commits the creation of one room and gives its answer, once. Belongs to one thread. */
final class CreationCommit {
    private static final System.Logger LOG = System.getLogger(CreationCommit.class.getName());
    private static final int MAX_TRIES = 5;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Writing writing;
    private final StateCache cache;
    private final Settlement settlement;
    private final Consumer<RoomCommit> told;

    CreationCommit(Writing writing, StateCache cache, Settlement settlement, Consumer<RoomCommit> told) {
        this.writing = writing;
        this.cache = cache;
        this.settlement = settlement;
        this.told = told;
    }

    /**
     * After a race or an unknown outcome it tries again, and then finds by its cid what it made before. An unknown outcome is
     * looked into for {@code confab.log.settle-timeout}, though the creator may have been answered by then: the room's people
     * are to be told of it.
     */
    void create(Pending.Creation creation) {
        Unsure unsure = null;
        for (int tries = 1; unsure != null || !creation.future.isDone(); tries++) {
            if (unsure == null && creation.expired(System.nanoTime())) {
                writing.metrics().turnedAway.increment();
                creation.unavailable("it waited too long", writing.settings().retryAfter());
                return;
            }
            var transaction = new CreationTransaction(writing, creation);
            try {
                var outcome = commit(transaction);
                give(creation, unsure != null && unsure.outcome.isFoundBy(outcome) ? unsure.outcome : outcome);
                return;
            } catch (StoreFailure.CommitUnknown unknown) {
                writing.metrics().unknown.increment();
                LOG.log(Level.WARNING, "looking up whether room {0} was created", creation.room);
                unsure = new Unsure(Objects.requireNonNull(transaction.outcome()), giveUpNanos(unsure));
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict race) {
                refuseAfter(tries, unsure, creation, "too much happens here at once", race);
            } catch (StoreFailure.LockTimeout | StoreFailure.Unavailable away) {
                refuseAfter(MAX_TRIES, unsure, creation, "the database cannot be written just now", away);
            } catch (RuntimeException bug) {
                if (!(bug.getCause() instanceof Pending.GivenUp)) { // else it has its answer, and was not stored
                    LOG.log(Level.ERROR, "creation of room " + creation.room + " failed", bug);
                    creation.refuse(new Refusal.Internal("this command failed for a reason of the server's own"));
                }
                return;
            }
            if (unsure != null && !staysUnsure(unsure, creation)) {
                return;
            }
        }
    }

    /** A try that may have made the room, and until when that is looked into. */
    private record Unsure(CreationTransaction.Outcome outcome, long giveUpNanos) {}

    private long giveUpNanos(@Nullable Unsure before) {
        return before == null
                ? System.nanoTime() + writing.settings().settleTimeout().toNanos()
                : before.giveUpNanos;
    }

    /** Waits a moment; false: it is not looked into any more. */
    private static boolean staysUnsure(Unsure unsure, Pending.Creation creation) {
        if (System.nanoTime() - unsure.giveUpNanos >= 0
                || Thread.currentThread().isInterrupted()) {
            LOG.log(Level.ERROR, "whether room {0} was created stays unknown", creation.room);
            creation.refuse(GroupCommit.OUTCOME_UNKNOWN);
            return false;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        return true;
    }

    private CreationTransaction.Outcome commit(CreationTransaction transaction) {
        long begun = System.nanoTime();
        var outcome = writing.transactions().write(transaction);
        writing.metrics().commits.increment();
        writing.metrics().commitNanos.add(System.nanoTime() - begun);
        return outcome;
    }

    private void give(Pending.Creation creation, CreationTransaction.Outcome outcome) {
        if (outcome.commit() != null) {
            cache.keep(List.of(outcome.commit().state()));
            told.accept(outcome.commit());
        }
        creation.answer(outcome.answer());
    }

    /** {@code unavailable} says that nothing was committed: not said after a try of which nobody knows. */
    private void refuseAfter(
            int tries, @Nullable Unsure unsure, Pending.Creation creation, String why, StoreFailure failure) {
        if (unsure != null) {
            settlement.tellThoseBehind(failure);
            return;
        }
        creation.open();
        if (tries >= MAX_TRIES) {
            LOG.log(Level.WARNING, "room {0} was not created: {1}", creation.room, failure.getMessage());
            creation.unavailable(why, writing.settings().retryAfter());
        }
    }
}
