package io.confab.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What waits for one socket, in order and within bounds: live events by number and bytes, replies by bytes; ephemeral
 * events only while it is less than half full. When more waits, or is under way, for all sockets of the node than may, one
 * that has more than its fair share waiting is full, and nobody is given more than that at once. Not thread-safe: guarded by
 * its connection.
 */
final class Outgoing {
    /** What a socket may have, of each kind, while the node holds too much for all of them. */
    static final int FAIR_SHARE_BYTES = 64 * 1024;

    private final DeliverySettings settings;
    private final DeliveryMetrics metrics;
    private final ArrayDeque<Parcel> queue = new ArrayDeque<>();
    private int liveEvents;
    private int liveBytes;
    private int replyBytes;
    private int replayBytes;
    private int underWayBytes;

    Outgoing(DeliverySettings settings, DeliveryMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
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
                replayBytes += parcel.bytes();
                yield queued(parcel);
            }
        };
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    private int waitingBytes() {
        return liveBytes + replyBytes + replayBytes;
    }

    /** What waits, and what is under way. */
    int unsentBytes() {
        return waitingBytes() + underWayBytes;
    }

    void clear() {
        landed();
        metrics.waiting(-waitingBytes());
        queue.clear();
        liveEvents = 0;
        liveBytes = 0;
        replyBytes = 0;
        replayBytes = 0;
    }

    /** Takes what fits into one frame, at least one parcel; it counts among what waits until it has {@link #landed}. */
    List<Parcel> takeFrame() {
        var frame = new ArrayList<Parcel>(2);
        int bytes = 1;
        for (Parcel next = queue.peek(); next != null; next = queue.peek()) {
            bytes += next.bytes() + 1;
            if (!frame.isEmpty() && (bytes > settings.frameBytes() || (bytes > FAIR_SHARE_BYTES && nodeIsOver()))) {
                break;
            }
            frame.add(next);
            queue.remove();
            release(next);
        }
        return frame;
    }

    /** The frame taken last is off this node. */
    void landed() {
        metrics.waiting(-underWayBytes);
        underWayBytes = 0;
    }

    private Taken addLive(Parcel parcel) {
        if (liveEvents + parcel.events() > settings.queueEvents()
                || liveBytes + parcel.bytes() > settings.queueBytes()
                || isOverItsShare(parcel)) {
            return Taken.FULL;
        }
        liveEvents += parcel.events();
        liveBytes += parcel.bytes();
        return queued(parcel);
    }

    private Taken addReply(Parcel parcel) {
        if (replyBytes + parcel.bytes() > settings.replyBytes() || isOverItsShare(parcel)) {
            return Taken.FULL;
        }
        replyBytes += parcel.bytes();
        return queued(parcel);
    }

    private Taken queued(Parcel parcel) {
        queue.add(parcel);
        metrics.waiting(parcel.bytes());
        return Taken.YES;
    }

    /** The node's bound: it falls on those for whom much waits, never on one who reads; a replay waits until one reads. */
    private boolean isOverItsShare(Parcel parcel) {
        int share = liveBytes + replyBytes;
        return share + parcel.bytes() > FAIR_SHARE_BYTES && share > 0 && nodeIsOver();
    }

    private boolean nodeIsOver() {
        return metrics.waitingBytes() > settings.totalBytes();
    }

    private boolean isHalfFull() {
        return liveEvents > settings.queueEvents() / 2 || liveBytes > settings.queueBytes() / 2;
    }

    private void release(Parcel parcel) {
        underWayBytes += parcel.bytes();
        switch (parcel.kind()) {
            case LIVE, EPHEMERAL -> {
                liveEvents -= parcel.events();
                liveBytes -= parcel.bytes();
            }
            case REPLY -> replyBytes -= parcel.bytes();
            case REPLAY -> replayBytes -= parcel.bytes();
        }
    }
}
