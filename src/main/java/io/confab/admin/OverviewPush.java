package io.confab.admin;

import io.confab.identity.ConsoleSignIns;
import io.confab.kernel.Clockwork;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final ConsoleSignIns signIns;
    private final PushContext push;
    private final Duration every;
    private final Map<Viewer, Integer> viewers = new HashMap<>();
    private final Clockwork clock = new Clockwork("confab-console-push");
    private @Nullable Runnable end; // of the pushes; null: nobody looks

    @Inject
    OverviewPush(
            Overview overview,
            ConsoleSignIns signIns,
            @Push(channel = CHANNEL) PushContext push,
            ConsoleSettings settings) {
        this.overview = overview;
        this.signIns = signIns;
        this.push = push;
        this.every = settings.push();
    }

    synchronized void opened(@Observes @Opened SocketEvent event) {
        if (event.getChannel().equals(CHANNEL)) {
            Viewer viewer = event.getUser();
            viewers.merge(viewer, 1, Integer::sum);
            if (end == null) {
                clock.after(Duration.ZERO, this::tick);
                end = clock.every(every, this::tick);
            }
        }
    }

    synchronized void closed(@Observes @Closed SocketEvent event) {
        if (event.getChannel().equals(CHANNEL)) {
            Viewer viewer = event.getUser();
            viewers.computeIfPresent(viewer, (key, sockets) -> sockets == 1 ? null : sockets - 1);
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

    private synchronized List<Viewer> viewing() {
        return List.copyOf(viewers.keySet());
    }

    private void tick() {
        List<Viewer> staff = viewing().stream()
                .filter(viewer -> signIns.find(viewer.user(), viewer.signIn()).isPresent())
                .toList();
        push.send(overview.getFigures().asMap(), staff);
    }
}
