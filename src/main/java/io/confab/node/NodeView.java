package io.confab.node;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node as the database knows it; times by the database's clock.
 *
 * @param id of the process: a node that starts again has another
 * @param name {@code confab.node}
 * @param seenAt when it wrote last
 * @param stoppedAt null: it did not say that it goes
 * @param now when this was read
 */
public record NodeView(
        String id,
        String name,
        Instant startedAt,
        Instant seenAt,
        @Nullable Instant stoppedAt,
        Instant now,
        Figures figures) {
    /** Without a word for so long a node is gone: five times what it leaves between two of them. */
    static final Duration GONE_AFTER = Duration.ofSeconds(10);

    /** How a node stands. */
    public enum State {
        READY,
        /** Something it needs is away: balancers send nobody there. */
        NOT_READY,
        /** It sends its people elsewhere. */
        DRAINING,
        /** It has done so, and waits to be stopped. */
        DRAINED,
        /** It has ended, in order. */
        STOPPED,
        /** It has not said anything for a while: killed, cut off from the database, or frozen. */
        GONE;

        /** It does its work, or part of it. */
        public boolean lives() {
            return switch (this) {
                case READY, NOT_READY, DRAINING, DRAINED -> true;
                case STOPPED, GONE -> false;
            };
        }
    }

    public State state() {
        if (stoppedAt != null) {
            return State.STOPPED;
        }
        if (seenAt.plus(GONE_AFTER).isBefore(now)) {
            return State.GONE;
        }
        return switch (figures.text("drain")) {
            case "draining" -> State.DRAINING;
            case "drained" -> State.DRAINED;
            default -> figures.checks().stream().allMatch(Figures.Check::up) ? State.READY : State.NOT_READY;
        };
    }

    public boolean lives() {
        return state().lives();
    }
}
