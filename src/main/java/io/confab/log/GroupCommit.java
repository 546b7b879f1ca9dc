package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.store.StoreFailure;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Commits batches of commands and gives each its answer, once. A transaction that fails is taken apart until what failed
 * stands alone, so that no command fails its neighbours; one whose commit failed is looked up. Belongs to one thread.
 */
final class GroupCommit {
    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());
    private static final int MAX_TRIES = 5;

    private final Writing writing;
    private final StateCache cache;
    private final Settlement settlement;
    private final Consumer<RoomCommit> told;
    private final Stuck stuck = new Stuck();

    /** @param told takes each room's new events, after the commit and before the senders are answered */
    GroupCommit(Writing writing, Settlement settlement, Consumer<RoomCommit> told) {
        this.writing = writing;
        this.cache = new StateCache(writing.settings().cachedRooms());
        this.settlement = settlement;
        this.told = told;
    }

    /** @return commands to be decided again before all others, in their order: their room had moved on */
    List<Pending> append(List<Pending> batch) {
        if (batch.getFirst() instanceof Pending.Creation creation) {
            create(creation);
            return List.of();
        }
        var held = new ArrayList<Pending.InRoom>();
        var free = new ArrayList<Pending.InRoom>();
        boolean missedBefore = false;
        stuck.letGo();
        for (Pending pending : batch) {
            var command = (Pending.InRoom) pending;
            (stuck.holds(command) ? held : free).add(command);
            missedBefore |= command.missed;
        }
        List<Pending.InRoom> missed = write(free, missedBefore ? Locking.ROOMS_FIRST : Locking.OPTIMISTIC, 1);
        write(held, Locking.PASS_OVER, 1); // locks its rooms, so it misses none
        return List.copyOf(missed);
    }

    private List<Pending.InRoom> write(List<Pending.InRoom> batch, Locking locking, int tries) {
        List<Pending.InRoom> timely = withoutExpired(batch);
        if (timely.isEmpty()) {
            return List.of();
        }
        try {
            return commit(timely, locking);
        } catch (StoreFailure failure) {
            cache.forget(rooms(timely));
            return afterFailure(timely, locking, tries, failure);
        } catch (RuntimeException bug) {
            cache.forget(rooms(timely));
            return broken(timely, locking, tries, bug);
        }
    }

    private List<Pending.InRoom> commit(List<Pending.InRoom> batch, Locking locking) {
        long begun = System.nanoTime();
        var outcome = writing.transactions().write(new BatchTransaction(writing, cache, locking, batch));
        count(outcome, System.nanoTime() - begun);
        cache.keep(outcome.commits().stream().map(RoomCommit::state).toList());
        cache.forget(rooms(outcome.missed()));
        outcome.commits().forEach(told);
        outcome.answers().forEach(Pending::answer);
        outcome.missed().forEach(command -> command.missed = true);
        return outcome.missed();
    }

    private List<Pending.InRoom> afterFailure(
            List<Pending.InRoom> batch, Locking locking, int tries, StoreFailure failure) {
        LOG.log(Level.DEBUG, "batch of {0} failed: {1}", batch.size(), failure.getMessage());
        return switch (failure) {
            case StoreFailure.UniqueViolation ignored -> apart(batch, tries, failure);
            case StoreFailure.Conflict ignored -> apart(batch, tries, failure);
            case StoreFailure.LockTimeout ignored -> passOver(batch, locking, tries);
            case StoreFailure.Unavailable ignored -> {
                LOG.log(Level.WARNING, "{0} commands refused: {1}", batch.size(), failure.getMessage());
                refuse(batch, "the database cannot be written just now");
                yield List.of();
            }
            case StoreFailure.Broken ignored -> broken(batch, locking, tries, failure);
            case StoreFailure.CommitUnknown ignored -> {
                settle(batch);
                yield List.of();
            }
        };
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

    private void settle(List<Pending.InRoom> batch) {
        writing.metrics().unknown.increment();
        List<Pending.InRoom> notCommitted = settlement.settle(batch);
        write(notCommitted, Locking.ROOMS_FIRST, 1);
    }

    private void create(Pending.Creation creation) {
        for (int tries = 1; ; tries++) {
            if (!withoutExpired(List.of(creation)).isEmpty() && !created(creation, tries)) {
                continue;
            }
            return;
        }
    }

    /** @return whether it has its answer; else it is to be tried again, and then finds by its cid what it made before */
    private boolean created(Pending.Creation creation, int tries) {
        try {
            long begun = System.nanoTime();
            var outcome = writing.transactions().write(new CreationTransaction(writing, creation));
            writing.metrics().commits.increment();
            writing.metrics().commitNanos.add(System.nanoTime() - begun);
            if (outcome.commit() != null) {
                cache.keep(List.of(outcome.commit().state()));
                told.accept(outcome.commit());
            }
            creation.answer(outcome.answer());
        } catch (StoreFailure.Broken bug) {
            brokenCreation(creation, bug);
        } catch (StoreFailure failure) {
            boolean again = failure instanceof StoreFailure.UniqueViolation
                    || failure instanceof StoreFailure.Conflict
                    || failure instanceof StoreFailure.CommitUnknown;
            if (again && tries < MAX_TRIES) {
                return false;
            }
            LOG.log(Level.WARNING, "room {0} was not created: {1}", creation.room, failure.getMessage());
            creation.refuse(
                    failure instanceof StoreFailure.CommitUnknown
                            ? new Refusal.Internal("the outcome is not known; the same cid again gives the answer")
                            : new Refusal.Unavailable(
                                    "the database cannot be written just now",
                                    writing.settings().retryAfter()));
        } catch (RuntimeException bug) {
            brokenCreation(creation, bug);
        }
        return true;
    }

    private static void brokenCreation(Pending.Creation creation, RuntimeException bug) {
        LOG.log(Level.ERROR, "creation of room " + creation.room + " failed", bug);
        creation.refuse(new Refusal.Internal("this command failed for a reason of the server's own"));
    }

    /** Also remembers which rooms were found held, so that the next batches do not wait for them either. */
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
                case Answer.Refused refused -> {
                    m.refused.increment();
                    if (refused.refusal() instanceof Refusal.Unavailable) {
                        stuck.note(command);
                    }
                }
            }
        });
    }

    private <P extends Pending> List<P> withoutExpired(List<P> commands) {
        long now = System.nanoTime();
        var timely = new ArrayList<P>(commands.size());
        for (P command : commands) {
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
