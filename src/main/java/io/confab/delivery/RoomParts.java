package io.confab.delivery;

import io.confab.log.RoomReader;
import io.confab.room.LoggedEvent;
import io.confab.trace.Traces;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What every room of this node is served with.
 *
 * @param nanos a clock that only goes forward, in nanoseconds
 * @param encode the one encoder of events (EventJson)
 * @param tailBytes bytes of all tails together
 */
record RoomParts(
        DeliverySettings settings,
        DeliveryMetrics metrics,
        Traces traces,
        RoomReader reader,
        Reads reads,
        Clock clock,
        LongSupplier nanos,
        Function<LoggedEvent, String> encode,
        Announcements announcements,
        AtomicLong tailBytes) {}
