package io.confab.gateway;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Stands between an upgraded connection and the container's own WebSocket handler (docs/adr/0047): what is read passes the
 * socket's {@link Intake}, and a connection that was closed ends, when its peer has had the time to read why. Plain servlet API; a container that does not upgrade by
 * {@link HttpServletRequest#upgrade} goes past it.
 */
public final class MeteredUpgrade implements HttpUpgradeHandler {
    private static final System.Logger LOG = System.getLogger(MeteredUpgrade.class.getName());
    /** For a peer that goes on writing: whoever closes on unread bytes resets the connection, and our close code is lost. */
    private static final Duration LINGER = Duration.ofSeconds(1);
    /** For a peer that is slow but reads: what the server holds for it, and the close frame behind that. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private @Nullable HttpUpgradeHandler handler;
    private @Nullable Intake intake;

    /** For the container, which makes one for each upgrade. */
    public MeteredUpgrade() {}

    /** Upgrades the request, with a handler of the type that the container asks for behind one of these. */
    static <T extends HttpUpgradeHandler> T upgrade(HttpServletRequest request, Class<T> type, Intake intake)
            throws IOException, ServletException {
        T handler;
        try {
            handler = type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new ServletException("the upgrade handler " + type.getName() + " cannot be made", e);
        }
        var metered = request.upgrade(MeteredUpgrade.class);
        metered.handler = handler;
        metered.intake = intake;
        intake.over(GrizzlyConnection.of(request));
        return handler;
    }

    @Override
    public void init(WebConnection connection) {
        if (handler == null || intake == null) {
            throw new IllegalStateException("only for requests that came through the handshake filter");
        }
        handler.init(new Metered(connection, intake));
    }

    @Override
    public void destroy() {
        if (handler != null) {
            handler.destroy();
        }
    }

    @SuppressWarnings("try") // WebConnection.close may throw anything
    private static final class Metered implements WebConnection {
        private final WebConnection connection;
        private final Intake intake;
        private final AtomicBoolean closing = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        Metered(WebConnection connection, Intake intake) {
            this.connection = connection;
            this.intake = intake;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            return new MeteredInput(connection.getInputStream(), intake);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            return connection.getOutputStream();
        }

        /** Called when the close frame was written, and again when the peer is gone or the server stops. */
        @Override
        public void close() {
            if (closing.getAndSet(true)) {
                end();
                return;
            }
            intake.untilTheyClose(this::end);
            if (!closed.get()) {
                after(LINGER, this::end);
            }
            // Grizzly closes when all is written: a peer that never reads would keep its connection for ever
            // (docs/adr/0048)
            after(LONGEST, intake::abort);
        }

        private static void after(Duration time, Runnable end) {
            // else each would be a thread of the system's on a machine of two cores
            CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
                    .execute(end);
        }

        private void end() {
            if (closed.getAndSet(true)) {
                return;
            }
            try {
                connection.close();
            } catch (Exception e) {
                LOG.log(Level.DEBUG, "not closed: {0}", e.getClass().getName());
            }
        }
    }

    private static final class MeteredInput extends ServletInputStream {
        private final ServletInputStream in;
        private final Intake intake;

        MeteredInput(ServletInputStream in, Intake intake) {
            this.in = in;
            this.intake = intake;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            return count <= 0 ? count : intake.admit(bytes, offset, count);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            int count = read(one, 0, 1);
            return count <= 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
