package io.confab.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.confab.kernel.Configuration;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * Token buckets of this node (docs/protocol/v1.md section 5): per connection, per person, per person and room,
 * and of reads over HTTP per person. Bucket4j counts; a bounded cache forgets those that are full again. Thread-safe.
 */
@Singleton
public class RateLimits {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long MAX_BUCKETS = 200_000;

    private final GatewaySettings settings;
    private final TimeMeter time;
    private final LoadingCache<UserId, Bucket> perUser;
    private final LoadingCache<UserRoom, Bucket> perUserRoom;
    private final LoadingCache<UserId, Bucket> reads;

    private record UserRoom(UserId user, RoomId room) {}

    @Inject
    public RateLimits(Configuration configuration) {
        this(GatewaySettings.from(configuration), TimeMeter.SYSTEM_NANOTIME); // not moved when the clock is set
    }

    RateLimits(GatewaySettings settings, TimeMeter time) {
        this.settings = settings;
        this.time = time;
        this.perUser = cache(settings.userBurst(), settings.userMessages());
        this.perUserRoom = cache(settings.roomBurst(), settings.roomMessages());
        this.reads = cache(settings.readBurst(), settings.reads());
    }

    /** A bucket for the frames of one new connection. */
    Bucket forConnection() {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit -> limit.capacity(settings.connectionFrames())
                        .refillGreedy(settings.connectionFrames(), settings.connectionWindow()))
                .build();
    }

    /** Takes one frame from a connection's bucket. */
    Optional<Refusal> takeFrame(Bucket connection) {
        return take(connection, "connection", settings.connectionFrames());
    }

    /** Takes what one durable command costs its sender; messages also count per room. */
    Optional<Refusal> take(UserId user, RoomId room, RoomCommand command) {
        Optional<Refusal> refusal = take(user);
        if (refusal.isPresent() || !(command instanceof RoomCommand.PostMessage)) {
            return refusal;
        }
        return take(perUserRoom.get(new UserRoom(user, room)), "user_room", settings.roomBurst());
    }

    /** Takes one command that names no room yet. */
    Optional<Refusal> take(UserId user) {
        return take(perUser.get(user), "user", settings.userBurst());
    }

    /** Takes one read over HTTP. */
    Optional<Refusal> takeRead(UserId user) {
        return take(reads.get(user), "reads", settings.readBurst());
    }

    private static Optional<Refusal> take(Bucket bucket, String name, int limit) {
        var probe = bucket.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return Optional.empty();
        }
        Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusMillis(1);
        return Optional.of(new Refusal.RateLimited("too many; wait " + wait.toMillis() + " ms", wait, name, limit));
    }

    private <K> LoadingCache<K, Bucket> cache(int burst, int perSecond) {
        Duration untilFull = SECOND.multipliedBy(burst / perSecond + 1L);
        return Caffeine.newBuilder()
                .maximumSize(MAX_BUCKETS)
                .expireAfterAccess(untilFull)
                .ticker(time::currentTimeNanos)
                .build(key -> Bucket.builder()
                        .withCustomTimePrecision(time)
                        .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, SECOND))
                        .build());
    }
}
