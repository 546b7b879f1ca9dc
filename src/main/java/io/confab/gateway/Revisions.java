package io.confab.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.confab.fanout.AccountSeen;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.UserId;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * The last known {@code rev} of the people on this node, for {@code pong}: kept so that a heartbeat costs no read, and
 * replaced within a second or two of any change, here or on another node. Thread-safe.
 */
@Singleton
public class Revisions {
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final long MAX_PEOPLE = 200_000;

    private final LoadingCache<UserId, Long> known;

    @Inject
    public Revisions(AccountReader accounts) {
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_PEOPLE)
                .expireAfterWrite(FRESH)
                .build(user -> accounts.standing(user).map(Standing::rev).orElse(0L));
    }

    long of(UserId user) {
        return known.get(user);
    }

    void seen(@Observes AccountSeen account) {
        known.put(account.user(), account.rev());
    }
}
