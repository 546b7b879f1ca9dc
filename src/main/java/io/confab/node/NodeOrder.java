package io.confab.node;

import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order as it stands; times by the database's clock.
 *
 * @param id of who gave it, the same at each node it was given to
 * @param order null: of a newer version
 * @param byName null: no such account
 * @param good null: not done yet
 * @param outcome what the node says came of it; empty: nothing yet
 * @param now when this was read
 */
public record NodeOrder(
        String id,
        String nodeId,
        String nodeName,
        String kind,
        @Nullable Order order,
        UserId by,
        @Nullable String byName,
        Instant givenAt,
        @Nullable Instant takenAt,
        @Nullable Instant doneAt,
        @Nullable Boolean good,
        String outcome,
        Instant now) {
    /** A node that finds an order later than that leaves it: it stood still, and what was wanted then is not wanted now. */
    static final Duration GOOD_FOR = Duration.ofMinutes(1);

    /** What became of an order. */
    public enum State {
        /** The node has not asked yet. */
        GIVEN,
        /** It is at it. */
        TAKEN,
        DONE,
        /** The node says that it could not. */
        FAILED,
        /** The node did not ask in time; it will not be done. */
        MISSED,
        /** The node took it and has said nothing since: look at the node. */
        UNKNOWN;

        /** Nothing more comes of it. */
        public boolean settled() {
            return this != GIVEN && this != TAKEN;
        }
    }

    public State state() {
        boolean late = givenAt.plus(GOOD_FOR).isBefore(now);
        if (good != null) {
            return good ? State.DONE : State.FAILED;
        }
        if (takenAt != null) {
            return late ? State.UNKNOWN : State.TAKEN;
        }
        return late ? State.MISSED : State.GIVEN;
    }
}
