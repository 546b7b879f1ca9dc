package io.confab.ops;

import io.confab.kernel.Tally;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Counts of handshakes since the start; the gateway counts, {@link Metrics} shows. Thread-safe. */
@Singleton
public class AdmissionMetrics {
    private final Tally<Handshake> counts = new Tally<>(Handshake.class);

    /** What became of a handshake at the node's own bounds; those of a person or an address are not counted here. */
    public enum Handshake {
        RESUMED,
        NEW,
        /** Without a valid token: taken only to be told so. */
        GUEST,
        REFUSED_RATE,
        REFUSED_OVERLOADED,
        REFUSED_DRAINING
    }

    @Inject
    public AdmissionMetrics() {}

    public void count(Handshake handshake) {
        counts.add(handshake);
    }

    public long counted(Handshake handshake) {
        return counts.of(handshake);
    }
}
