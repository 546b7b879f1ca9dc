package io.confab.delivery;

import java.util.Locale;

/** What a room answers to somebody who wants to listen ({@code sub}, {@code hello}; docs/protocol/v1.md, "Order and recovery"). */
public sealed interface Outcome {
    /** Events {@code from…to} follow (none when {@code to < from}), then all later ones. */
    record Ok(String epoch, long from, long to) implements Outcome {}

    /** There would be a hole: nothing follows until the client has read the room's messages and subscribes again. */
    record Gap(Reason reason, String epoch, long head) implements Outcome {}

    /** No such room, or none that this person may listen to: the two are alike. */
    record None() implements Outcome {}

    /** The connection has all the live rooms it may have. */
    record TooMany(int limit) implements Outcome {}

    /** Why events between the client's position and the head do not come by themselves. */
    enum Reason {
        /** More events than one replay may hold. */
        TOO_FAR,
        /** The numbers were made anew (a restore). */
        EPOCH,
        /** The client knows a number that the room has not given yet. */
        AHEAD,
        /** The person is no longer in the room. */
        LEFT;

        /** The word on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
