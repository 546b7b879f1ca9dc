package io.confab.gateway;

import io.confab.delivery.Socket;
import io.confab.kernel.Daemon;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Puts {@link FaultySocket} around each socket of a node that is to make faults; on any other it is not there at all. */
@Singleton
public class Faults {
    private static final System.Logger LOG = System.getLogger(Faults.class.getName());

    private final FaultSettings settings;
    private final AtomicLong sockets = new AtomicLong();
    private final @Nullable ExecutorService timer;

    @Inject
    public Faults(FaultSettings settings) {
        this.settings = settings;
        this.timer = settings.any() ? Executors.newSingleThreadExecutor(Daemon.named("confab-faults")) : null;
        if (settings.any()) {
            LOG.log(Level.WARNING, "this node makes faults on purpose (confab.faults): {0}", settings);
        }
    }

    /** The socket itself, or one that fails now and then. */
    Socket around(Socket socket) {
        return timer == null
                ? socket
                : new FaultySocket(socket, settings, settings.seed() + sockets.incrementAndGet(), timer);
    }

    @PreDestroy
    void stop() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
