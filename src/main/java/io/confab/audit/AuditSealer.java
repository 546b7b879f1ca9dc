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

    private final AuditChain chain;
    private final Clockwork clock = new Clockwork("confab-audit");

    @Inject
    public AuditSealer(AuditChain chain) {
        this.chain = chain;
    }

    void start(@Observes Startup event) {
        clock.every(PAUSE, this::seal);
    }

    @PreDestroy
    void stop() {
        clock.stop();
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
