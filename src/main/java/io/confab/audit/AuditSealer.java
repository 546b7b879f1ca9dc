package io.confab.audit;

import io.confab.kernel.Clockwork;
import io.confab.store.StoreFailure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Has {@link AuditChain} seal what was written since the last second, for as long as the node lives. */
@Singleton
public class AuditSealer {
    private static final System.Logger LOG = System.getLogger(AuditSealer.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final AuditChain chain;
    private final Clockwork work = new Clockwork("confab-audit");
    private volatile Duration waiting = Duration.ZERO;
    /** In nanoseconds; since then a look has failed each time, and not for want of the database. */
    private volatile @Nullable Long blindSince;

    private boolean failing; // of the clock's thread

    @Inject
    public AuditSealer(AuditChain chain) {
        this.chain = chain;
    }

    void start(@Observes Startup event) {
        work.every(PAUSE, this::seal);
        work.every(LOOK, this::look);
    }

    @PreDestroy
    void stop() {
        work.stop();
    }

    /**
     * For how long what comes next has waited for its seal, whichever node is to give it, as it was when this node looked last;
     * nothing waits longer than a second or two where one seals. While nobody can tell, for how long that has been so.
     */
    public Duration waiting() {
        Long blind = blindSince;
        return blind == null ? waiting : Duration.ofNanos(System.nanoTime() - blind);
    }

    void look() {
        try {
            waiting = chain.waiting();
            blindSince = null;
        } catch (RuntimeException e) {
            if (e instanceof StoreFailure store && store.mayBeTriedAgain()) {
                LOG.log(Level.DEBUG, "what waits for its seal was not asked for: {0}", e.getMessage());
                return;
            }
            blindSince = blindSince == null ? (Long) System.nanoTime() : blindSince;
            throw e;
        }
    }

    /** While the database is away nothing is written either: sealed when it is back. */
    private void seal() {
        try {
            chain.seal();
            failing = false;
        } catch (StoreFailure e) {
            if (!e.mayBeTriedAgain()) {
                throw e;
            }
            LOG.log(
                    failing ? Level.DEBUG : Level.WARNING,
                    "the audit trail is not sealed just now: {0}",
                    e.getMessage());
            failing = true;
        }
    }
}
