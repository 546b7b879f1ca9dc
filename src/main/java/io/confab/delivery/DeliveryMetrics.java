package io.confab.delivery;

import io.confab.kernel.Histogram;
import io.confab.kernel.Tally;
import io.confab.wire.CloseCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts of delivery since the start, for io.confab.ops to show. */
@Singleton
public class DeliveryMetrics {
    private static final List<Duration> AGES = Stream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .map(Duration::ofMillis)
            .toList();

    private final Histogram agesOfOwn = new Histogram(AGES);
    private final Histogram agesOfOthers = new Histogram(AGES);
    private final Tally<CloseCode> closes = new Tally<>(CloseCode.class);
    private final Tally<Outcome.Reason> gaps = new Tally<>(Outcome.Reason.class);
    private final Tally<Resumed> resumes = new Tally<>(Resumed.class);
    private final LongAdder framesSent = new LongAdder();
    private final LongAdder eventsDelivered = new LongAdder();
    private final LongAdder eventsEncoded = new LongAdder();
    private final LongAdder ephemeralDropped = new LongAdder();
    private final LongAdder slowConsumers = new LongAdder();
    private final LongAdder holesRead = new LongAdder();
    private final LongAdder holesHealed = new LongAdder();
    private final LongAdder replayReads = new LongAdder();
    private final LongAdder epochAlarms = new LongAdder();
    private final LongAdder idleTimersSkipped = new LongAdder();
    private final LongAdder streams = new LongAdder();

    private final LongAdder waitingBytes = new LongAdder();

    @Inject
    public DeliveryMetrics() {}

    /** What came of a client's wish to go on from a number. */
    public enum Resumed {
        OK,
        GAP,
        NONE,
        TOO_MANY
    }

    /** Live events are given to a socket. All of a run count as old as the first of them, by who committed it. */
    void handedOver(Births births, long nowNanos) {
        record(agesOfOwn, births.own(), nowNanos - births.ownNanos());
        record(agesOfOthers, births.others(), nowNanos - births.othersNanos());
    }

    private static void record(Histogram ages, int events, long nanos) {
        if (events > 0) {
            ages.record(TimeUnit.NANOSECONDS.toMillis(nanos), events);
        }
    }

    void closed(CloseCode code) {
        closes.add(code);
    }

    void gap(Outcome.Reason reason) {
        gaps.add(reason);
    }

    void resumed(Outcome outcome) {
        resumes.add(
                switch (outcome) {
                    case Outcome.Ok ignored -> Resumed.OK;
                    case Outcome.Gap ignored -> Resumed.GAP;
                    case Outcome.None ignored -> Resumed.NONE;
                    case Outcome.TooMany ignored -> Resumed.TOO_MANY;
                });
    }

    /** From an event's time to its text's way to a socket; events that this node committed: one clock. */
    public Histogram agesOfOwn() {
        return agesOfOwn;
    }

    /** The same of other nodes' events: between two clocks. */
    public Histogram agesOfOthers() {
        return agesOfOthers;
    }

    /** Sockets closed by this node with this code. */
    public long closedCount(CloseCode code) {
        return closes.of(code);
    }

    /** Gaps told, at a resume or later. */
    public long gapCount(Outcome.Reason reason) {
        return gaps.of(reason);
    }

    public long resumedCount(Resumed outcome) {
        return resumes.of(outcome);
    }

    /** A connection is a stream. */
    public void streamOpened() {
        streams.increment();
    }

    /** That stream has ended. */
    public void streamEnded() {
        streams.decrement();
    }

    /** Open streams: connections that only send. */
    public long openStreams() {
        return streams.sum();
    }

    /** So many bytes more, or less, wait for a socket or are under way to it. */
    void waiting(int bytes) {
        waitingBytes.add(bytes);
    }

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

    void healed(long events) {
        holesHealed.add(events);
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

    /** Bytes of events and replies that wait for sockets or are under way to them now; what they share counts for each. */
    public long waitingBytes() {
        return waitingBytes.sum();
    }

    /** Sockets closed with 4302. */
    public long slowConsumersClosed() {
        return slowConsumers.sum();
    }

    /** Reads of the log because a number was missing. */
    public long holeReads() {
        return holesRead.sum();
    }

    /** Events that did not come by themselves and were read from the log: what the broker lost. */
    public long healedCount() {
        return holesHealed.sum();
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
