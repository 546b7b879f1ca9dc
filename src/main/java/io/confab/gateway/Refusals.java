package io.confab.gateway;

import io.confab.delivery.Connection;
import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.wire.ErrorCode;
import io.confab.wire.ServerFrames;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Tells a socket that something was refused, and counts it. Thread-safe. */
@Singleton
public class Refusals {
    private final DoorMetrics metrics;

    @Inject
    public Refusals(DoorMetrics metrics) {
        this.metrics = metrics;
    }

    /** @param id of the frame that is refused */
    void tell(Connection connection, @Nullable String id, Refusal refusal) {
        metrics.refused(ErrorCode.of(refusal));
        connection.send(ServerFrames.err(id, refusal));
    }

    void tellUnknownType(Connection connection, @Nullable String id) {
        metrics.refused(ErrorCode.UNKNOWN_TYPE);
        connection.send(ServerFrames.unknownType(id));
    }
}
