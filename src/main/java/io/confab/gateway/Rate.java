package io.confab.gateway;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;

/**
 * A token bucket as it is set: so many at once, then so many in each period. All there are, by the names by which
 * {@code welcome} announces them, all but that of control frames.
 */
record Rate(String name, int burst, int refill, Duration period) {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    /** Frames of one connection. */
    static Rate connection(GatewaySettings settings) {
        int frames = settings.connectionFrames();
        return new Rate("connection", frames, frames, settings.connectionWindow());
    }

    /** Pings and pongs of one connection: whoever passes it is not told but cut off, so it is not announced. */
    static Rate controlFrames(GatewaySettings settings) {
        int frames = settings.controlFrames();
        return new Rate("control", frames, frames, settings.connectionWindow());
    }

    /** Commands of one person. */
    static Rate user(GatewaySettings settings) {
        return new Rate("user", settings.userBurst(), settings.userCommands(), SECOND);
    }

    /** Messages of one person in one room. */
    static Rate userRoom(GatewaySettings settings) {
        return new Rate("user_room", settings.roomBurst(), settings.roomMessages(), SECOND);
    }

    /** Reads over HTTP of one person. */
    static Rate reads(GatewaySettings settings) {
        return new Rate("reads", settings.readBurst(), settings.reads(), SECOND);
    }

    /** Handshakes of one person. */
    static Rate handshakes(GatewaySettings settings) {
        return new Rate("handshakes", settings.userHandshakes(), settings.userHandshakes(), TEN_SECONDS);
    }

    /** Handshakes without a good token, of one network. */
    static Rate guestHandshakes(GatewaySettings settings) {
        return new Rate("guest_handshakes", settings.guestHandshakes(), settings.guestHandshakes(), TEN_SECONDS);
    }

    /** Calls without a token, of one network. */
    static Rate address(GatewaySettings settings) {
        return new Rate("address", settings.addressCalls(), settings.addressCalls(), TEN_SECONDS);
    }

    /** Handshakes of all together. */
    static Rate nodeHandshakes(AdmissionSettings settings) {
        return new Rate("node_handshakes", settings.burst(), settings.handshakes(), SECOND);
    }

    /** All that are announced. */
    static List<Rate> all(GatewaySettings gateway, AdmissionSettings admission) {
        return List.of(
                connection(gateway),
                user(gateway),
                userRoom(gateway),
                reads(gateway),
                handshakes(gateway),
                guestHandshakes(gateway),
                address(gateway),
                nodeHandshakes(admission));
    }

    /** From empty to full. */
    Duration window() {
        return period.multipliedBy(burst).dividedBy(refill);
    }

    /** The same, but what is not used is saved for so many periods. Begins with one burst. */
    Bucket saving(int periods, TimeMeter time) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit -> limit.capacity((long) burst * periods)
                        .refillGreedy(refill, period)
                        .initialTokens(burst))
                .build();
    }

    Bucket bucket(TimeMeter time) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit -> limit.capacity(burst).refillGreedy(refill, period))
                .build();
    }
}
