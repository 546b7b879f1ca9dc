package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.concurrent.CompletionStage;

/**
 * How far each person has read each room: outside the log, only ever forward, never beyond the head. A person's own
 * message moves the person's marker. Thread-safe, never blocking.
 */
public interface ReadMarkers {
    /**
     * Moves the marker to {@code seq} unless it is there or further. Several moves are written together, at least every
     * {@code confab.log.read-markers-interval}. The caller has checked that the user may read the room.
     *
     * @return completes after the write; exceptionally when it could not be written ({@code io.confab.store.StoreFailure}) or too many wait
     *     ({@link java.util.concurrent.RejectedExecutionException}): it may be sent again
     */
    CompletionStage<Marker> read(UserId user, RoomId room, long seq);

    /**
     * @param seq where it stands now; further than asked for when it was there before, or when another device went further
     * @param moved false: it stood there before, and whoever moved it there knows
     */
    record Marker(long seq, boolean moved) {}
}
