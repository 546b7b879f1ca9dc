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

/** Has {@link AuditChain} seal what was written since the last second, for as long as the node lives. */
@Singleton
public class AuditSealer {
    private static final System.Logger LOG = System.getLogger(AuditSealer.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final AuditChain chain;
    private final Clockwork clock = new Clockwork("confab-audit");
    private volatile Duration waiting = Duration.ZERO;

    @Inject
    public AuditSealer(AuditChain chain) {
        this.chain = chain;
    }

    void start(@Observes Startup event) {
        clock.every(PAUSE, this::seal);
        clock.every(LOOK, this::look);
    }

    @PreDestroy
    void stop() {
        clock.stop();
    }

    /**
     * For how long what comes next has waited for its seal, whichever node is to give it, as it was when this node looked last;
     * nothing waits longer than a second or two where one seals.
     */
    public Duration waiting() {
        return waiting;
    }

    private void look() {
        waiting = chain.waiting();
    }

    /** While the database is away nothing is written either: sealed when it is back. */
    private void seal() {
        try {
            chain.seal();
        } catch (StoreFailure e) {
            if (!e.mayBeTriedAgain()) {
                throw e;
            }
            LOG.log(Level.DEBUG, "the audit trail is not sealed just now: {0}", e.getMessage());
        }
    }
}
