package io.confab.gateway;

import io.confab.kernel.Daemon;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The time that a call's body may take to arrive (docs/adr/0048). A thread waits for it, and the server's own timeout begins
 * anew with each byte. Of whoever takes longer nothing more is read, and their connection ends. Thread-safe.
 */
@Singleton
public class BodyTime {
    private static final System.Logger LOG = System.getLogger(BodyTime.class.getName());

    private final Duration time;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Daemon.named("confab-body-timer"));

    @Inject
    public BodyTime(GatewaySettings settings) {
        this.time = settings.bodyTime();
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Lets the call go on its way; its connection ends if then its body is still not there in time. */
    void within(HttpServletRequest request, CallShares.Call call) throws IOException, ServletException {
        if (!hasBody(request)) {
            call.go();
            return;
        }
        var connection = GrizzlyConnection.of(request);
        if (connection.bodyIsWhole()) {
            call.go();
            return;
        }
        Future<?> end = timer.schedule(() -> end(connection), time.toMillis(), TimeUnit.MILLISECONDS);
        try {
            call.go();
        } finally {
            end.cancel(false);
        }
    }

    static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    private static void end(GrizzlyConnection connection) {
        if (!connection.bodyIsWhole()) {
            LOG.log(Level.DEBUG, "a call's body did not come in time: nothing more is taken of it");
            connection.endInput();
        }
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
    }
}
