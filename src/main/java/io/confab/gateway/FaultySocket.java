package io.confab.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.confab.delivery.Socket;
import io.confab.gateway.FaultSettings.Fault;
import io.confab.kernel.Json;
import io.confab.wire.CloseCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket on which things go wrong, on purpose and by a seed. What goes through it is what the node meant to send; only the
 * way is bad. As its socket, it is given one write at a time; what it adds itself waits for that one, and that one for it.
 */
final class FaultySocket implements Socket {
    private static final long LATE_MILLIS = 300;
    private static final List<CloseCode> COME_BACK =
            List.of(CloseCode.DRAINING, CloseCode.SLOW_CONSUMER, CloseCode.HEARTBEAT_TIMEOUT, CloseCode.SERVER_ERROR);

    private final Socket socket;
    private final FaultSettings settings;
    private final Random random; // guarded by this, as is all that follows
    private final Executor timer;
    private boolean silent;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(); // one of delivery's, and what was held before it
    private boolean writing;
    private @Nullable JsonNode held;

    FaultySocket(Socket socket, FaultSettings settings, long seed, Executor timer) {
        this.socket = socket;
        this.settings = settings;
        this.random = new Random(seed);
        this.timer = timer;
    }

    @Override
    public void send(String text, Runnable sent, Consumer<Throwable> failed) {
        CloseCode code;
        List<JsonNode> frames;
        boolean late;
        synchronized (this) {
            code = strikes(Fault.CLOSE) ? COME_BACK.get(random.nextInt(COME_BACK.size())) : null;
            silent |= strikes(Fault.SILENCE);
            late = strikes(Fault.DELAY);
            frames = silent || code != null ? List.of() : changed(text);
        }
        if (code != null) {
            socket.close(code.code(), code.word());
            failed.accept(new IOException("closed on purpose"));
        } else if (frames.isEmpty()) {
            sent.run(); // lost, or held until the next
        } else if (late) {
            later(() -> inTurn(frames, sent, failed));
        } else {
            inTurn(frames, sent, failed);
        }
    }

    /** What becomes of the frames in one text. */
    private List<JsonNode> changed(String text) {
        var out = new ArrayList<JsonNode>();
        JsonNode node = Json.read(text);
        for (JsonNode frame : node.isArray() ? node : Json.array().add(node)) {
            JsonNode before = held;
            held = null;
            out.addAll(struck(frame, before == null));
            if (before != null) {
                out.add(before);
            }
        }
        return out;
    }

    private List<JsonNode> struck(JsonNode frame, boolean mayBeHeld) {
        if (isOk(frame) && strikes(Fault.DROP_OK)) {
            return List.of();
        }
        if (!isEvent(frame)) {
            return List.of(frame);
        }
        if (mayBeHeld && strikes(Fault.REORDER)) {
            held = frame;
            later(this::release);
            return List.of();
        }
        return strikes(Fault.DOUBLE_EVENT) ? List.of(frame, frame) : List.of(frame);
    }

    /** The answer to a durable command. */
    private static boolean isOk(JsonNode frame) {
        return frame.path("t").asText().equals("ok") && frame.at("/d/cid").isTextual();
    }

    private static boolean isEvent(JsonNode frame) {
        return frame.has("seq");
    }

    private boolean strikes(Fault fault) {
        Double chance = settings.chances().get(fault);
        return chance != null && random.nextDouble() < chance;
    }

    private void later(Runnable task) {
        CompletableFuture.delayedExecutor(LATE_MILLIS, TimeUnit.MILLISECONDS, timer)
                .execute(task);
    }

    /** Nothing came after what is held: it goes alone. */
    private void release() {
        JsonNode late;
        synchronized (this) {
            late = silent ? null : held;
            held = null;
        }
        if (late != null) {
            inTurn(List.of(late), () -> {}, failure -> {});
        }
    }

    private void inTurn(List<JsonNode> frames, Runnable sent, Consumer<Throwable> failed) {
        synchronized (this) {
            waiting.add(
                    () -> socket.send(text(frames), () -> ended(sent), failure -> ended(() -> failed.accept(failure))));
            if (writing) {
                return;
            }
            writing = true;
        }
        next();
    }

    private void ended(Runnable then) {
        then.run();
        next();
    }

    private void next() {
        Runnable write;
        synchronized (this) {
            write = waiting.poll();
            writing = write != null;
        }
        if (write != null) {
            write.run();
        }
    }

    private static String text(List<JsonNode> frames) {
        return Json.write(frames.size() == 1 ? frames.get(0) : array(frames));
    }

    private static ArrayNode array(List<JsonNode> frames) {
        return Json.array().addAll(frames);
    }

    @Override
    public void ping() {
        synchronized (this) {
            if (silent) {
                return;
            }
        }
        socket.ping();
    }

    @Override
    public void close(int code, String reason) {
        socket.close(code, reason);
    }

    @Override
    public boolean open() {
        return socket.open();
    }
}
