package io.confab.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.ops.DoorMetrics;
import io.confab.room.RoomCommand;
import io.confab.wire.RateBucket;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * Token buckets of this node (docs/protocol/v1.md, "Limits"): per connection, per person, per person and room, of reads
 * over HTTP per person, of handshakes per person or, without a valid token, per network, and of calls that need no token
 * per network. Bucket4j counts; a bounded cache forgets those that are full again. Thread-safe.
 */
@Singleton
public class RateLimits {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final long MAX_BUCKETS = 200_000;

    private final GatewaySettings settings;
    private final DoorMetrics metrics;
    private final TimeMeter time;
    private final LoadingCache<UserId, Bucket> perUser;
    private final LoadingCache<UserRoom, Bucket> perUserRoom;
    private final LoadingCache<UserId, Bucket> reads;
    private final LoadingCache<UserId, Bucket> handshakes;
    private final LoadingCache<String, Bucket> guestHandshakes;
    private final LoadingCache<String, Bucket> addressCalls;

    private record UserRoom(UserId user, RoomId room) {}

    @Inject
    public RateLimits(GatewaySettings settings, DoorMetrics metrics) {
        this(settings, metrics, TimeMeter.SYSTEM_NANOTIME); // not moved when the clock is set
    }

    RateLimits(GatewaySettings settings, DoorMetrics metrics, TimeMeter time) {
        this.settings = settings;
        this.metrics = metrics;
        this.time = time;
        this.perUser = cache(settings.userBurst(), settings.userCommands(), SECOND);
        this.perUserRoom = cache(settings.roomBurst(), settings.roomMessages(), SECOND);
        this.reads = cache(settings.readBurst(), settings.reads(), SECOND);
        this.handshakes = cache(settings.userHandshakes(), settings.userHandshakes(), TEN_SECONDS);
        this.guestHandshakes = cache(settings.guestHandshakes(), settings.guestHandshakes(), TEN_SECONDS);
        this.addressCalls = cache(settings.addressCalls(), settings.addressCalls(), TEN_SECONDS);
    }

    /** A bucket for the frames of one new connection. */
    Bucket forConnection() {
        return bucket(settings.connectionFrames(), settings.connectionFrames(), settings.connectionWindow());
    }

    /** A bucket for the pings and pongs of one new connection. */
    Bucket forControlFrames() {
        return bucket(settings.controlFrames(), settings.controlFrames(), settings.connectionWindow());
    }

    /** Takes one frame from a connection's bucket. */
    Optional<Refusal> takeFrame(Bucket connection) {
        return take(connection, RateBucket.CONNECTION, settings.connectionFrames());
    }

    /** Takes what one durable command costs its sender; messages also count per room. */
    Optional<Refusal> take(UserId user, RoomId room, RoomCommand command) {
        Optional<Refusal> refusal = take(user);
        if (refusal.isPresent() || !(command instanceof RoomCommand.PostMessage)) {
            return refusal;
        }
        return take(perUserRoom.get(new UserRoom(user, room)), RateBucket.USER_ROOM, settings.roomBurst());
    }

    /** Takes one command that names no room yet. */
    Optional<Refusal> take(UserId user) {
        return take(perUser.get(user), RateBucket.USER, settings.userBurst());
    }

    /** Takes one read over HTTP. */
    Optional<Refusal> takeRead(UserId user) {
        return take(reads.get(user), RateBucket.READS, settings.readBurst());
    }

    /** Takes one handshake of somebody whose token is good. */
    Optional<Refusal> takeHandshake(UserId user) {
        return take(handshakes.get(user), RateBucket.HANDSHAKES, settings.userHandshakes());
    }

    /** Takes one handshake without a valid token. */
    Optional<Refusal> takeHandshake(String network) {
        return take(guestHandshakes.get(network), RateBucket.HANDSHAKES, settings.guestHandshakes());
    }

    /** Takes one call over HTTP that needs no token. */
    Optional<Refusal> takeCall(String network) {
        return take(addressCalls.get(network), RateBucket.ADDRESS, settings.addressCalls());
    }

    private Optional<Refusal> take(Bucket bucket, RateBucket which, int limit) {
        var probe = bucket.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return Optional.empty();
        }
        metrics.limited(which);
        Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusMillis(1);
        return Optional.of(
                new Refusal.RateLimited("too many; wait " + wait.toMillis() + " ms", wait, which.word(), limit));
    }

    private <K> LoadingCache<K, Bucket> cache(int burst, int refill, Duration period) {
        Duration untilFull = period.multipliedBy(burst / refill + 1L);
        return Caffeine.newBuilder()
                .maximumSize(MAX_BUCKETS)
                .expireAfterAccess(untilFull)
                .ticker(time::currentTimeNanos)
                .build(key -> bucket(burst, refill, period));
    }

    private Bucket bucket(int burst, int refill, Duration period) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit -> limit.capacity(burst).refillGreedy(refill, period))
                .build();
    }
}
