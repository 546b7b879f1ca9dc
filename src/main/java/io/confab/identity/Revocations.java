package io.confab.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * What this node knows of access tokens that are signed and not yet expired, and worth nothing all the same: those of
 * sign-ins ended, and of people suspended, during the last token lifetime. Older entries are dropped, since no token is
 * that old. Filled at the start and every second by {@link AccountReader}, at once by what happens on this node and by
 * what other nodes tell. Thread-safe.
 */
@Singleton
public class Revocations {
    /** A token may be signed at the moment of the revocation, and clocks of nodes differ. */
    static final Duration SLACK = Duration.ofMinutes(1);

    private final Clock clock;
    private final Cache<SignInId, Boolean> ended;
    private final Cache<UserId, Suspension> suspended;

    @Inject
    public Revocations(TokenSettings settings, Clock clock) {
        Duration keep = settings.lifetime().plus(SLACK);
        this.clock = clock;
        this.ended = expiring(keep, clock);
        this.suspended = expiring(keep, clock);
    }

    /** @param rev the account's counter as it was with the suspension */
    private record Suspension(Instant until, long rev) {}

    /** From now on tokens of this sign-in are refused on this node. */
    public void revoked(SignInId signIn) {
        ended.put(signIn, true);
    }

    /** From now on, and until {@code until}, tokens of this person are refused on this node. */
    public void suspended(UserId user, Instant until, long rev) {
        suspended.put(user, new Suspension(until, rev));
    }

    /**
     * The account is not suspended: tokens that still live are good again. Means nothing when it was read before the
     * suspension was committed.
     */
    public void restored(UserId user, long rev) {
        suspended.asMap().computeIfPresent(user, (key, known) -> rev < known.rev() ? known : null);
    }

    boolean isRevoked(SignInId signIn) {
        return ended.getIfPresent(signIn) != null;
    }

    boolean isSuspended(UserId user) {
        Suspension known = suspended.getIfPresent(user);
        return known != null && clock.instant().isBefore(known.until());
    }

    // Bounded by what can happen in one token lifetime, not by a number: to forget one would let its token in again.
    private static <K, V> Cache<K, V> expiring(Duration keep, Clock clock) {
        return Caffeine.newBuilder()
                .expireAfterWrite(keep)
                .ticker(() -> Math.multiplyExact(clock.millis(), 1_000_000L))
                .build();
    }
}
