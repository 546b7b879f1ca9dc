package io.confab.delivery;

import io.confab.kernel.Utf8;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The last events of one room, encoded, without a hole: what replays are served from. Bounded by number and bytes, and by
 * the bytes of all tails of the node together: beyond those, a tail that grows is cut to a small share, to nothing if its
 * last event is larger. A deletion empties what it finds here; an event of a newer version forgets all that came before it. Not thread-safe: guarded by its
 * sequencer.
 */
final class Tail {
    private static final int EVENTS_WHEN_SHORT = 32;
    private static final int BYTES_WHEN_SHORT = 16 * 1024;

    private final DeliverySettings settings;
    private final AtomicLong bytesOfAll;
    private final Function<LoggedEvent, String> encode;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long bytes;

    /** @param bytesOfAll shared by all tails of the node */
    Tail(DeliverySettings settings, AtomicLong bytesOfAll, Function<LoggedEvent, String> encode) {
        this.settings = settings;
        this.bytesOfAll = bytesOfAll;
        this.encode = encode;
    }

    private static final class Entry {
        private final LoggedEvent redacted; // the event as it is once its message is deleted
        private String text;
        private int bytes;

        Entry(LoggedEvent redacted, String text) {
            this.redacted = redacted;
            this.text = text;
            this.bytes = Utf8.length(text);
        }
    }

    /** Number of the first event held; {@code Long.MAX_VALUE} when empty. */
    long first() {
        Entry first = entries.peekFirst();
        return first == null ? Long.MAX_VALUE : first.redacted.seq();
    }

    /** The event must follow the last one held. */
    void append(LoggedEvent event, String text) {
        switch (event.event()) {
            case RoomEvent.MessageDeleted deleted -> redact(deleted.target());
            case RoomEvent.MessagesDeleted deleted -> deleted.targets().forEach(this::redact);
            case RoomEvent.Opaque ignored -> clear(); // it may have emptied any of them: what follows it is read anew
            default -> {} // nothing else takes a text away
        }
        var entry = new Entry(redacted(event), text);
        entries.addLast(entry);
        grow(entry.bytes);
        if (bytesOfAll.get() > settings.tailTotalBytes()) {
            cut(EVENTS_WHEN_SHORT, BYTES_WHEN_SHORT, 0);
        } else {
            cut(settings.tailEvents(), settings.tailBytes(), 1);
        }
    }

    /** @param kept events that stay whatever their bytes */
    private void cut(int mostEvents, int mostBytes, int kept) {
        while (entries.size() > mostEvents || (bytes > mostBytes && entries.size() > kept)) {
            grow(-entries.removeFirst().bytes);
        }
    }

    /** Puts older events in front, as many as fit; the last of them must come before the first one held. */
    void prepend(List<LoggedEvent> events, List<String> texts) {
        for (int i = events.size() - 1; i >= 0; i--) {
            var entry = new Entry(redacted(events.get(i)), texts.get(i));
            boolean full = entries.size() >= settings.tailEvents()
                    || bytes + entry.bytes > settings.tailBytes()
                    || bytesOfAll.get() > settings.tailTotalBytes();
            if (full) {
                return;
            }
            entries.addFirst(entry);
            grow(entry.bytes);
        }
    }

    /**
     * The next events after {@code after} up to {@code last}, within a chunk of {@code mostBytes}, at least one; empty when
     * the next is not held.
     */
    List<String> after(long after, long last, int mostBytes) {
        var texts = new ArrayList<String>();
        if (after + 1 < first()) {
            return texts;
        }
        int chunkBytes = 2;
        for (Entry entry : entries) {
            long seq = entry.redacted.seq();
            if (seq <= after) {
                continue;
            }
            chunkBytes += entry.bytes + 1;
            boolean full = texts.size() >= settings.chunkEvents() || chunkBytes > mostBytes;
            if (seq > last || (full && !texts.isEmpty())) {
                break;
            }
            texts.add(entry.text);
        }
        return texts;
    }

    void clear() {
        entries.clear();
        grow(-bytes);
    }

    private void redact(long target) {
        for (Entry entry : entries) {
            boolean ofTarget = switch (entry.redacted.event()) {
                case RoomEvent.MessageEdited edited -> edited.target() == target;
                case RoomEvent.MessageRestored restored -> restored.target() == target;
                case RoomEvent.Opaque opaque -> opaque.target() != null && opaque.target() == target;
                default -> entry.redacted.seq() == target;
            };
            if (ofTarget) {
                grow(-entry.bytes);
                entry.text = encode.apply(entry.redacted);
                entry.bytes = Utf8.length(entry.text);
                grow(entry.bytes);
            }
        }
    }

    private void grow(long by) {
        bytes += by;
        bytesOfAll.addAndGet(by);
    }

    private static LoggedEvent redacted(LoggedEvent e) {
        return switch (e.event()) {
            case RoomEvent.MessagePosted posted ->
                with(e, new RoomEvent.MessagePosted(null, posted.replyTo(), posted.thread(), List.of()));
            case RoomEvent.MessageEdited edited ->
                with(e, new RoomEvent.MessageEdited(edited.target(), null, List.of()));
            case RoomEvent.RoomCreated ignored -> e;
            case RoomEvent.RoomUpdated ignored -> e;
            case RoomEvent.RoomArchived ignored -> e;
            case RoomEvent.MemberJoined ignored -> e;
            case RoomEvent.MemberLeft ignored -> e;
            case RoomEvent.MemberRoleChanged ignored -> e;
            case RoomEvent.SanctionSet ignored -> e;
            case RoomEvent.SanctionLifted ignored -> e;
            case RoomEvent.MessageDeleted ignored -> e;
            case RoomEvent.MessagesDeleted ignored -> e;
            case RoomEvent.MessagePinned ignored -> e;
            case RoomEvent.MessageUnpinned ignored -> e;
            case RoomEvent.MessageRestored restored -> with(e, RoomEvent.MessageRestored.emptied(restored.target()));
            case RoomEvent.Opaque opaque -> with(e, opaque.withoutBody());
        };
    }

    private static LoggedEvent with(LoggedEvent e, RoomEvent event) {
        return new LoggedEvent(e.room(), e.epoch(), e.seq(), e.by(), e.ts(), e.cid(), event);
    }
}
