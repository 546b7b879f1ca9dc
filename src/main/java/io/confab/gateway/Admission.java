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
    private final Bucket guests;
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
        this.guests = Rate.nodeHandshakes(settings).bucket(time);
        this.reserved = (long) settings.burst() * settings.reservedPercent() / 100;
        this.mostSeconds = settings.retryAfter().toSeconds();
    }

    /** Who comes. */
    enum Newcomer {
        /** Without a valid token: is only told why it is closed, and takes nothing of what the others have. */
        GUEST(Handshake.GUEST),
        NEW(Handshake.NEW),
        /** Says that it was connected before. */
        RESUMING(Handshake.RESUMED);

        private final Handshake taken;

        Newcomer(Handshake taken) {
            this.taken = taken;
        }
    }

    /** Why not now, and how long to wait; empty: it is taken, and counted. */
    Optional<Refusal> refusal(Newcomer who) {
        if (draining.getAsBoolean()) {
            metrics.count(Handshake.REFUSED_DRAINING);
            return Optional.of(ELSEWHERE);
        }
        Optional<Refusal> shed = load.refusal(Load.Kind.CONNECTIONS);
        if (shed.isPresent()) {
            metrics.count(Handshake.REFUSED_OVERLOADED);
            return shed;
        }
        if (!takes(who)) {
            metrics.count(Handshake.REFUSED_RATE);
            Duration wait = Duration.ofSeconds(1 + ThreadLocalRandom.current().nextLong(mostSeconds));
            return Optional.of(new Refusal.Unavailable("too many come at once; try again", wait));
        }
        metrics.count(who.taken);
        return Optional.empty();
    }

    private boolean takes(Newcomer who) {
        return switch (who) {
            case GUEST -> guests.tryConsume(1);
            case NEW ->
                bucket.getAvailableTokens() > reserved && bucket.tryConsume(1); // two at once may pass it by one
            case RESUMING -> bucket.tryConsume(1);
        };
    }
}
