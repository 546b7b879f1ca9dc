package io.confab.delivery;

import io.confab.delivery.Passage.Standing;
import io.confab.kernel.RoomId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection in one room. Everything that changes is guarded by the room's sequencer.
 *
 * <pre>
 * STARTING  membership is being checked; removals are noted
 * READY     answered, {@code begin} has not come yet
 * CATCHING_UP  the connection pulls; cursor: last number given to it
 * LIVE      runs above the cursor are pushed
 * ENDED     nothing comes any more
 * </pre>
 */
final class Subscription {
    enum State {
        STARTING,
        READY,
        CATCHING_UP,
        LIVE,
        ENDED
    }

    private final Connection connection;
    private final RoomSequencer sequencer;
    private final boolean resumes;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final List<Long> removals = new ArrayList<>(1);
    private volatile State state = State.STARTING;
    private volatile boolean endedByRemoval;
    private long cursor;
    private long after;
    private long checkedAt;
    private long target;
    private @Nullable String registeredIn;

    /** @param resumes the client named the number up to which it has all */
    Subscription(Connection connection, RoomSequencer sequencer, boolean resumes) {
        this.connection = connection;
        this.sequencer = sequencer;
        this.resumes = resumes;
    }

    Connection connection() {
        return connection;
    }

    RoomSequencer sequencer() {
        return sequencer;
    }

    RoomId room() {
        return sequencer.room();
    }

    /** Completes when the replay has been queued in full, or will not be. Never under a lock. */
    CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    /** It ended during a replay, at this person's removal: the person has not been told yet. */
    boolean endedByRemoval() {
        return endedByRemoval;
    }

    void endRemoved() {
        endedByRemoval = true;
    }

    long cursor() {
        return cursor;
    }

    void moveTo(long seq) {
        cursor = seq;
    }

    /** It is registered from now on. @param epoch of the room's numbers here; null: none yet */
    void registered(@Nullable String epoch) {
        registeredIn = epoch;
        removals.clear();
    }

    boolean wasRegisteredIn(@Nullable String epoch) {
        return Objects.equals(epoch, registeredIn);
    }

    /** {@code begin} has come: who has it was answered, and is told when it ends. */
    boolean hasBegun() {
        return state == State.CATCHING_UP || state == State.LIVE;
    }

    long checkedAt() {
        return checkedAt;
    }

    /** Membership was good at {@code head}; events up to there follow first. */
    void admitted(long after, long head) {
        this.after = after;
        cursor = after;
        checkedAt = head;
        target = head;
        state = State.READY;
    }

    /** How it stands to an event, when all up to {@code seen} was pushed to those who are live. */
    Standing standing(long seq, long seen) {
        if (state == State.STARTING) {
            return Standing.DUE;
        }
        if (seq <= after) {
            return resumes ? Standing.HAD : Standing.EARLIER;
        }
        long given = state == State.LIVE ? Math.max(cursor, seen) : cursor;
        if (seq > given) {
            return Standing.DUE;
        }
        return connection.waitingBytes() == 0 ? Standing.SENT : Standing.WAITING;
    }

    /** The numbers up to which it is catching up at least. */
    long target() {
        return target;
    }

    void catchUpTo(long seq) {
        target = seq;
        state = State.CATCHING_UP;
    }

    /** This person was removed at {@code seq}; what was checked at a later number knows better. */
    void removedAt(long seq) {
        if (!removals.contains(seq)) {
            removals.add(seq);
        }
    }

    /** Number of the last event this person may get. */
    long last() {
        long last = Long.MAX_VALUE;
        for (long seq : removals) {
            if (seq > checkedAt) {
                last = Math.min(last, seq);
            }
        }
        return last;
    }

    boolean mayStillListenAt(long seq) {
        return seq <= checkedAt || seq <= last();
    }
}
