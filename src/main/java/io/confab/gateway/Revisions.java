package io.confab.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.confab.identity.AccountChanged;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.UserId;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * The last known {@code rev} of the people on this node, for {@code pong}: kept so that a heartbeat costs no read, thrown
 * away when the account changes here or is found changed. Thread-safe.
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

    void changed(@Observes AccountChanged change) {
        known.invalidate(change.user());
    }
}
