package io.confab.delivery;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.MessageBody;
import io.confab.room.RoomEvent;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomRole;
import io.confab.room.RoomState;
import io.confab.room.SanctionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A log in memory of rooms with members; deletions empty what they delete, as the real one does. */
final class FakeLog implements RoomReader {
    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Map<RoomId, Room> rooms = new HashMap<>();
    private int reads;
    private int failures;
    private Runnable beforeEventsReturn = () -> {};
    private Runnable beforeChunkReturns = () -> {};
    private Runnable beforeAccessReturns = () -> {};
    private CountDownLatch events = new CountDownLatch(0);

    private static final class Room {
        String epoch = "e1";
        final List<LoggedEvent> events = new ArrayList<>();
        final Set<UserId> members = new HashSet<>();
        final Set<UserId> banned = new HashSet<>();
    }

    synchronized LoggedEvent append(RoomId room, UserId by, RoomEvent event) {
        Room r = rooms.computeIfAbsent(room, id -> new Room());
        var logged = new LoggedEvent(room, r.epoch, r.events.size() + 1, by, NOW, null, event);
        r.events.add(logged);
        project(r, event);
        return logged;
    }

    synchronized LoggedEvent post(RoomId room, UserId by, String text) {
        return append(room, by, posted(text));
    }

    static RoomEvent posted(String text) {
        return new RoomEvent.MessagePosted(
                new MessageBody("text", text, "{\"text\":\"" + text + "\",\"type\":\"text\"}"), null, null, List.of());
    }

    private static void project(Room r, RoomEvent event) {
        if (event instanceof RoomEvent.MemberJoined joined) {
            r.members.add(joined.user());
        } else if (event instanceof RoomEvent.MemberLeft left) {
            r.members.remove(left.user());
        } else if (event instanceof RoomEvent.SanctionSet set && set.kind() == SanctionKind.BAN) {
            r.banned.add(set.user());
        } else if (event instanceof RoomEvent.SanctionLifted lifted && lifted.kind() == SanctionKind.BAN) {
            r.banned.remove(lifted.user());
        } else if (event instanceof RoomEvent.MessageDeleted deleted) {
            empty(r, deleted.target());
        } else if (event instanceof RoomEvent.MessagesDeleted deleted) {
            deleted.targets().forEach(target -> empty(r, target));
        }
    }

    /** As another node's transaction does, by an event that this one may not know. */
    synchronized void empty(RoomId room, long seq) {
        empty(rooms.get(room), seq);
    }

    private static void empty(Room r, long seq) {
        int i = Math.toIntExact(seq - 1);
        LoggedEvent e = r.events.get(i);
        var emptied = new RoomEvent.MessagePosted(null, null, null, List.of());
        r.events.set(i, new LoggedEvent(e.room(), e.epoch(), e.seq(), e.by(), e.ts(), e.cid(), emptied));
    }

    /** As after a restore: the log ends at {@code head} and has another epoch. */
    synchronized void restore(RoomId room, String epoch, int head) {
        Room r = rooms.get(room);
        r.epoch = epoch;
        List<LoggedEvent> kept = new ArrayList<>(r.events.subList(0, head));
        r.events.clear();
        kept.forEach(e -> r.events.add(new LoggedEvent(room, epoch, e.seq(), e.by(), e.ts(), e.cid(), e.event())));
    }

    synchronized void failNextReads(int count) {
        failures = count;
    }

    synchronized int reads() {
        return reads;
    }

    /** Runs once, after the next read of events has been made and before it returns. */
    synchronized void beforeEventsReturn(Runnable action) {
        beforeEventsReturn = action;
    }

    /** Runs once, after the next read of events from number 3 on, not of those that fill a tail. */
    synchronized void beforeChunkReturns(Runnable action) {
        beforeChunkReturns = action;
    }

    /** Reads of events wait until {@link #releaseEvents}. */
    synchronized void holdEvents() {
        events = new CountDownLatch(1);
    }

    synchronized void releaseEvents() {
        events.countDown();
    }

    /** Runs once, after the next check of membership has been made and before it returns. */
    synchronized void beforeAccessReturns(Runnable action) {
        beforeAccessReturns = action;
    }

    @Override
    public synchronized Optional<Head> head(RoomId room) {
        maybeFail();
        return Optional.ofNullable(rooms.get(room)).map(r -> new Head(r.epoch, r.events.size()));
    }

    @Override
    public Map<RoomId, Head> heads(Collection<RoomId> wanted) {
        var heads = new HashMap<RoomId, Head>();
        wanted.forEach(room -> head(room).ifPresent(head -> heads.put(room, head)));
        return heads;
    }

    @Override
    public List<LoggedEvent> events(RoomId room, long after, int limit, int maxBytes) {
        List<LoggedEvent> read;
        Runnable then;
        awaitRelease();
        synchronized (this) {
            reads++;
            maybeFail();
            read = read(rooms.get(room).events, after, limit, maxBytes);
            then = after == 2 ? beforeChunkReturns : beforeEventsReturn;
            if (after == 2) {
                beforeChunkReturns = () -> {};
            } else {
                beforeEventsReturn = () -> {};
            }
        }
        then.run();
        return read;
    }

    private void awaitRelease() {
        CountDownLatch held;
        synchronized (this) {
            held = events;
        }
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<LoggedEvent> read(List<LoggedEvent> all, long after, int limit, int maxBytes) {
        var read = new ArrayList<LoggedEvent>();
        int bytes = 0;
        for (LoggedEvent e : all.subList(Math.toIntExact(after), all.size())) {
            bytes += e.event() instanceof RoomEvent.MessagePosted posted && posted.body() != null
                    ? posted.body().json().length()
                    : 0;
            if (read.size() == limit || (bytes > maxBytes && !read.isEmpty())) {
                break;
            }
            read.add(e);
        }
        return read;
    }

    @Override
    public Optional<Access> access(RoomId room, UserId user) {
        Optional<Access> access;
        Runnable then;
        synchronized (this) {
            maybeFail();
            access = Optional.ofNullable(rooms.get(room)).map(r -> access(room, r, user));
            then = beforeAccessReturns;
            beforeAccessReturns = () -> {};
        }
        then.run();
        return access;
    }

    private static Access access(RoomId room, Room r, UserId user) {
        var state = new RoomState(
                room,
                r.epoch,
                r.events.size(),
                RoomKind.PRIVATE,
                "general",
                "",
                RoomMode.OPEN,
                Duration.ZERO,
                false,
                r.members.size(),
                NOW);
        var membership = new Membership(
                user,
                r.members.contains(user) ? RoomRole.MEMBER : null,
                null,
                r.banned.contains(user) ? Membership.FOREVER : null,
                null);
        return new Access(state, membership, GlobalRole.USER, false);
    }

    private void maybeFail() {
        if (failures > 0) {
            failures--;
            throw new IllegalStateException("the database is away");
        }
    }
}
