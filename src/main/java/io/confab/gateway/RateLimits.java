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
    private static final long MAX_BUCKETS = 200_000;
    private static final int PINGS_SAVED = 6;

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
        this.perUser = cache(Rate.user(settings));
        this.perUserRoom = cache(Rate.userRoom(settings));
        this.reads = cache(Rate.reads(settings));
        this.handshakes = cache(Rate.handshakes(settings));
        this.guestHandshakes = cache(Rate.guestHandshakes(settings));
        this.addressCalls = cache(Rate.address(settings));
    }

    /** A bucket for the frames of one new connection. */
    Bucket forConnection() {
        return Rate.connection(settings).bucket(time);
    }

    /** A bucket for the pings and pongs of one new connection. After silence it has more: they may have waited for this node. */
    Bucket forControlFrames() {
        return Rate.controlFrames(settings).saving(PINGS_SAVED, time);
    }

    /** Takes one frame from a connection's bucket. */
    Optional<Refusal> takeFrame(Bucket connection) {
        return take(connection, RateBucket.CONNECTION, Rate.connection(settings));
    }

    /** Takes what one durable command costs its sender; messages also count per room. */
    Optional<Refusal> take(UserId user, RoomId room, RoomCommand command) {
        Optional<Refusal> refusal = take(user);
        if (refusal.isPresent() || !(command instanceof RoomCommand.PostMessage)) {
            return refusal;
        }
        return take(perUserRoom.get(new UserRoom(user, room)), RateBucket.USER_ROOM, Rate.userRoom(settings));
    }

    /** Takes one command that names no room yet. */
    Optional<Refusal> take(UserId user) {
        return take(perUser.get(user), RateBucket.USER, Rate.user(settings));
    }

    /** Takes one read over HTTP. */
    Optional<Refusal> takeRead(UserId user) {
        return take(reads.get(user), RateBucket.READS, Rate.reads(settings));
    }

    /** Takes one handshake of somebody whose token is good. */
    Optional<Refusal> takeHandshake(UserId user) {
        return take(handshakes.get(user), RateBucket.HANDSHAKES, Rate.handshakes(settings));
    }

    /** Takes one handshake without a valid token. */
    Optional<Refusal> takeHandshake(String network) {
        return take(guestHandshakes.get(network), RateBucket.HANDSHAKES, Rate.guestHandshakes(settings));
    }

    /** Takes one call over HTTP that needs no token. */
    Optional<Refusal> takeCall(String network) {
        return take(addressCalls.get(network), RateBucket.ADDRESS, Rate.address(settings));
    }

    private Optional<Refusal> take(Bucket bucket, RateBucket which, Rate rate) {
        var probe = bucket.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return Optional.empty();
        }
        metrics.limited(which);
        Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusMillis(1);
        return Optional.of(new Refusal.RateLimited(
                "too many; wait " + wait.toMillis() + " ms", wait, which.word(), rate.burst(), rate.window()));
    }

    private <K> LoadingCache<K, Bucket> cache(Rate rate) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_BUCKETS)
                .expireAfterAccess(rate.window().plus(rate.period()))
                .ticker(time::currentTimeNanos)
                .build(key -> rate.bucket(time));
    }
}
