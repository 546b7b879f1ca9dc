package io.confab.delivery;

import io.confab.log.RoomReader;
import io.confab.room.LoggedEvent;
import io.confab.trace.Traces;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What every room of this node is served with.
 *
 * @param encode the one encoder of events (EventJson)
 * @param tailBytes bytes of all tails together
 */
record RoomParts(
        DeliverySettings settings,
        DeliveryMetrics metrics,
        Traces traces,
        RoomReader reader,
        Reads reads,
        Function<LoggedEvent, String> encode,
        Announcements announcements,
        AtomicLong tailBytes) {}
