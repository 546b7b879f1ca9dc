package io.confab.log;

import io.confab.kernel.Ids;
import io.confab.room.RoomDecisions;
import io.confab.store.Transactions;
import io.confab.trace.Traces;
import java.time.Clock;

/** What one writer works with. */
record Writing(
        Transactions transactions,
        AccountRows accounts,
        RoomDecisions decisions,
        RequestMac mac,
        LogSettings settings,
        LogMetrics metrics,
        Traces traces,
        Clock clock,
        Ids ids,
        Iterable<AppendWitness> witnesses) {}
