package io.confab.room;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event with its place in the log.
 *
 * @param cid the idempotency key of the command, on the first event of each command; null on its further ones
 */
public record LoggedEvent(
        RoomId room,
        String epoch,
        long seq,
        UserId by,
        Instant ts,
        @Nullable String cid,
        RoomEvent event) {}
