package io.confab.gateway;

import io.confab.delivery.Socket;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream as delivery sees it: a socket that only sends. It never blocks on a client that does not read: events are written
 * one by one while the container has room for them (Jakarta Servlet 6.1 section 3.13.4), and a send has ended when it has
 * room again. Thread-safe.
 */
final class StreamSocket implements Socket, WriteListener {
    private static final System.Logger LOG = System.getLogger(StreamSocket.class.getName());
    /** For a client that is slow but reads: time for what the server holds to leave, and the last event behind it. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final AsyncContext exchange;
    private final ServletOutputStream out;
    private final StreamText text;
    private final Ending ending;

    private final Object lock = new Object();
    private final ArrayDeque<Write> writes = new ArrayDeque<>(2); // this and the following are guarded by lock
    private boolean begun; // the container has let us write at all
    private boolean lastOne; // what waits ends with the close event
    private volatile boolean closed;

    /**
     * How a stream ends beside what is written.
     *
     * @param threads to end the exchange on: the container does its own work there, which is not for a caller's thread
     * @param abort ends the connection at once, whatever waits in it
     * @param heard told when something was written
     * @param ended told once
     */
    record Ending(Executor threads, Runnable abort, Runnable heard, Runnable ended) {}

    /** Events to be written, then flushed; then whoever sent them is told. */
    private static final class Write {
        final Iterator<String> events;
        final Runnable sent;
        final Consumer<Throwable> failed;
        boolean flushed;

        Write(Iterator<String> events, Runnable sent, Consumer<Throwable> failed) {
            this.events = events;
            this.sent = sent;
            this.failed = failed;
        }
    }

    StreamSocket(AsyncContext exchange, ServletOutputStream out, StreamText text, Ending ending) {
        this.exchange = exchange;
        this.out = out;
        this.text = text;
        this.ending = ending;
    }

    @Override
    public void send(String frame, Runnable sent, Consumer<Throwable> failed) {
        var events = StreamText.objects(frame).iterator();
        add(new Write(new Formatted(events), sent, failed));
    }

    /** One event at a time becomes text, when it is written: the ids of a stream with many rooms are long. */
    private final class Formatted implements Iterator<String> {
        private final Iterator<String> objects;

        Formatted(Iterator<String> objects) {
            this.objects = objects;
        }

        @Override
        public boolean hasNext() {
            return objects.hasNext();
        }

        @Override
        public String next() {
            return text.event(objects.next());
        }
    }

    /** A comment, unless something is on its way already. */
    @Override
    public void ping() {
        synchronized (lock) {
            if (!writes.isEmpty()) {
                return;
            }
        }
        add(new Write(List.of(StreamText.HEARTBEAT).iterator(), () -> {}, failure -> {}));
    }

    /**
     * With the event {@code close} behind what the container holds already; all else that waits is dropped. Who does not read
     * that far in time is cut off.
     */
    @Override
    public void close(int code, String reason) {
        synchronized (lock) {
            if (closed || lastOne) {
                return;
            }
            lastOne = true;
            writes.clear(); // an event is written whole or not at all
        }
        add(new Write(List.of(StreamText.close(code, reason)).iterator(), this::finish, failure -> {}));
        CompletableFuture.delayedExecutor(LINGER.toMillis(), TimeUnit.MILLISECONDS, ending.threads())
                .execute(this::cut);
    }

    /** Harmless when the connection has ended. */
    private void cut() {
        ending.abort().run();
        finish();
    }

    @Override
    public boolean open() {
        return !closed;
    }

    @Override
    public void onWritePossible() {
        synchronized (lock) {
            begun = true;
        }
        push();
    }

    @Override
    public void onError(Throwable failure) {
        fail(failure);
    }

    private void add(Write write) {
        synchronized (lock) {
            writes.add(write);
        }
        push();
    }

    private void push() {
        try {
            for (Write done = writeOne(); done != null; done = writeOne()) {
                ending.heard().run();
                done.sent.run();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** The write that is through; null when there is none, or the container has no room. */
    private @Nullable Write writeOne() throws IOException {
        synchronized (lock) {
            while (begun && !closed && !writes.isEmpty() && out.isReady()) {
                Write write = writes.element();
                if (write.events.hasNext()) {
                    out.write(write.events.next().getBytes(StandardCharsets.UTF_8));
                } else if (!write.flushed) {
                    out.flush();
                    write.flushed = true;
                } else {
                    return writes.remove();
                }
            }
            return null;
        }
    }

    private void fail(Throwable failure) {
        LOG.log(Level.DEBUG, "a stream has ended: {0}", failure.getClass().getName());
        List<Write> lost;
        synchronized (lock) {
            lost = List.copyOf(writes);
            writes.clear();
        }
        cut();
        lost.forEach(write -> write.failed.accept(failure));
    }

    private void finish() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            writes.clear();
        }
        ending.ended().run();
        ending.threads().execute(this::complete);
    }

    private void complete() {
        try {
            exchange.complete();
        } catch (RuntimeException e) {
            LOG.log(
                    Level.DEBUG,
                    "a stream was completed already: {0}",
                    e.getClass().getName());
        }
    }
}
