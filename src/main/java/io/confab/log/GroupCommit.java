package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.store.StoreFailure;
import io.confab.trace.Trace;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Commits batches of commands and gives each its answer, once. A transaction that fails is taken apart until what failed
 * stands alone, so that no command fails its neighbours; one whose commit failed is looked up. Belongs to one thread.
 */
final class GroupCommit {
    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());
    private static final int MAX_TRIES = 5;
    /**
     * How long a command waits for a row that another transaction holds, from when that was found or it came; a healthy one
     * gives it back sooner.
     */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long BUSY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    static final Refusal OUTCOME_UNKNOWN =
            new Refusal.Internal("whether this was stored is not known; the same cid again gives the answer");

    private final Writing writing;
    private final StateCache cache;
    private final Settlement settlement;
    private final CreationCommit creations;
    private final Consumer<RoomCommit> told;
    private final Stuck stuck = new Stuck();
    private final List<Pending.InRoom> waiting = new ArrayList<>(); // found busy in the batch at hand
    private boolean away; // the last transaction could not be made: said once

    /** @param told takes each room's new events, after the commit and before the senders are answered */
    GroupCommit(Writing writing, Settlement settlement, Consumer<RoomCommit> told) {
        this.writing = writing;
        this.cache = new StateCache(writing.settings().cachedRooms());
        this.settlement = settlement;
        this.told = told;
        this.creations = new CreationCommit(writing, cache, settlement, told);
    }

    /** @return commands to be decided again before all others, in their order: their room had moved on or was busy */
    List<Pending> append(List<Pending> batch) {
        if (batch.getFirst() instanceof Pending.Creation creation) {
            creations.create(creation);
            return List.of();
        }
        var held = new ArrayList<Pending.InRoom>();
        var free = new ArrayList<Pending.InRoom>();
        boolean missedBefore = false;
        waiting.clear(); // a batch that was given up may have left some
        stuck.letGo();
        for (Pending pending : batch) {
            var command = (Pending.InRoom) pending;
            (stuck.holds(command) ? held : free).add(command);
            missedBefore |= command.missed;
        }
        List<Pending.InRoom> missed = write(free, missedBefore ? Locking.ROOMS_FIRST : Locking.OPTIMISTIC, 1);
        write(held, Locking.PASS_OVER, 1); // locks its rooms, so it misses none
        var again = new ArrayList<Pending>(missed);
        again.addAll(waiting);
        waiting.clear();
        if (missed.isEmpty() && again.size() == batch.size()) {
            LockSupport.parkNanos(BUSY_PAUSE_NANOS); // nobody got on: let the others end
        }
        return again;
    }

    private List<Pending.InRoom> write(List<Pending.InRoom> batch, Locking locking, int tries) {
        List<Pending.InRoom> timely = withoutExpired(batch);
        if (timely.isEmpty()) {
            return List.of();
        }
        var transaction = new BatchTransaction(writing, cache, locking, timely);
        long begun = System.nanoTime();
        BatchTransaction.Outcome outcome;
        try {
            outcome = writing.transactions().write(transaction);
        } catch (StoreFailure.CommitUnknown unknown) {
            cache.forget(rooms(timely));
            return settle(timely, Objects.requireNonNull(transaction.outcome()));
        } catch (StoreFailure failure) {
            cache.forget(rooms(timely));
            timely.forEach(Pending::open);
            return failure.getCause() instanceof Pending.GivenUp
                    ? write(timely, lockedAtLeast(locking), tries) // without those whose time is over
                    : afterFailure(timely, locking, tries, failure);
        } catch (RuntimeException bug) {
            cache.forget(rooms(timely));
            return broken(timely, locking, tries, bug);
        }
        return committed(outcome, System.nanoTime() - begun); // whatever fails from here on, nothing is tried again
    }

    private List<Pending.InRoom> committed(BatchTransaction.Outcome outcome, long took) {
        if (away) {
            away = false;
            LOG.log(Level.INFO, "commands are stored again");
        }
        cache.keep(outcome.commits().stream().map(RoomCommit::state).toList());
        cache.forget(rooms(outcome.missed()));
        return give(outcome, took);
    }

    /** Tells and answers what was committed. */
    private List<Pending.InRoom> give(BatchTransaction.Outcome outcome, long nanos) {
        count(outcome, nanos);
        List<Runnable> followed = followed(outcome, nanos);
        outcome.commits().forEach(commit -> stuck.freed(commit.state().room()));
        outcome.commits().forEach(told);
        outcome.answers().forEach(Pending::answer);
        outcome.busy().forEach(this::waitOrRefuse);
        outcome.missed().forEach(command -> {
            command.open();
            command.missed = true;
        });
        followed.forEach(telling -> guarded("telling of a command that is followed", telling));
        return outcome.missed();
    }

    /** What is only told must not look like a batch that failed: it is stored. */
    private static void guarded(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, what + " failed", e);
        }
    }

    /** Its room or account is in another transaction's hands: nobody behind it waits for that, and it not for ever. */
    private void waitOrRefuse(Pending.InRoom command) {
        long now = System.nanoTime();
        long busySince = stuck.note(command, now);
        if (command.busyUntilNanos == 0) {
            long came =
                    command.deadlineNanos - writing.settings().commandTimeout().toNanos();
            // behind a crowd of its room it has waited with them: each crowd anew would hold up all other rooms
            command.busyUntilNanos = (busySince - came > 0 ? busySince : came) + BUSY_NANOS;
        }
        if (now - command.busyUntilNanos < 0) {
            command.open();
            waiting.add(command);
        } else {
            refuse(List.of(command), "the room or the account is busy");
        }
    }

    private List<Pending.InRoom> afterFailure(
            List<Pending.InRoom> batch, Locking locking, int tries, StoreFailure failure) {
        LOG.log(Level.DEBUG, "batch of {0} failed: {1}", batch.size(), failure.getMessage());
        return switch (failure) {
            case StoreFailure.UniqueViolation ignored -> apart(batch, tries, failure);
            case StoreFailure.Conflict ignored -> apart(batch, tries, failure);
            case StoreFailure.LockTimeout ignored -> passOver(batch, locking, tries);
            case StoreFailure.Unavailable ignored -> {
                noteAway(failure);
                refuse(batch, "the database cannot be written just now");
                yield List.of();
            }
            case StoreFailure.Broken ignored -> broken(batch, locking, tries, failure);
            case StoreFailure.CommitUnknown unknown -> throw unknown; // settled by the caller
        };
    }

    private void noteAway(StoreFailure failure) {
        if (!away) {
            away = true;
            LOG.log(Level.WARNING, "commands are refused: {0}", failure.getMessage());
        }
    }

    /** Halves, so that what cannot be committed ends alone; one alone is tried again, now with its room locked. */
    private List<Pending.InRoom> apart(List<Pending.InRoom> batch, int tries, StoreFailure failure) {
        writing.metrics().splits.increment();
        if (batch.size() == 1) {
            if (tries < MAX_TRIES) {
                return write(batch, Locking.ROOMS_FIRST, tries + 1);
            }
            LOG.log(Level.WARNING, "a command was refused after {0} tries: {1}", tries, failure.getMessage());
            refuse(batch, "too much happens here at once");
            return List.of();
        }
        int middle = batch.size() / 2;
        write(batch.subList(0, middle), Locking.ROOMS_FIRST, 1);
        write(batch.subList(middle, batch.size()), Locking.ROOMS_FIRST, 1);
        return List.of();
    }

    /** Somebody holds a row and does not go on: others must, so what is held is passed over from now on. */
    private List<Pending.InRoom> passOver(List<Pending.InRoom> batch, Locking locking, int tries) {
        writing.metrics().splits.increment();
        if (locking != Locking.PASS_OVER) {
            return write(batch, Locking.PASS_OVER, 1);
        }
        var byRoom = new LinkedHashMap<RoomId, List<Pending.InRoom>>();
        batch.forEach(
                c -> byRoom.computeIfAbsent(c.room, room -> new ArrayList<>()).add(c));
        if (byRoom.size() == 1) {
            refuse(batch, "the room is busy");
            return List.of();
        }
        byRoom.values().forEach(commands -> write(commands, Locking.PASS_OVER, tries + 1));
        return List.of();
    }

    private List<Pending.InRoom> broken(
            List<Pending.InRoom> batch, Locking locking, int tries, RuntimeException failure) {
        if (batch.size() > 1) {
            writing.metrics().splits.increment();
            int middle = batch.size() / 2;
            write(batch.subList(0, middle), lockedAtLeast(locking), tries);
            write(batch.subList(middle, batch.size()), lockedAtLeast(locking), tries);
            return List.of();
        }
        Pending.InRoom command = batch.getFirst();
        if (tries == 1) {
            LOG.log(Level.WARNING, "command in room {0} is tried once more: {1}", command.room, failure.getMessage());
            return write(batch, lockedAtLeast(locking), tries + 1);
        }
        LOG.log(Level.ERROR, "command of " + command.sender + " in room " + command.room + " failed", failure);
        command.refuse(new Refusal.Internal("this command failed for a reason of the server's own"));
        return List.of();
    }

    private static Locking lockedAtLeast(Locking locking) {
        return locking == Locking.OPTIMISTIC ? Locking.ROOMS_FIRST : locking;
    }

    /** @param outcome what comes of it if it was committed */
    private List<Pending.InRoom> settle(List<Pending.InRoom> batch, BatchTransaction.Outcome outcome) {
        writing.metrics().unknown.increment();
        long begun = System.nanoTime();
        return switch (settlement.fate(batch, outcome.commits())) {
            case COMMITTED -> give(outcome, System.nanoTime() - begun);
            case ROLLED_BACK -> {
                batch.forEach(Pending::open);
                yield write(batch, Locking.ROOMS_FIRST, 1);
            }
            case UNKNOWN -> {
                batch.forEach(c -> c.refuse(OUTCOME_UNKNOWN));
                yield List.of();
            }
        };
    }

    /** Notes what is followed, for those who are told next; gives what is to be said of it when all have their answers. */
    private List<Runnable> followed(BatchTransaction.Outcome outcome, long nanos) {
        var tellings = new ArrayList<Runnable>(0);
        outcome.answers().forEach((pending, answer) -> {
            Trace trace = pending instanceof Pending.InRoom command ? command.trace : null;
            if (trace != null && answer instanceof Answer.Accepted ok && !ok.duplicate()) {
                guarded(
                        "noting a command that is followed",
                        () -> tellings.add(
                                writing.traces().committed(trace, pending.room, ok.seq(), Duration.ofNanos(nanos))));
            }
        });
        return tellings;
    }

    private void count(BatchTransaction.Outcome outcome, long nanos) {
        LogMetrics m = writing.metrics();
        m.commits.increment();
        m.commitNanos.add(nanos);
        m.commands.add(outcome.answers().size());
        m.misses.add(outcome.missed().size());
        outcome.commits().forEach(commit -> m.events.add(commit.events().size()));
        outcome.answers().forEach((command, answer) -> {
            switch (answer) {
                case Answer.Accepted accepted -> {
                    if (accepted.duplicate()) {
                        m.duplicates.increment();
                    }
                }
                case Answer.Refused ignored -> m.refused.increment();
            }
        });
    }

    private List<Pending.InRoom> withoutExpired(List<Pending.InRoom> commands) {
        long now = System.nanoTime();
        var timely = new ArrayList<Pending.InRoom>(commands.size());
        for (Pending.InRoom command : commands) {
            if (command.expired(now)) {
                writing.metrics().turnedAway.increment();
                command.unavailable("it waited too long", writing.settings().retryAfter());
            } else {
                timely.add(command);
            }
        }
        return timely;
    }

    private void refuse(List<? extends Pending> commands, String why) {
        commands.forEach(c -> c.unavailable(why, writing.settings().retryAfter()));
    }

    private static Set<RoomId> rooms(Collection<? extends Pending> commands) {
        var rooms = new LinkedHashSet<RoomId>();
        commands.forEach(c -> rooms.add(c.room));
        return rooms;
    }
}
