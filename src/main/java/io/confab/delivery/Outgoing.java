package io.confab.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What waits for one socket, in order and within bounds: live events by number and bytes, replies by bytes; ephemeral
 * events only while it is less than half full. Not thread-safe: guarded by its connection.
 */
final class Outgoing {
    private final DeliverySettings settings;
    private final ArrayDeque<Parcel> queue = new ArrayDeque<>();
    private int liveEvents;
    private int liveBytes;
    private int replyBytes;

    Outgoing(DeliverySettings settings) {
        this.settings = settings;
    }

    /** What became of something that was to wait. */
    enum Taken {
        YES,
        /** Ephemeral, and over half full. */
        DROPPED,
        /** The client does not read fast enough. */
        FULL
    }

    Taken add(Parcel parcel) {
        return switch (parcel.kind()) {
            case LIVE -> addLive(parcel);
            case EPHEMERAL -> isHalfFull() ? Taken.DROPPED : addLive(parcel);
            case REPLY -> addReply(parcel);
            case REPLAY -> {
                queue.add(parcel);
                yield Taken.YES;
            }
        };
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int waitingBytes() {
        return liveBytes + replyBytes;
    }

    void clear() {
        queue.clear();
        liveEvents = 0;
        liveBytes = 0;
        replyBytes = 0;
    }

    /** Takes what fits into one frame, at least one parcel. */
    List<Parcel> takeFrame() {
        var frame = new ArrayList<Parcel>(2);
        int bytes = 1;
        for (Parcel next = queue.peek(); next != null; next = queue.peek()) {
            bytes += next.bytes() + 1;
            if (!frame.isEmpty() && bytes > settings.frameBytes()) {
                break;
            }
            frame.add(next);
            queue.remove();
            release(next);
        }
        return frame;
    }

    private Taken addLive(Parcel parcel) {
        if (liveEvents + parcel.events() > settings.queueEvents()
                || liveBytes + parcel.bytes() > settings.queueBytes()) {
            return Taken.FULL;
        }
        liveEvents += parcel.events();
        liveBytes += parcel.bytes();
        queue.add(parcel);
        return Taken.YES;
    }

    private Taken addReply(Parcel parcel) {
        if (replyBytes + parcel.bytes() > settings.replyBytes()) {
            return Taken.FULL;
        }
        replyBytes += parcel.bytes();
        queue.add(parcel);
        return Taken.YES;
    }

    private boolean isHalfFull() {
        return liveEvents > settings.queueEvents() / 2 || liveBytes > settings.queueBytes() / 2;
    }

    private void release(Parcel parcel) {
        switch (parcel.kind()) {
            case LIVE, EPHEMERAL -> {
                liveEvents -= parcel.events();
                liveBytes -= parcel.bytes();
            }
            case REPLY -> replyBytes -= parcel.bytes();
            case REPLAY -> {}
        }
    }
}
