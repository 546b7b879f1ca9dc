package io.confab.admin;

import io.confab.identity.ConsoleSignIns;
import io.confab.kernel.Clockwork;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.omnifaces.cdi.Push;
import org.omnifaces.cdi.PushContext;
import org.omnifaces.cdi.push.SocketEvent;
import org.omnifaces.cdi.push.SocketEvent.Closed;
import org.omnifaces.cdi.push.SocketEvent.Opened;

/**
 * Pushes the overview's figures to those who look at it: one task for all of them, and none while nobody looks. Whose
 * sign-in is over, or who is no longer staff, gets nothing more, although the socket is still open; the page then says so.
 */
@Singleton
public class OverviewPush {
    private static final String CHANNEL = "overview";

    private final Overview overview;
    private final PushContext push;
    private final Duration every;
    private final Viewers viewers;
    private final Clockwork clock = new Clockwork("confab-console-push");
    private @Nullable Runnable end; // of the pushes; null: nobody looks

    @Inject
    OverviewPush(
            Overview overview,
            ConsoleSignIns signIns,
            @Push(channel = CHANNEL) PushContext push,
            ConsoleSettings settings) {
        this.overview = overview;
        this.viewers = new Viewers(CHANNEL, signIns);
        this.push = push;
        this.every = settings.push();
    }

    /**
     * Made before the first page: in the thread of an upgrade OmniFaces would ask for a session, which there cannot be one of
     * (its cookie is for /admin alone), and that page's socket would stay open without a word.
     */
    void start(@Observes Startup startup) {}

    synchronized void opened(@Observes @Opened SocketEvent event) {
        if (viewers.isOf(event)) {
            viewers.opened(event.getUser());
            if (end == null) {
                clock.after(Duration.ZERO, this::tick);
                end = clock.every(every, this::tick);
            }
        }
    }

    synchronized void closed(@Observes @Closed SocketEvent event) {
        if (viewers.isOf(event)) {
            viewers.closed(event.getUser());
            if (viewers.isEmpty() && end != null) {
                end.run();
                end = null;
            }
        }
    }

    /** Whether anybody looks. */
    synchronized boolean isRunning() {
        return end != null;
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    private void tick() {
        push.send(overview.getFigures().asMap(), viewers.staff());
    }
}
