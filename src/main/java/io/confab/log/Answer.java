package io.confab.log;

import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import java.time.Instant;

/**
 * What became of a command. {@link Accepted} is given only after the commit; {@link Refused} only when nothing of the
 * command was or will be committed, with one exception: {@link Refusal.Internal}, when the outcome of a commit could not
 * be found out in time. The same cid sent again then gives the true answer.
 */
public sealed interface Answer {
    /**
     * It stands in the log.
     *
     * @param seq number of the command's first event (for a command that changed nothing: of what made it so)
     * @param ts time of that event, in milliseconds
     * @param cid the client's key, or the one the server made
     * @param duplicate the same request had been accepted before, or was so already; no event was added
     */
    record Accepted(RoomId room, String epoch, long seq, Instant ts, String cid, boolean duplicate) implements Answer {}

    record Refused(Refusal refusal) implements Answer {}
}
