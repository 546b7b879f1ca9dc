package io.confab.log;

import io.confab.kernel.Caller;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.room.Creation;
import io.confab.room.Decision;
import io.confab.room.EventJson;
import io.confab.room.Facts;
import io.confab.room.LoggedEvent;
import io.confab.room.Membership;
import io.confab.room.RoomCommand;
import io.confab.room.RoomDecisions;
import io.confab.room.RoomEvent;
import io.confab.room.RoomEvolution;
import io.confab.room.RoomRules;
import io.confab.room.RoomState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The log without a database: each call is its own transaction, done when it returns. Held to the same contract as the
 * real one, so that it cannot lie. Thread-safe by one lock.
 */
public final class InMemoryRoomLog implements RoomLog, RoomReader {
    private final RoomDecisions decisions;
    private final Clock clock;
    private final Ids ids = new Ids();
    private final Map<UserId, Account> accounts = new LinkedHashMap<>();
    private final Set<SignInId> endedSignIns = new HashSet<>();
    private final Map<RoomId, Room> rooms = new LinkedHashMap<>();
    private final Map<String, RoomId> directRooms = new HashMap<>();
    private final Map<CidOf, First> firsts = new HashMap<>();

    public InMemoryRoomLog(RoomRules rules, Clock clock) {
        this.decisions = new RoomDecisions(rules);
        this.clock = clock;
    }

    private record Account(String username, GlobalRole role, boolean suspended) {}

    private record CidOf(UserId sender, String cid) {}

    /** @param request what came with the cid: {@code [room, command]}, or {@code [command]} of a creation */
    private record First(List<Object> request, Answer.Accepted answer) {}

    private static final class Room {
        RoomState state;
        final List<LoggedEvent> events = new ArrayList<>();
        final Map<UserId, Membership> people = new LinkedHashMap<>();
        final Map<Long, Facts.Message> messages = new HashMap<>();
        Map<Long, Long> pins = Map.of();
        /** Events as they were, whose texts moderators took away, by number; and the message that each is about. */
        final Map<Long, LoggedEvent> withheld = new HashMap<>();

        Room(RoomState state) {
            this.state = state;
        }

        Membership person(UserId user) {
            return people.getOrDefault(user, Membership.none(user));
        }
    }

    /** Adds an account, or changes what it may do. */
    public synchronized void account(UserId user, String username, GlobalRole role, boolean suspended) {
        accounts.put(user, new Account(username, role, suspended));
    }

    public synchronized void endSignIn(SignInId signIn) {
        endedSignIns.add(signIn);
    }

    @Override
    public synchronized CompletionStage<Answer> submit(Submission submission) {
        return CompletableFuture.completedFuture(answer(submission));
    }

    private Answer answer(Submission s) {
        Account account =
                s.signIn() == null ? new Account("Confab", GlobalRole.MODERATOR, false) : accounts.get(s.sender());
        if (account == null || (s.signIn() != null && endedSignIns.contains(s.signIn()))) {
            return new Answer.Refused(new Refusal.Unauthorized("this sign-in has ended"));
        }
        String cid = s.cid() == null ? ids.cid() : s.cid();
        List<Object> request = List.of(s.room(), s.command());
        First first = firsts.get(new CidOf(s.sender(), cid));
        if (first != null) {
            return again(first, request);
        }
        Room room = rooms.get(s.room());
        if (room == null) {
            return new Answer.Refused(RoomDecisions.NO_SUCH_ROOM);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return switch (decisions.decide(room.state, s.command(), facts(room, s, account), s.verdict(), now)) {
            case Decision.Refused refused -> new Answer.Refused(refused.refusal());
            case Decision.Already already -> accepted(room, already.seq(), cid, true);
            case Decision.Happens happens -> {
                long seq = append(room, s.sender(), cid, happens.events(), now);
                append(room, UserId.SERVER, null, happens.byServer(), now);
                yield remember(s.sender(), cid, request, accepted(room, seq, cid, false));
            }
        };
    }

    @Override
    public synchronized CompletionStage<Answer> create(Caller caller, RoomCommand.CreateRoom command, String cid) {
        return CompletableFuture.completedFuture(created(caller, command, cid));
    }

    private Answer created(Caller caller, RoomCommand.CreateRoom command, String cid) {
        Account account = accounts.get(caller.user());
        if (account == null || endedSignIns.contains(caller.signIn())) {
            return new Answer.Refused(new Refusal.Unauthorized("this sign-in has ended"));
        }
        List<Object> request = List.of(command);
        First first = firsts.get(new CidOf(caller.user(), cid));
        if (first != null) {
            return again(first, request);
        }
        return switch (decisions.create(command, actor(caller.user(), account), accounts.keySet())) {
            case Creation.Refused refused -> new Answer.Refused(refused.refusal());
            case Creation.Created created -> found(caller.user(), created, request, cid);
        };
    }

    private Answer found(UserId creator, Creation.Created created, List<Object> request, String cid) {
        RoomId winner = created.directKey() == null ? null : directRooms.get(created.directKey());
        if (winner != null) {
            return accepted(room(winner), 1, cid, true);
        }
        RoomId id = ids.room();
        Room room = new Room(RoomEvolution.nothing(id, ids.epoch()));
        rooms.put(id, room);
        if (created.directKey() != null) {
            directRooms.put(created.directKey(), id);
        }
        append(room, creator, cid, created.events(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
        return remember(creator, cid, request, accepted(room, 1, cid, false));
    }

    private static Answer again(First first, List<Object> request) {
        Answer.Accepted a = first.answer();
        return first.request().equals(request)
                ? new Answer.Accepted(a.room(), a.epoch(), a.seq(), a.ts(), a.cid(), true)
                : new Answer.Refused(new Refusal.CidConflict("this cid was used for another request"));
    }

    private Answer remember(UserId sender, String cid, List<Object> request, Answer.Accepted answer) {
        firsts.put(new CidOf(sender, cid), new First(request, answer));
        return answer;
    }

    private static Answer.Accepted accepted(Room room, long seq, String cid, boolean duplicate) {
        Instant ts = room.events.get((int) seq - 1).ts();
        return new Answer.Accepted(room.state.room(), room.state.epoch(), seq, ts, cid, duplicate);
    }

    /** Appends events with the room's next numbers; the number of the first. */
    private static long append(Room room, UserId by, @Nullable String cid, List<RoomEvent> events, Instant now) {
        long first = room.state.head() + 1;
        Instant ts = room.state.next(now);
        for (RoomEvent event : events) {
            long seq = room.state.head() + 1;
            var logged = new LoggedEvent(
                    room.state.room(), room.state.epoch(), seq, by, ts, seq == first ? cid : null, event);
            about(logged)
                    .forEach(
                            user -> room.people.put(user, RoomEvolution.evolve(room.person(user), room.state, logged)));
            room.state = RoomEvolution.evolve(room.state, logged);
            room.events.add(logged);
            room.pins = RoomEvolution.evolve(room.pins, logged);
            changeMessages(room, logged);
        }
        return first;
    }

    private static void changeMessages(Room room, LoggedEvent logged) {
        switch (logged.event()) {
            case RoomEvent.MessagePosted posted ->
                room.messages.put(
                        logged.seq(),
                        new Facts.Message(
                                logged.seq(),
                                logged.by(),
                                logged.ts(),
                                new Facts.Text(Objects.requireNonNull(posted.body()), posted.mentions(), null),
                                null));
            case RoomEvent.MessageEdited edited ->
                room.messages.computeIfPresent(
                        edited.target(),
                        (seq, m) -> m.saying(
                                new Facts.Text(Objects.requireNonNull(edited.body()), edited.mentions(), logged.ts())));
            case RoomEvent.MessageDeleted deleted -> takeAway(room, logged, deleted.target(), deleted.hidden());
            case RoomEvent.MessagesDeleted deleted ->
                deleted.targets().forEach(seq -> takeAway(room, logged, seq, false));
            case RoomEvent.MessageRestored restored -> {
                room.messages.computeIfPresent(
                        restored.target(),
                        (seq, m) -> m.saying(new Facts.Text(
                                Objects.requireNonNull(restored.body()), restored.mentions(), restored.editedAt())));
                room.events.replaceAll(e -> isAbout(e, restored.target()) ? room.withheld.getOrDefault(e.seq(), e) : e);
                room.withheld.values().removeIf(e -> isAbout(e, restored.target()));
            }
            default -> {} // no other changes a message
        }
    }

    private static void takeAway(Room room, LoggedEvent by, long target, boolean hidden) {
        boolean kept = Objects.requireNonNull(room.messages.get(target)).keepsText(by.by(), hidden);
        room.messages.computeIfPresent(target, (seq, m) -> m.takenAway(by.seq(), by.by(), hidden));
        for (LoggedEvent e : room.events) {
            if (kept && isAbout(e, target) && EventJson.bodyOf(e.event()) != null) {
                room.withheld.put(e.seq(), e);
            }
        }
        if (!kept) {
            room.withheld.values().removeIf(e -> isAbout(e, target));
        }
        room.events.replaceAll(e -> redacted(e, target));
    }

    private static boolean isAbout(LoggedEvent e, long target) {
        Long about = EventJson.target(e.event());
        return about == null ? e.seq() == target : about == target;
    }

    /** The people whose row an event may change. */
    private static Set<UserId> about(LoggedEvent logged) {
        return switch (logged.event()) {
            case RoomEvent.MemberJoined joined -> Set.of(joined.user());
            case RoomEvent.MemberLeft left -> Set.of(left.user());
            case RoomEvent.MemberRoleChanged changed -> Set.of(changed.user());
            case RoomEvent.SanctionSet set -> Set.of(set.user());
            case RoomEvent.SanctionLifted lifted -> Set.of(lifted.user());
            case RoomEvent.MessagePosted ignored -> Set.of(logged.by());
            case RoomEvent.MessageEdited ignored -> Set.of();
            case RoomEvent.MessageDeleted ignored -> Set.of();
            case RoomEvent.MessageRestored ignored -> Set.of();
            case RoomEvent.MessagesDeleted ignored -> Set.of();
            case RoomEvent.MessagePinned ignored -> Set.of();
            case RoomEvent.MessageUnpinned ignored -> Set.of();
            case RoomEvent.Opaque ignored -> Set.of();
            case RoomEvent.RoomCreated ignored -> Set.of();
            case RoomEvent.RoomUpdated ignored -> Set.of();
            case RoomEvent.RoomArchived ignored -> Set.of();
        };
    }

    private static LoggedEvent redacted(LoggedEvent e, long target) {
        RoomEvent event = e.event();
        if (event instanceof RoomEvent.MessagePosted posted && e.seq() == target) {
            event = new RoomEvent.MessagePosted(null, posted.replyTo(), posted.thread(), List.of());
        } else if (event instanceof RoomEvent.MessageEdited edited && edited.target() == target) {
            event = new RoomEvent.MessageEdited(target, null, List.of());
        } else if (event instanceof RoomEvent.MessageRestored restored && restored.target() == target) {
            event = RoomEvent.MessageRestored.emptied(target);
        }
        return new LoggedEvent(e.room(), e.epoch(), e.seq(), e.by(), e.ts(), e.cid(), event);
    }

    private Facts facts(Room room, Submission s, Account account) {
        var messages = new HashMap<Long, Facts.Message>();
        s.command().messagesNeeded().stream()
                .map(room.messages::get)
                .filter(Objects::nonNull)
                .forEach(m -> messages.put(m.seq(), m));
        var mentioned = new HashMap<String, UserId>();
        accounts.forEach((user, a) -> {
            if (s.command().namesNeeded().contains(a.username())) {
                mentioned.put(a.username(), user);
            }
        });
        UserId target = s.command().targetUser();
        Account known = target == null ? null : accounts.get(target);
        return new Facts(
                actor(s.sender(), account),
                room.person(s.sender()),
                target == null || known == null ? null : room.person(target),
                known == null ? null : known.username(),
                messages,
                mentioned,
                room.pins);
    }

    private static Facts.Actor actor(UserId user, Account account) {
        return new Facts.Actor(user, account.role(), account.suspended());
    }

    private Room room(RoomId id) {
        Room room = rooms.get(id);
        if (room == null) {
            throw new IllegalArgumentException("no room " + id);
        }
        return room;
    }

    @Override
    public synchronized Optional<Head> head(RoomId room) {
        return Optional.ofNullable(rooms.get(room)).map(r -> new Head(r.state.epoch(), r.state.head()));
    }

    @Override
    public synchronized Map<RoomId, Head> heads(Collection<RoomId> wanted) {
        var heads = new HashMap<RoomId, Head>();
        wanted.forEach(id -> head(id).ifPresent(head -> heads.put(id, head)));
        return heads;
    }

    @Override
    public synchronized List<LoggedEvent> events(RoomId id, long after, int limit, int maxBytes) {
        var chunk = new ArrayList<LoggedEvent>();
        long bytes = 0;
        Room room = rooms.get(id);
        for (LoggedEvent e : room == null ? List.<LoggedEvent>of() : room.events) {
            if (e.seq() > after && chunk.size() < limit) {
                bytes += EventJson.encode(e).getBytes(StandardCharsets.UTF_8).length;
                if (bytes > maxBytes && !chunk.isEmpty()) {
                    break;
                }
                chunk.add(e);
            }
        }
        return chunk;
    }

    @Override
    public synchronized Optional<Access> access(RoomId id, UserId user) {
        Room room = rooms.get(id);
        Account account = accounts.get(user);
        return room == null || account == null
                ? Optional.empty()
                : Optional.of(new Access(room.state, room.person(user), account.role(), account.suspended()));
    }
}
