package io.confab.delivery;

import io.confab.delivery.ChunkReads.Chunk;
import io.confab.delivery.Inbox.Arrivals;
import io.confab.delivery.Inbox.Arrived;
import io.confab.delivery.Inbox.ReadEnd;
import io.confab.delivery.Inbox.SeenHead;
import io.confab.delivery.Subscription.State;
import io.confab.kernel.Position;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.kernel.Utf8;
import io.confab.log.RoomReader.Head;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import io.confab.trace.Followed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts one room's events in order on this node, whatever way they come (own commits, the broker, reads of the log), each
 * once, encodes each once, and gives them to those who listen. A known number is dropped; a missing one is waited for
 * shortly, then read. Numbers are trusted only within one epoch; what does not fit is settled by a read of the head.
 *
 * <p>Longer than a rule allows, since all of it is one state under one lock. Order of locks: a room, then a connection.
 */
final class RoomSequencer extends Lane.Work {
    private static final System.Logger LOG = System.getLogger(RoomSequencer.class.getName());
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final int RUN_EVENTS = 64;

    private final RoomId room;
    private final RoomParts parts;
    private final Inbox inbox = new Inbox();
    private final ChunkReads chunks;

    private final Audience audience; // this and the following are guarded by this
    private final Tail tail;
    private final RecentArrivals recent = new RecentArrivals();
    private final TreeMap<Long, Arrived> held = new TreeMap<>();
    private @Nullable String epoch; // null: no position yet
    private long seen;
    private long target; // the log is known to reach this far
    private long redactions;
    private boolean reading;
    private boolean waiting;
    private boolean backingOff;
    private boolean headIsDue;
    private boolean filling;
    private final List<Runnable> afterFill = new ArrayList<>();
    private final List<Arrived> run = new ArrayList<>();
    private final List<String> runTexts = new ArrayList<>();
    private int runBytes;
    private long runs;
    private final List<Runnable> followed = new ArrayList<>(); // what is to be told once the lock is free
    private boolean retired;

    RoomSequencer(RoomId room, Lane lane, RoomParts parts) {
        super(lane);
        this.room = room;
        this.parts = parts;
        this.chunks = new ChunkReads(room, parts, this::readFailed);
        this.audience = new Audience(parts.metrics());
        this.tail = new Tail(parts.settings(), parts.tailBytes(), parts.encode());
    }

    RoomId room() {
        return room;
    }

    /** Events of this room, from anywhere, in any order. Any thread; never blocks. @param own this node committed them */
    void offer(List<LoggedEvent> events, boolean own) {
        inbox.events(events, own);
        mark();
    }

    /** A head read from the database; {@code before}: what was seen here when that read began. */
    void headRead(Head head, @Nullable Position before) {
        inbox.head(new SeenHead(head, before));
        mark();
    }

    /** Compares with the database soon. Any thread; never blocks. */
    void reload() {
        synchronized (this) {
            headIsDue = true;
        }
        mark();
    }

    /** Numbers seen without a hole; empty before the first. */
    synchronized Optional<Position> position() {
        return epoch == null ? Optional.empty() : Optional.of(new Position(epoch, seen));
    }

    @Override
    void turn() {
        Arrivals arrivals = inbox.take();
        List<Runnable> tellings;
        synchronized (this) {
            if (retired) {
                held.values().forEach(this::announce);
                held.clear();
                arrivals.events.forEach(this::announce);
                return;
            }
            boolean failed = true;
            try {
                takeAll(arrivals);
                failed = false;
            } finally {
                ended(arrivals, failed);
            }
            seekMissing(arrivals.missingIsDue || arrivals.readEnd == ReadEnd.EVENTS);
            tellings = List.copyOf(followed);
            followed.clear();
        }
        tellings.forEach(Runnable::run);
    }

    // --- order

    private void takeAll(Arrivals arrivals) {
        for (SeenHead head : arrivals.heads) {
            compare(head);
        }
        for (Arrived event : arrivals.events) {
            take(event);
        }
        for (LoggedEvent event : arrivals.read) {
            heal(event);
        }
        flush();
    }

    private void take(Arrived arrived) {
        LoggedEvent event = arrived.event();
        if (epoch == null) {
            hold(arrived);
        } else if (!event.epoch().equals(epoch)) {
            headIsDue = true;
        } else if (event.seq() == seen + 1) {
            accept(arrived);
            acceptHeld();
        } else if (event.seq() > seen) {
            hold(arrived);
        }
    }

    /** Takes what was read since it had not come by itself. */
    private void heal(LoggedEvent event) {
        long before = seen;
        take(new Arrived(event, Way.LOG));
        if (before == event.seq() - 1 && seen >= event.seq()) {
            parts.metrics().healed(1);
        }
    }

    private void hold(Arrived arrived) {
        held.put(arrived.event().seq(), arrived);
        if (held.size() > parts.settings().heldEvents()) {
            target = Math.max(target, held.pollLastEntry().getKey());
        }
    }

    private void acceptHeld() {
        while (!held.isEmpty() && held.firstKey() <= seen + 1) {
            Arrived next = held.pollFirstEntry().getValue();
            if (next.event().seq() == seen + 1 && next.event().epoch().equals(epoch)) {
                accept(next);
            } else {
                announce(next); // passed over: those who listen have it otherwise
            }
        }
    }

    private void announce(Arrived arrived) {
        parts.announcements().happened(List.of(arrived.event()));
    }

    private void accept(Arrived arrived) {
        LoggedEvent event = arrived.event();
        String text = parts.encode().apply(event);
        parts.metrics().encoded();
        seen = event.seq();
        tail.append(event, text);
        run.add(arrived);
        runTexts.add(text);
        runBytes += text.length();
        if (mayTakeTextAway(event.event())) {
            redactions++;
        }
        if (Announcements.changesMembership(event.event())) {
            flush(); // the removed person's last event goes out before the person goes
            Announcements.removed(event).ifPresent(user -> removed(user, event.seq()));
            parts.announcements().membershipChanged(event);
        } else if (run.size() >= RUN_EVENTS || runBytes > parts.settings().frameBytes() / 4) {
            flush();
        }
    }

    private void flush() {
        if (run.isEmpty()) {
            return;
        }
        var texts = List.copyOf(runTexts);
        long first = run.get(0).event().seq();
        long last = run.get(run.size() - 1).event().seq();
        long nowMillis = parts.clock().millis();
        long epochNanos = parts.nanos().getAsLong() - TimeUnit.MILLISECONDS.toNanos(nowMillis);
        run.forEach(each -> recent.add(each.event().seq(), nowMillis, each.way()));
        int sockets = audience.push(Parcel.live(texts, this, runs++, Births.of(run, epochNanos)), texts, first, last);
        List<Followed> given = parts.traces().of(room, first, last);
        if (!given.isEmpty()) {
            followed.add(() -> parts.traces().given(given, sockets));
        }
        run.clear();
        runTexts.clear();
        runBytes = 0;
    }

    // --- what is missing

    private void seekMissing(boolean now) {
        if (reading || backingOff) {
            return;
        }
        if (headIsDue) {
            readHead();
            return;
        }
        if (epoch == null || !isBehind()) {
            return;
        }
        long known = held.isEmpty() ? target : Math.max(target, held.firstKey() - 1);
        if (known - seen > parts.settings().heldEvents()) {
            jump(known);
        } else if (now || held.size() >= parts.settings().heldEvents()) {
            readMissing();
        } else if (!waiting) {
            waiting = true;
            dueIn(parts.settings().holeWait());
        }
    }

    private boolean isBehind() {
        return !held.isEmpty() || target > seen;
    }

    private void dueIn(Duration wait) {
        parts.reads().later(wait, () -> {
            inbox.missingIsDue();
            mark();
        });
    }

    private void readMissing() {
        reading = true;
        parts.metrics().holeRead();
        long after = seen;
        parts.reads().read(() -> {
            try {
                var events = parts.reader()
                        .events(
                                room,
                                after,
                                parts.settings().chunkEvents(),
                                parts.settings().chunkBytes());
                inbox.readEnded(events.isEmpty() ? ReadEnd.NOTHING : ReadEnd.EVENTS, events);
            } catch (RuntimeException | Error e) {
                readFailed(e);
                inbox.readEnded(ReadEnd.FAILED, List.of());
            }
            mark();
        });
    }

    private void readHead() {
        reading = true;
        headIsDue = false;
        Position before = epoch == null ? null : new Position(epoch, seen);
        parts.reads().read(() -> {
            try {
                parts.reader().head(room).ifPresent(head -> inbox.head(new SeenHead(head, before)));
                inbox.readEnded(ReadEnd.HEAD, List.of());
            } catch (RuntimeException | Error e) {
                readFailed(e);
                inbox.readEnded(ReadEnd.FAILED, List.of());
            }
            mark();
        });
    }

    /** What was waited for is over, whether what came could be taken or not: else nothing would ever be read again. */
    private void ended(Arrivals arrivals, boolean failed) {
        ReadEnd read = arrivals.readEnd;
        if (read != ReadEnd.NONE) {
            reading = false;
        }
        if (arrivals.missingIsDue) {
            waiting = false;
            backingOff = false;
        }
        headIsDue |= arrivals.overflow;
        if (failed || read == ReadEnd.NOTHING || read == ReadEnd.FAILED) {
            headIsDue = true; // looked at again after a pause
            backingOff = true;
            dueIn(AFTER_FAILURE);
        }
    }

    private void readFailed(Throwable e) {
        LOG.log( // the pool says once that the database is away
                System.Logger.Level.DEBUG,
                "room {0}: the log could not be read ({1}); trying again",
                room,
                e.getClass().getName());
    }

    private void compare(SeenHead read) {
        Head head = read.head();
        if (epoch == null) {
            place(head.epoch(), head.head());
        } else if (read.before() != null && !read.before().epoch().equals(epoch)) {
            return; // the read began before the last change of epoch
        } else if (!head.epoch().equals(epoch)
                || (read.before() != null && head.head() < read.before().seq())) {
            startAnew(head);
        } else {
            target = Math.max(target, head.head());
        }
    }

    /** So much is missing that pushing it would drown the sockets: those who listen pull it. */
    private void jump(long head) {
        flush();
        parts.metrics().healed(head - seen);
        List<Subscription> pulling = audience.pullFrom(seen, head);
        tail.clear();
        redactions++;
        seen = head;
        target = head;
        // before what is passed over is announced: who catches up is told of a removal when the replay gets there
        pulling.forEach(subscription -> subscription.connection().replay().add(subscription));
        acceptHeld();
        flush();
    }

    private void startAnew(Head head) {
        LOG.log(
                System.Logger.Level.ERROR,
                "room {0}: epoch {1} at {2} was seen, the database has epoch {3} at {4}; all who listen start anew",
                room,
                epoch,
                seen,
                head.epoch(),
                head.head());
        parts.metrics().epochAlarm();
        List<Subscription> over = audience.removeAll();
        tail.clear();
        redactions++;
        place(head.epoch(), head.head());
        parts.reads().each(over, this::tellEnd);
    }

    private void place(String newEpoch, long head) {
        epoch = newEpoch;
        seen = head;
        target = head;
        recent.clear();
        held.values()
                .removeIf(arrived ->
                        !arrived.event().epoch().equals(newEpoch)); // of before a restore: they would never fit
        acceptHeld();
    }

    /** Of one that has ended since the numbers were made anew. */
    private void tellEnd(Subscription subscription) {
        subscription.connection().replay().ended(subscription);
        parts.metrics().gap(Outcome.Reason.EPOCH);
        subscription.connection().send(Notices.gap(room, Outcome.Reason.EPOCH, String.valueOf(epoch), seen));
    }

    // --- who listens

    synchronized void register(Subscription subscription) {
        subscription.registered(epoch);
        audience.add(subscription);
    }

    synchronized void remove(Subscription subscription) {
        audience.remove(subscription);
    }

    /**
     * Membership is good where {@code ok} says that the database stands. Gives what is to be answered: that, or a gap when
     * the numbers were made anew since the subscription was registered.
     */
    synchronized Outcome admit(Subscription subscription, Outcome.Ok ok) {
        boolean isOther = epoch != null && !epoch.equals(ok.epoch());
        mark();
        if (subscription.hasEnded() || (isOther && !subscription.wasRegisteredIn(epoch))) {
            headIsDue |= isOther; // which of the two is the older one cannot be told
            return new Outcome.Gap(Outcome.Reason.EPOCH, String.valueOf(epoch), seen);
        }
        if (isOther) {
            audience.putAside(subscription);
            startAnew(new Head(ok.epoch(), ok.to()));
            register(subscription);
        } else if (epoch == null) {
            place(ok.epoch(), ok.to());
        } else {
            target = Math.max(target, ok.to());
        }
        subscription.admitted(ok.from() - 1, ok.to());
        return ok;
    }

    /** Begins to pull what an admitted subscription lacks, or tells that it has ended since; a second call does nothing. */
    void begin(Subscription subscription) {
        synchronized (this) {
            if (subscription.hasEnded()) {
                tellEnd(subscription);
            }
            if (subscription.state() != State.READY) {
                return;
            }
            subscription.catchUpTo(subscription.target());
        }
        subscription.connection().replay().add(subscription);
    }

    /**
     * Ends what this person was allowed at {@code checked}, where it was no longer, or before; null: there is no such room.
     * Gives them. What is not answered yet ends with the removal in the log.
     */
    synchronized List<Subscription> endOf(UserId user, @Nullable Head checked) {
        var over = audience.of(user).stream()
                .filter(Subscription::hasBegun)
                .filter(one -> checked == null || (checked.epoch().equals(epoch) && one.checkedAt() <= checked.head()))
                .toList();
        over.forEach(audience::remove);
        return over;
    }

    synchronized void push(String ephemeralText, Predicate<Connection> to) {
        audience.push(Parcel.of(Parcel.Kind.EPHEMERAL, ephemeralText), to);
    }

    synchronized Passage passage(long seq, Set<UserId> users) {
        return Passage.of(epoch, seen, recent.find(seq), audience.standing(seq, seen), users);
    }

    synchronized boolean isIdle() {
        return audience.isEmpty() && run.isEmpty();
    }

    synchronized Set<UserId> users() {
        return audience.users();
    }

    /** It is no longer served: what waits, and what somebody who still holds this brings later, is only announced. */
    void retire() {
        synchronized (this) {
            retired = true;
            tail.clear();
        }
        mark();
    }

    private void removed(UserId user, long seq) {
        for (Subscription over : audience.removedAt(user, seq)) {
            over.connection().replay().ended(over);
        }
    }

    // --- replay

    /** Gives the next part of a replay, of {@code mostBytes}, to the connection, or makes the subscription live. */
    synchronized Pulled pull(Subscription subscription, int mostBytes) {
        if (subscription.state() != State.CATCHING_UP) {
            return new Pulled.Done();
        }
        long cursor = subscription.cursor();
        if (cursor >= subscription.last()) {
            subscription.endRemoved();
            audience.remove(subscription);
            return new Pulled.Done();
        }
        if (cursor >= Math.max(seen, subscription.target())) {
            subscription.state(State.LIVE);
            return new Pulled.Done();
        }
        if (seen - cursor > parts.settings().replayLag()) {
            return lose(subscription, Outcome.Reason.TOO_FAR);
        }
        List<String> texts = tail.after(cursor, subscription.last(), mostBytes);
        boolean fillable = seen - cursor <= parts.settings().tailEvents();
        return texts.isEmpty() ? new Pulled.Read(cursor, redactions, fillable) : give(subscription, texts);
    }

    /** Gives what was read for a pull, unless a deletion came since: then it must be read again. */
    synchronized Pulled give(Subscription subscription, Pulled.Read read, Chunk chunk, int mostBytes) {
        List<LoggedEvent> events = chunk.events();
        boolean stale = read.redactions() != redactions || subscription.cursor() != read.after();
        if (stale || subscription.state() != State.CATCHING_UP) {
            return new Pulled.Some(0, 0);
        }
        long next = read.after() + 1;
        if (events.isEmpty() || events.get(0).seq() > next) {
            return lose(subscription, Outcome.Reason.EPOCH); // no log is shortened: these numbers are another log's
        }
        noteRemovals(events);
        var texts = new ArrayList<String>();
        int bytes = 2;
        for (int i = 0; i < events.size(); i++) {
            LoggedEvent event = events.get(i);
            if (event.seq() != next || !event.epoch().equals(epoch)) {
                headIsDue = true;
                mark();
                break;
            }
            String text = chunk.texts().get(i);
            bytes += Utf8.length(text) + 1;
            boolean full = bytes > mostBytes && !texts.isEmpty();
            if (full || event.seq() > subscription.last()) {
                break;
            }
            texts.add(text);
            next++;
        }
        return texts.isEmpty() ? new Pulled.Some(0, 0) : give(subscription, texts);
    }

    /** Reads what a pull lacks. {@code whenRead} runs on some thread, outside locks; empty: it could not be read. */
    void read(Pulled.Read wanted, Consumer<Optional<Chunk>> whenRead) {
        chunks.read(wanted, whenRead);
    }

    private Pulled give(Subscription subscription, List<String> texts) {
        Parcel part = Parcel.replay(texts, subscription);
        subscription.moveTo(subscription.cursor() + texts.size());
        subscription.connection().enqueue(part);
        return new Pulled.Some(part.events(), part.bytes());
    }

    private Pulled lose(Subscription subscription, Outcome.Reason reason) {
        audience.remove(subscription);
        return new Pulled.Lost(reason, String.valueOf(epoch), seen);
    }

    private void noteRemovals(List<LoggedEvent> events) {
        for (LoggedEvent event : events) {
            Announcements.removed(event).ifPresent(user -> removed(user, event.seq()));
        }
    }

    /** Fills the tail from the log, once for all who wait; each of {@code whenFilled} runs on some thread, outside locks. */
    void fill(Runnable whenFilled) {
        long first;
        long atRedactions;
        synchronized (this) {
            afterFill.add(whenFilled);
            if (filling) {
                return;
            }
            filling = true;
            first = Math.min(tail.first(), seen + 1);
            atRedactions = redactions;
        }
        parts.reads().read(() -> fillBefore(first, atRedactions));
    }

    private void fillBefore(long first, long atRedactions) {
        try {
            long after = Math.max(0, first - 1 - parts.settings().tailEvents());
            parts.metrics().replayRead();
            List<LoggedEvent> events = parts.reader()
                    .events(
                            room,
                            after,
                            Math.toIntExact(first - 1 - after),
                            parts.settings().tailBytes());
            prepend(events, events.stream().map(parts.encode()).toList(), first, atRedactions);
        } catch (RuntimeException | Error e) { // as above
            readFailed(e);
        }
        parts.reads().each(filled(), Runnable::run);
    }

    private synchronized void prepend(List<LoggedEvent> events, List<String> texts, long first, long atRedactions) {
        boolean fits = !events.isEmpty()
                && events.get(events.size() - 1).seq() == first - 1
                && events.get(0).epoch().equals(epoch)
                && Math.min(tail.first(), seen + 1) == first;
        if (fits && atRedactions == redactions && !retired) {
            noteRemovals(events);
            tail.prepend(events, texts);
        }
    }

    private synchronized List<Runnable> filled() {
        filling = false;
        var waiters = List.copyOf(afterFill);
        afterFill.clear();
        return waiters;
    }

    // --- what events mean for those who listen

    static boolean mayTakeTextAway(RoomEvent event) {
        return event instanceof RoomEvent.MessageDeleted
                || event instanceof RoomEvent.MessagesDeleted
                || event instanceof RoomEvent.Opaque;
    }

    @Override
    public String toString() {
        return "room " + room;
    }
}
