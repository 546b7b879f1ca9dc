package io.confab.gateway;

import io.confab.kernel.Load;
import io.confab.kernel.Refusal;
import io.confab.ops.AdmissionMetrics;
import io.confab.ops.AdmissionMetrics.Handshake;
import io.confab.ops.Drain;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Whether this node takes one more connection for live events, whoever asks (docs/adr/0057): not when it drains, not when it
 * gives new connections up for its load, and not faster than it can greet people. Those who resume may take all of that
 * rate, the others what is above the share that is reserved. Thread-safe, never blocking.
 */
@Singleton
public class Admission {
    private static final Refusal ELSEWHERE =
            new Refusal.Unavailable("this node is about to stop; another one takes you", Duration.ofSeconds(1));

    private final BooleanSupplier draining;
    private final Load load;
    private final AdmissionMetrics metrics;
    private final Bucket bucket;
    private final long reserved;
    private final long mostSeconds;

    @Inject
    public Admission(Drain drain, Load load, AdmissionMetrics metrics, AdmissionSettings settings) {
        this(drain::begun, load, metrics, settings, TimeMeter.SYSTEM_NANOTIME);
    }

    Admission(
            BooleanSupplier draining, Load load, AdmissionMetrics metrics, AdmissionSettings settings, TimeMeter time) {
        this.draining = draining;
        this.load = load;
        this.metrics = metrics;
        this.bucket = Rate.nodeHandshakes(settings).bucket(time);
        this.reserved = (long) settings.burst() * settings.reservedPercent() / 100;
        this.mostSeconds = settings.retryAfter().toSeconds();
    }

    /**
     * Why not now, and how long to wait; empty: it is taken, and counted.
     *
     * @param resumes says that it was connected before; believed only of who has signed in
     */
    Optional<Refusal> refusal(boolean resumes) {
        if (draining.getAsBoolean()) {
            metrics.count(Handshake.REFUSED_DRAINING);
            return Optional.of(ELSEWHERE);
        }
        Optional<Refusal> shed = load.refusal(Load.Kind.CONNECTIONS);
        if (shed.isPresent()) {
            metrics.count(Handshake.REFUSED_OVERLOADED);
            return shed;
        }
        boolean mayTake = resumes || bucket.getAvailableTokens() > reserved; // two at once may pass it by one
        if (!mayTake || !bucket.tryConsume(1)) {
            metrics.count(Handshake.REFUSED_RATE);
            Duration wait = Duration.ofSeconds(1 + ThreadLocalRandom.current().nextLong(mostSeconds));
            return Optional.of(new Refusal.Unavailable("too many come at once; try again", wait));
        }
        metrics.count(resumes ? Handshake.RESUMED : Handshake.NEW);
        return Optional.empty();
    }
}
