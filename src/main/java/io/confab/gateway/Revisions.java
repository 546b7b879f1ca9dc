package io.confab.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import io.confab.fanout.AccountSeen;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.UserId;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * The last known {@code rev} of the people on this node, for {@code pong}: kept for as long as they are here, so that a
 * heartbeat costs no read and is answered while the database is away; replaced within a second or two of any change, here or
 * on another node. It only grows, unless all accounts are read anew after trouble. Thread-safe.
 */
@Singleton
public class Revisions {
    /** Longer than a client is silent. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private static final long MAX_PEOPLE = 200_000;

    private final LoadingCache<UserId, Long> known;

    @Inject
    public Revisions(AccountReader accounts) {
        this(user -> accounts.standing(user).map(Standing::rev).orElse(0L), Ticker.systemTicker());
    }

    Revisions(ToLongFunction<UserId> read, Ticker time) {
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_PEOPLE)
                .expireAfterAccess(KEPT)
                .ticker(time)
                .build(read::applyAsLong);
    }

    long of(UserId user) {
        return known.get(user);
    }

    /** Read a moment ago. */
    void learned(UserId user, long rev) {
        known.asMap().merge(user, rev, Math::max);
    }

    /** After a failover to a standby that lagged, the counter is behind what was known, and its next numbers are news. */
    void seen(@Observes AccountSeen account) {
        if (account.anew()) {
            known.put(account.user(), account.rev());
        } else {
            learned(account.user(), account.rev());
        }
    }
}
