package io.confab.delivery;

import io.confab.kernel.Position;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.CommitListener;
import io.confab.log.RoomReader;
import io.confab.log.RoomReader.Head;
import io.confab.room.EventJson;
import io.confab.room.LoggedEvent;
import io.confab.trace.Traces;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The rooms that this node serves: those somebody here listens to, or did a short while ago. Takes events from own commits
 * and from the broker, and heads from the database. Thread-safe; never blocks.
 */
@Singleton
public class Sequencers implements CommitListener {
    private final DeliverySettings settings;
    private final RoomParts parts;
    private final Lanes lanes;
    private final LongSupplier nanos;
    private final Map<RoomId, Served> rooms = new ConcurrentHashMap<>();

    /** A room with its use; replaced, never changed. @param starting starts of subscriptions in progress */
    private record Served(RoomSequencer sequencer, long usedNanos, int starting) {}

    @Inject
    public Sequencers(
            DeliverySettings settings,
            DeliveryMetrics metrics,
            Traces traces,
            RoomReader reader,
            Reads reads,
            Announcements announcements,
            Lanes lanes,
            Clock clock) {
        this(
                settings,
                metrics,
                traces,
                reader,
                reads,
                announcements,
                lanes,
                EventJson::encode,
                clock,
                System::nanoTime);
    }

    Sequencers(
            DeliverySettings settings,
            DeliveryMetrics metrics,
            Traces traces,
            RoomReader reader,
            Reads reads,
            Announcements announcements,
            Lanes lanes,
            Function<LoggedEvent, String> encode,
            Clock clock,
            LongSupplier nanos) {
        this.settings = settings;
        this.parts = new RoomParts(
                settings, metrics, traces, reader, reads, clock, nanos, encode, announcements, new AtomicLong());
        this.lanes = lanes;
        this.nanos = nanos;
    }

    void start(@Observes Startup startup) {
        parts.reads().repeat(settings.idleRoom().dividedBy(4).plus(Duration.ofMillis(1)), this::forgetIdle);
    }

    @Override
    public void committed(RoomId room, String epoch, List<LoggedEvent> events) {
        arrived(room, events, true);
    }

    /** Events of other nodes, of one room, known or not, in any order. */
    public void offer(RoomId room, List<LoggedEvent> events) {
        arrived(room, events, false);
    }

    private void arrived(RoomId room, List<LoggedEvent> events, boolean own) {
        Served served = rooms.get(room);
        if (served == null) {
            parts.announcements().happened(events);
        } else {
            served.sequencer().offer(events, own);
        }
    }

    /** A head just read from the database; {@code before}: what {@link #seen} gave before that read began. */
    public void headRead(RoomId room, Head head, Position before) {
        Served served = rooms.get(room);
        if (served != null) {
            served.sequencer().headRead(head, before);
        }
    }

    /** Compares the room with the database soon. */
    public void reload(RoomId room) {
        Served served = rooms.get(room);
        if (served != null) {
            served.sequencer().reload();
        }
    }

    /** The rooms served, each with the last number seen without a hole. */
    public Map<RoomId, Position> seen() {
        var positions = new HashMap<RoomId, Position>();
        rooms.forEach(
                (room, served) -> served.sequencer().position().ifPresent(position -> positions.put(room, position)));
        return positions;
    }

    /** How an event stands here; empty: this node does not serve the room, since nobody here listens to it. */
    public Optional<Passage> passage(RoomId room, long seq, Set<UserId> users) {
        return find(room).map(sequencer -> sequencer.passage(seq, users));
    }

    /** Rooms served just now. */
    public int count() {
        return rooms.size();
    }

    /** Bytes of all tails. */
    public long tailBytes() {
        return parts.tailBytes().get();
    }

    Optional<RoomSequencer> find(RoomId room) {
        return Optional.ofNullable(rooms.get(room)).map(Served::sequencer);
    }

    /** The room's sequencer, for the start of a subscription; {@link #started} must follow. */
    RoomSequencer starting(RoomId room) {
        return rooms.compute(room, (id, served) -> {
                    var sequencer = served == null ? new RoomSequencer(id, lanes.of(id), parts) : served.sequencer();
                    int starting = served == null ? 1 : served.starting() + 1;
                    return new Served(sequencer, nanos.getAsLong(), starting);
                })
                .sequencer();
    }

    /**
     * A start has ended. A room that nobody was admitted to is not served any longer: the client may have made its name up,
     * and what such a sequencer holds back nobody would hear of.
     */
    void started(RoomId room) {
        rooms.computeIfPresent(room, (id, served) -> {
            int starting = served.starting() - 1;
            if (starting == 0
                    && served.sequencer().isIdle()
                    && served.sequencer().position().isEmpty()) {
                served.sequencer().retire();
                return null;
            }
            return new Served(served.sequencer(), served.usedNanos(), starting);
        });
    }

    void forgetIdle() {
        long now = nanos.getAsLong();
        for (RoomId room : rooms.keySet()) {
            rooms.computeIfPresent(room, (id, served) -> {
                if (served.starting() > 0 || !served.sequencer().isIdle()) {
                    return new Served(served.sequencer(), now, served.starting());
                }
                boolean idle = now - served.usedNanos() > settings.idleRoom().toNanos();
                if (!idle) {
                    return served;
                }
                served.sequencer().retire();
                return null;
            });
        }
    }
}
