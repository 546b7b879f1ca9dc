package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.store.StoreFailure;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Commits the creation of one room and gives its answer, once. Belongs to one thread. */
final class CreationCommit {
    private static final System.Logger LOG = System.getLogger(CreationCommit.class.getName());
    private static final int MAX_TRIES = 5;

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

    /** After a race, and when it turns out that its commit was lost, it tries again. */
    void create(Pending.Creation creation) {
        for (int tries = 1; !creation.future.isDone(); tries++) {
            if (creation.expired(System.nanoTime())) {
                writing.metrics().turnedAway.increment();
                creation.unavailable("it waited too long", writing.settings().retryAfter());
                return;
            }
            var transaction = new CreationTransaction(writing, creation);
            try {
                give(creation, commit(transaction));
                return;
            } catch (StoreFailure.CommitUnknown unknown) {
                settle(creation, Objects.requireNonNull(transaction.outcome()));
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict race) {
                refuseAfter(tries, creation, "too much happens here at once", race);
            } catch (StoreFailure.LockTimeout | StoreFailure.Unavailable away) {
                refuseAfter(MAX_TRIES, creation, "the database cannot be written just now", away);
            } catch (RuntimeException bug) {
                if (!(bug.getCause() instanceof Pending.GivenUp)) { // else it has its answer, and was not stored
                    LOG.log(Level.ERROR, "creation of room " + creation.room + " failed", bug);
                    creation.refuse(new Refusal.Internal("this command failed for a reason of the server's own"));
                }
                return;
            }
        }
    }

    /**
     * Only looked up, not tried again while nobody knows: a second try would be decided by what holds by then. To its end,
     * though the creator may have been answered meanwhile: the room's people are to be told of it.
     *
     * @param outcome what comes of it if it was committed
     */
    private void settle(Pending.Creation creation, CreationTransaction.Outcome outcome) {
        if (outcome.answer() instanceof Answer.Refused) { // stored nothing, whatever became of its commit
            give(creation, outcome);
            return;
        }
        writing.metrics().unknown.increment();
        LOG.log(Level.WARNING, "looking up whether room {0} was created", creation.room);
        switch (settlement.fate(creation, outcome.commit())) {
            case COMMITTED -> give(creation, outcome);
            case ROLLED_BACK -> creation.open();
            case UNKNOWN -> creation.refuse(GroupCommit.OUTCOME_UNKNOWN);
        }
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

    private void refuseAfter(int tries, Pending.Creation creation, String why, StoreFailure failure) {
        creation.open();
        if (tries >= MAX_TRIES) {
            LOG.log(Level.WARNING, "room {0} was not created: {1}", creation.room, failure.getMessage());
            creation.unavailable(why, writing.settings().retryAfter());
        }
    }
}
