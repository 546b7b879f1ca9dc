package io.confab.gateway;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import io.confab.fanout.AccountSeen;
import io.confab.identity.AccountReader;
import io.confab.identity.Standing;
import io.confab.kernel.UserId;
import io.confab.store.StoreFailure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * The last known {@code rev} of the people on this node, for {@code pong}: kept so that a heartbeat costs no read, and
 * replaced within a second or two of any change, here or on another node. Looked up anew now and then; while the database is
 * away it stays what it was, since a heartbeat must be answered all the same. Thread-safe.
 */
@Singleton
public class Revisions {
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final long MAX_PEOPLE = 200_000;

    private final LoadingCache<UserId, Long> known;

    @Inject
    public Revisions(AccountReader accounts) {
        this(user -> accounts.standing(user).map(Standing::rev).orElse(0L), Ticker.systemTicker());
    }

    Revisions(ToLongFunction<UserId> read, Ticker time) {
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_PEOPLE)
                .refreshAfterWrite(FRESH)
                .executor(Runnable::run)
                .ticker(time)
                .build(new CacheLoader<>() {
                    @Override
                    public Long load(UserId user) {
                        return read.applyAsLong(user);
                    }

                    @Override
                    public Long reload(UserId user, Long before) {
                        try {
                            return load(user);
                        } catch (StoreFailure e) {
                            return before;
                        }
                    }
                });
    }

    long of(UserId user) {
        return known.get(user);
    }

    /** Read just now. */
    void learned(UserId user, long rev) {
        known.put(user, rev);
    }

    void seen(@Observes AccountSeen account) {
        learned(account.user(), account.rev());
    }
}
