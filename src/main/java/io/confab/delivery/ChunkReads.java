package io.confab.delivery;

import io.confab.kernel.RoomId;
import io.confab.kernel.Utf8;
import io.confab.room.LoggedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads parts of one room's log for those who catch up, each once for all who ask for the same: when a node dies, its clients
 * come with the same number (docs/adr/0025). Any thread; never blocks. What is kept for a moment counts among the bytes of
 * the tails.
 */
final class ChunkReads {
    private static final Duration KEPT = Duration.ofMillis(500);

    private final RoomId room;
    private final RoomParts parts;
    private final Consumer<Throwable> failed;
    private final Map<Key, Shared> chunks = new HashMap<>(); // guarded by this

    /** @param failed is told why a read failed */
    ChunkReads(RoomId room, RoomParts parts, Consumer<Throwable> failed) {
        this.room = room;
        this.parts = parts;
        this.failed = failed;
    }

    /**
     * A part of the log from after one number on, as it stands, encoded.
     *
     * @param texts of the events, in their order
     */
    record Chunk(List<LoggedEvent> events, List<String> texts) {
        int bytes() {
            return texts.stream().mapToInt(Utf8::length).sum();
        }
    }

    /** Which part: one read before a deletion must not serve those who ask after it. */
    private record Key(long after, long redactions) {}

    /** One read for all who ask for the same, while it runs and a moment longer. */
    private static final class Shared {
        private final List<Consumer<Optional<Chunk>>> waiting = new ArrayList<>();
        private @Nullable Chunk chunk;
    }

    /** {@code whenRead} runs on some thread, outside locks; empty: it could not be read. */
    void read(Pulled.Read wanted, Consumer<Optional<Chunk>> whenRead) {
        var key = new Key(wanted.after(), wanted.redactions());
        Optional<Chunk> known;
        synchronized (this) {
            Shared shared = chunks.computeIfAbsent(key, any -> new Shared());
            known = Optional.ofNullable(shared.chunk);
            if (known.isEmpty()) {
                shared.waiting.add(whenRead);
                if (shared.waiting.size() > 1) {
                    return; // the read of the first is under way
                }
            }
        }
        parts.reads().read(known.isEmpty() ? () -> readShared(key) : () -> whenRead.accept(known));
    }

    private void readShared(Key key) {
        Optional<Chunk> chunk = chunk(key.after());
        int bytes = chunk.map(Chunk::bytes).orElse(0);
        List<Consumer<Optional<Chunk>>> waiting;
        synchronized (this) {
            Shared shared = Objects.requireNonNull(chunks.get(key));
            waiting = List.copyOf(shared.waiting);
            if (bytes == 0 || parts.tailBytes().get() + bytes > parts.settings().tailTotalBytes()) {
                chunks.remove(key);
            } else {
                shared.chunk = chunk.orElseThrow();
                parts.tailBytes().addAndGet(bytes);
                parts.reads().later(KEPT, () -> forget(key, bytes));
            }
        }
        parts.reads().each(waiting, whenRead -> whenRead.accept(chunk));
    }

    private synchronized void forget(Key key, int bytes) {
        chunks.remove(key);
        parts.tailBytes().addAndGet(-bytes);
    }

    private Optional<Chunk> chunk(long after) {
        parts.metrics().replayRead();
        try {
            List<LoggedEvent> events = parts.reader()
                    .events(
                            room,
                            after,
                            parts.settings().chunkEvents(),
                            parts.settings().chunkBytes());
            return Optional.of(
                    new Chunk(events, events.stream().map(parts.encode()).toList()));
        } catch (RuntimeException | Error e) { // whatever it was, those who wait for it must be told
            failed.accept(e);
            return Optional.empty();
        }
    }
}
