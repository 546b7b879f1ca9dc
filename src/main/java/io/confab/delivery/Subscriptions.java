package io.confab.delivery;

import io.confab.kernel.Position;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.log.RoomReader.Access;
import io.confab.log.RoomReader.Head;
import io.confab.wire.ClientFrame.Cursor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Who listens to which room on this node. A subscription is registered first, then membership is checked in the database
 * and the head read in the same statement; after the answer it pulls what the client lacks, then becomes live, so nothing
 * is missed and nothing comes twice. A removal is the last event that the removed person gets. Thread-safe.
 */
@Singleton
public class Subscriptions {
    private static final System.Logger LOG = System.getLogger(Subscriptions.class.getName());
    private static final Duration RECHECK = Duration.ofSeconds(1);
    private static final Duration AHEAD_SAID_EACH = Duration.ofMinutes(1);

    private final Sequencers sequencers;
    private final Connections connections;
    private final RoomReader reader;
    private final Reads reads;
    private final DeliveryMetrics metrics;
    private final Clock clock;
    private final DeliverySettings settings;
    private final AtomicReference<Instant> aheadSaid = new AtomicReference<>(Instant.EPOCH);

    @Inject
    public Subscriptions(
            Sequencers sequencers,
            Connections connections,
            RoomReader reader,
            Reads reads,
            DeliveryMetrics metrics,
            Clock clock,
            DeliverySettings settings) {
        this.sequencers = sequencers;
        this.connections = connections;
        this.reader = reader;
        this.reads = reads;
        this.metrics = metrics;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Asks to listen to a room, in place of any earlier subscription of this connection to it. Blocks for one database
     * read; throws {@code io.confab.store.StoreFailure}, and then nothing is subscribed.
     *
     * @param from what the client has
     * @param replayBudget events that may still be replayed to this connection
     * @return only after {@link Outcome.Ok} does anything follow, and only once {@link #begin} was called
     */
    public Outcome start(Connection connection, RoomId room, Cursor from, int replayBudget) {
        return startAll(connection, Map.of(room, from), 1, replayBudget)
                .values()
                .iterator()
                .next();
    }

    /**
     * Asks to listen to several rooms, with one budget of events to replay and one database read. As many as {@code maxRooms}
     * are looked at, whatever comes of them: a client may name rooms that do not exist. When the read fails, nothing is
     * subscribed.
     */
    public Map<RoomId, Outcome> startAll(Connection connection, Map<RoomId, Cursor> rooms, int maxRooms) {
        return startAll(connection, rooms, maxRooms, settings.replayTotal());
    }

    private Map<RoomId, Outcome> startAll(
            Connection connection, Map<RoomId, Cursor> rooms, int maxRooms, int replayBudget) {
        var started = new ArrayList<RoomId>();
        var claimed = new LinkedHashMap<RoomId, Subscription>();
        var kept = new HashSet<Subscription>();
        try {
            for (var asked : rooms.entrySet().stream().limit(maxRooms).toList()) {
                RoomId room = asked.getKey();
                stop(connection, room);
                var subscription = new Subscription(
                        connection, sequencers.starting(room), asked.getValue().seq() != null);
                started.add(room);
                if (connection.replay().claim(subscription)) {
                    claimed.put(room, subscription);
                    subscription.sequencer().register(subscription);
                } else {
                    drop(subscription);
                }
            }
            var accesses = reader.accesses(claimed.keySet(), connection.caller().user());
            return outcomes(rooms, claimed, accesses, replayBudget, kept);
        } finally {
            claimed.values().stream().filter(s -> !kept.contains(s)).forEach(this::drop);
            started.forEach(sequencers::started);
        }
    }

    /** @param kept takes those that go on */
    private Map<RoomId, Outcome> outcomes(
            Map<RoomId, Cursor> rooms,
            Map<RoomId, Subscription> claimed,
            Map<RoomId, Access> accesses,
            int replayBudget,
            Set<Subscription> kept) {
        var outcomes = new LinkedHashMap<RoomId, Outcome>();
        int budget = replayBudget;
        for (var room : rooms.entrySet()) {
            Subscription subscription = claimed.get(room.getKey());
            Access access = accesses.get(room.getKey());
            Outcome outcome = access == null ? new Outcome.None() : decide(access, room.getValue(), budget);
            if (subscription == null) {
                outcome = new Outcome.TooMany(settings.roomsPerConnection());
            } else if (outcome instanceof Outcome.Ok ok) {
                budget -= Math.toIntExact(Math.max(0, ok.to() - ok.from() + 1));
                outcome = subscription.sequencer().admit(subscription, ok);
                if (outcome instanceof Outcome.Ok) {
                    kept.add(subscription);
                }
            }
            if (subscription == null || subscription.connection().isOpen()) { // who hung up meanwhile was told nothing
                count(room.getValue(), outcome);
            }
            outcomes.put(room.getKey(), outcome);
        }
        return outcomes;
    }

    private void count(Cursor from, Outcome outcome) {
        if (from.seq() != null) {
            metrics.resumed(outcome);
        }
        if (outcome instanceof Outcome.Gap gap) {
            metrics.gap(gap.reason());
        }
    }

    /**
     * Lets it flow, after the answer has been queued: first the replay, then what happens.
     *
     * @return completes when the replay has been queued in full (or never will be, since the subscription has ended), on
     *     some thread, where what follows must not block; a frame sent then comes after the replay
     */
    public CompletionStage<Void> begin(Connection connection, RoomId room) {
        return connection.replay().find(room).map(this::begin).orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /** Ends a subscription; harmless when there is none. */
    public void stop(Connection connection, RoomId room) {
        connection.replay().find(room).ifPresent(this::drop);
    }

    public Set<RoomId> of(Connection connection) {
        return connection.replay().rooms();
    }

    /** Whether the connection listens to the room: then membership was checked, and no removal has come since. */
    public boolean listens(Connection connection, RoomId room) {
        return connection.replay().find(room).map(s -> !s.hasEnded()).orElse(false);
    }

    /** The rooms the connection listens to, with the last number this node has seen in each (for {@code pong}). */
    public Map<RoomId, Position> positions(Connection connection) {
        var positions = new HashMap<RoomId, Position>();
        for (Subscription subscription : connection.replay().subscriptions()) {
            if (!subscription.hasEnded()) {
                subscription.sequencer().position().ifPresent(position -> positions.put(subscription.room(), position));
            }
        }
        return positions;
    }

    /** Sends an ephemeral event to those of this node who are live in the room; lossy by design. Never blocks. */
    public void toRoom(RoomId room, String ephemeralText, Predicate<Connection> to) {
        sequencers.find(room).ifPresent(sequencer -> sequencer.push(ephemeralText, to));
    }

    /** People of this node who listen to the room. */
    public Set<UserId> usersIn(RoomId room) {
        return sequencers.find(room).map(RoomSequencer::users).orElse(Set.of());
    }

    /**
     * What this person listens to here beside {@code allowed} ends: with the removal in the room's log, or, when that does
     * not come within a second and the database still says so, at once. Never blocks.
     */
    public void keepOnly(UserId user, Set<RoomId> allowed) {
        var lost = new HashSet<RoomId>();
        for (Connection connection : connections.of(user)) {
            lost.addAll(connection.replay().rooms());
        }
        lost.removeAll(allowed);
        for (RoomId room : lost) {
            sequencers.reload(room);
            reads.later(RECHECK, () -> reads.read(() -> cut(user, room)));
        }
    }

    static boolean mayListen(Access access, Instant now) {
        return !access.suspended() && access.membership().isActiveAt(now);
    }

    /** A cursor without an epoch means the present one; without a number, the head. */
    private Outcome decide(Access access, Cursor from, int replayBudget) {
        String epoch = access.state().epoch();
        long head = access.state().head();
        Long seq = from.seq();
        if (!mayListen(access, clock.instant())) {
            // only who was in the room can name its epoch; to anybody else it must be as if it were not there
            return seq != null && epoch.equals(from.epoch())
                    ? new Outcome.Gap(Outcome.Reason.LEFT, epoch, seq)
                    : new Outcome.None();
        }
        if (seq == null) {
            return new Outcome.Ok(epoch, head + 1, head);
        }
        if (from.epoch() != null && !epoch.equals(from.epoch())) {
            return new Outcome.Gap(Outcome.Reason.EPOCH, epoch, head);
        }
        if (seq > head) {
            noteAhead(access.state().room(), seq, head);
            return new Outcome.Gap(Outcome.Reason.AHEAD, epoch, head);
        }
        if (head - seq > Math.min(settings.replayRoom(), replayBudget)) {
            return new Outcome.Gap(Outcome.Reason.TOO_FAR, epoch, head);
        }
        return new Outcome.Ok(epoch, seq + 1, head);
    }

    /** A number that this epoch gave out and lost: a restore or a failover without new epochs, or a client's invention. */
    private void noteAhead(RoomId room, long seq, long head) {
        Instant now = clock.instant();
        Instant said = Objects.requireNonNull(aheadSaid.get());
        if (said.plus(AHEAD_SAID_EACH).isBefore(now) && aheadSaid.compareAndSet(said, now)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "room {0}: a client has number {1}, the log ends at {2}; if the database was set back, give the rooms"
                            + " new epochs (docs/operations.md, Backup and restore)",
                    room,
                    seq,
                    head);
        }
    }

    private CompletionStage<Void> begin(Subscription subscription) {
        subscription.sequencer().begin(subscription);
        connections.listening(subscription.connection(), subscription.room());
        if (subscription.hasEnded()) {
            subscription.caughtUp().complete(null); // whoever ended it may have found nothing that waits
        }
        return subscription.caughtUp();
    }

    private void drop(Subscription subscription) {
        subscription.sequencer().remove(subscription);
        subscription.connection().replay().ended(subscription);
        subscription.caughtUp().complete(null);
    }

    private void cut(UserId user, RoomId room) {
        Access access = reader.access(room, user).orElse(null);
        if (access != null && mayListen(access, clock.instant())) {
            return;
        }
        Head checked = access == null
                ? null
                : new Head(access.state().epoch(), access.state().head());
        sequencers.find(room).ifPresent(sequencer -> {
            for (Subscription over : sequencer.endOf(user, checked)) {
                drop(over);
                over.connection().send(Notices.roomRemoved(room));
            }
        });
    }
}
