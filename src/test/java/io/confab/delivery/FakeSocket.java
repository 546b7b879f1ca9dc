package io.confab.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A socket that keeps what it was given; writes end at once, when told, never, or badly. */
public final class FakeSocket implements Socket {
    enum Writes {
        END_AT_ONCE,
        END_WHEN_TOLD,
        FAIL
    }

    private final List<String> frames = new ArrayList<>();
    private final ArrayDeque<Runnable> unfinished = new ArrayDeque<>();
    private Writes writes = Writes.END_AT_ONCE;
    private int pings;
    private int concurrent;
    private int mostConcurrent;
    private @Nullable Integer closeCode;
    private @Nullable String closeReason;

    synchronized FakeSocket writes(Writes mode) {
        writes = mode;
        return this;
    }

    @Override
    public void send(String text, Runnable sent, Consumer<Throwable> failed) {
        Writes mode;
        synchronized (this) {
            frames.add(text);
            concurrent++;
            mostConcurrent = Math.max(mostConcurrent, concurrent);
            mode = writes;
            if (mode == Writes.END_WHEN_TOLD) {
                unfinished.add(sent);
                return;
            }
            concurrent--;
        }
        if (mode == Writes.FAIL) {
            failed.accept(new java.io.IOException("broken pipe"));
        } else {
            sent.run();
        }
    }

    /** Ends the oldest unfinished write; false when there is none. */
    boolean finishOne() {
        Runnable sent;
        synchronized (this) {
            sent = unfinished.poll();
            if (sent == null) {
                return false;
            }
            concurrent--;
        }
        sent.run();
        return true;
    }

    @Override
    public synchronized void ping() {
        pings++;
    }

    @Override
    public synchronized void close(int code, String reason) {
        closeCode = code;
        closeReason = reason;
    }

    @Override
    public synchronized boolean open() {
        return closeCode == null;
    }

    public synchronized List<String> frames() {
        return List.copyOf(frames);
    }

    /** All objects of all frames, arrays opened. */
    public List<JsonNode> objects() {
        var objects = new ArrayList<JsonNode>();
        for (String frame : frames()) {
            JsonNode node = Json.read(frame);
            if (node.isArray()) {
                node.forEach(objects::add);
            } else {
                objects.add(node);
            }
        }
        return objects;
    }

    /** Numbers of the events of one room, in the order they came. */
    List<Long> numbers(String room) {
        return objects().stream()
                .filter(o -> o.path("room").asText().equals(room) && o.has("seq"))
                .map(o -> o.get("seq").asLong())
                .toList();
    }

    /** The {@code t} of everything that is no numbered event. */
    List<String> notices() {
        return objects().stream()
                .filter(o -> !o.has("seq"))
                .map(o -> o.path("t").asText())
                .toList();
    }

    synchronized int pings() {
        return pings;
    }

    synchronized int mostConcurrent() {
        return mostConcurrent;
    }

    synchronized @Nullable Integer closeCode() {
        return closeCode;
    }

    synchronized @Nullable String closeReason() {
        return closeReason;
    }
}
