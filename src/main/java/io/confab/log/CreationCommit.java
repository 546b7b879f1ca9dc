package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.store.StoreFailure;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Commits the creation of one room and gives its answer, once. Belongs to one thread. */
final class CreationCommit {
    private static final System.Logger LOG = System.getLogger(CreationCommit.class.getName());
    private static final int MAX_TRIES = 5;

    private final Writing writing;
    private final StateCache cache;
    private final Consumer<RoomCommit> told;

    CreationCommit(Writing writing, StateCache cache, Consumer<RoomCommit> told) {
        this.writing = writing;
        this.cache = cache;
        this.told = told;
    }

    /** After a race or an unknown outcome it tries again, and then finds by its cid what it made before. */
    void create(Pending.Creation creation) {
        CreationTransaction.@Nullable Outcome unsure = null;
        for (int tries = 1; !creation.future.isDone(); tries++) {
            if (creation.expired(System.nanoTime())) {
                writing.metrics().turnedAway.increment();
                creation.refuse(refusal(unsure, "it waited too long"));
                return;
            }
            var transaction = new CreationTransaction(writing, creation);
            try {
                var outcome = commit(transaction);
                give(creation, unsure != null && unsure.isFoundBy(outcome) ? unsure : outcome);
            } catch (StoreFailure.CommitUnknown unknown) {
                unsure = transaction.outcome();
                refuseAfter(tries, creation, GroupCommit.OUTCOME_UNKNOWN, unknown);
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict race) {
                refuseAfter(tries, creation, refusal(unsure, "too much happens here at once"), race);
            } catch (StoreFailure.LockTimeout | StoreFailure.Unavailable away) {
                refuseAfter(MAX_TRIES, creation, refusal(unsure, "the database cannot be written just now"), away);
            } catch (RuntimeException bug) {
                if (bug.getCause() instanceof Pending.GivenUp) {
                    return; // it has its answer
                }
                LOG.log(Level.ERROR, "creation of room " + creation.room + " failed", bug);
                creation.refuse(new Refusal.Internal("this command failed for a reason of the server's own"));
            }
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

    private static void refuseAfter(int tries, Pending.Creation creation, Refusal refusal, StoreFailure failure) {
        if (tries >= MAX_TRIES) {
            LOG.log(Level.WARNING, "room {0} was not created: {1}", creation.room, failure.getMessage());
            creation.refuse(refusal);
        }
    }

    /** {@code unavailable} says that nothing was committed: not after a try of which nobody knows. */
    private Refusal refusal(CreationTransaction.@Nullable Outcome unsure, String why) {
        return unsure == null
                ? new Refusal.Unavailable(why, writing.settings().retryAfter())
                : GroupCommit.OUTCOME_UNKNOWN;
    }
}
