package io.confab.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.LongAdder;

/** Counts of delivery since the start, for io.confab.ops to show. */
@Singleton
public class DeliveryMetrics {
    private final LongAdder framesSent = new LongAdder();
    private final LongAdder eventsDelivered = new LongAdder();
    private final LongAdder eventsEncoded = new LongAdder();
    private final LongAdder ephemeralDropped = new LongAdder();
    private final LongAdder slowConsumers = new LongAdder();
    private final LongAdder holesRead = new LongAdder();
    private final LongAdder replayReads = new LongAdder();
    private final LongAdder epochAlarms = new LongAdder();
    private final LongAdder idleTimersSkipped = new LongAdder();

    @Inject
    public DeliveryMetrics() {}

    void frameSent() {
        framesSent.increment();
    }

    void delivered(int events) {
        eventsDelivered.add(events);
    }

    void encoded() {
        eventsEncoded.increment();
    }

    void ephemeralDropped() {
        ephemeralDropped.increment();
    }

    void slowConsumer() {
        slowConsumers.increment();
    }

    void holeRead() {
        holesRead.increment();
    }

    void replayRead() {
        replayReads.increment();
    }

    void epochAlarm() {
        epochAlarms.increment();
    }

    void idleTimerSkipped() {
        idleTimersSkipped.increment();
    }

    /** Timers that Tyrus did not get to set ({@link TyrusGuard}); 0 while messages flow: the guard does not work. */
    public long idleTimersSkippedCount() {
        return idleTimersSkipped.sum();
    }

    /** Frames given to sockets; several events may share one. */
    public long framesSent() {
        return framesSent.sum();
    }

    /** Live events queued for sockets: events times receivers. */
    public long eventsDelivered() {
        return eventsDelivered.sum();
    }

    /** Events made into text; once per event and node, replays from the log beside. */
    public long eventsEncoded() {
        return eventsEncoded.sum();
    }

    /** Ephemeral events dropped because a queue was over half full. */
    public long ephemeralEventsDropped() {
        return ephemeralDropped.sum();
    }

    /** Sockets closed with 4302. */
    public long slowConsumersClosed() {
        return slowConsumers.sum();
    }

    /** Reads of the log because a number was missing. */
    public long holeReads() {
        return holesRead.sum();
    }

    /** Reads of the log for replays. */
    public long replayReadCount() {
        return replayReads.sum();
    }

    /** Rooms whose numbers went back or were made anew under this node. */
    public long epochAlarmCount() {
        return epochAlarms.sum();
    }
}
