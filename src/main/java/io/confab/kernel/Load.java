package io.confab.kernel;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether this node has more to do than it can, and what it gives up for as long as that lasts (docs/adr/0058). Features
 * ask before they do what can be left; {@code io.confab.ops} measures. Thread-safe, never blocking.
 */
public interface Load {
    /** What can be given up, the first first. */
    enum Kind {
        /** Telling a room who comes and goes; it is told later. */
        PRESENCE,
        TYPING,
        /** Telling a person's other devices how far they have read; they are told later, and the marker is stored at once. */
        READS,
        /** A further room on a socket. */
        SUBSCRIPTIONS,
        /** A further socket. */
        CONNECTIONS,
        /** A message. */
        SENDS
    }

    /** Whether this is given up now. */
    boolean givesUp(Kind kind);

    /** The same, asked before one such thing is done: each yes is counted as one thing given up. */
    boolean sheds(Kind kind);

    /** What to ask those to wait who are refused: different ones differently, so that they do not come back together. */
    Duration retryAfter();

    /** The refusal of one thing of this kind, if it is given up now. */
    default Optional<Refusal> refusal(Kind kind) {
        return sheds(kind)
                ? Optional.of(new Refusal.Unavailable("this node has more to do than it can; try again", retryAfter()))
                : Optional.empty();
    }
}
