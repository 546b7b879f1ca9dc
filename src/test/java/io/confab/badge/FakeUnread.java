package io.confab.badge;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader.Head;
import io.confab.log.Unread;
import io.confab.room.LoggedEvent;
import io.confab.room.Mention;
import io.confab.room.MessageBody;
import io.confab.room.RoomEvent;
import io.confab.room.RoomRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A log in memory, counted from its events each time; it knows how often it was asked. */
final class FakeUnread implements Unread {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Map<RoomId, List<LoggedEvent>> logs = new HashMap<>();
    private final Map<RoomId, Map<UserId, Long>> members = new LinkedHashMap<>(); // joined or read up to
    private String epoch = "e1";
    int counted;
    int lists;
    boolean away;

    void newEpoch(String ep) {
        epoch = ep;
    }

    /** As after a restore of an earlier state. */
    void setBackTo(RoomId room, long head, String ep) {
        epoch = ep;
        List<LoggedEvent> log = logs.getOrDefault(room, List.of());
        log.subList(Math.toIntExact(head), log.size()).clear();
        members.getOrDefault(room, Map.of()).replaceAll((user, marker) -> Math.min(marker, head));
    }

    LoggedEvent append(RoomId room, UserId by, RoomEvent event) {
        List<LoggedEvent> log = logs.computeIfAbsent(room, id -> new ArrayList<>());
        var logged = new LoggedEvent(room, epoch, log.size() + 1, by, NOW, null, event);
        log.add(logged);
        Map<UserId, Long> in = members.computeIfAbsent(room, id -> new HashMap<>());
        if (event instanceof RoomEvent.MemberJoined joined) {
            in.put(joined.user(), logged.seq());
        } else if (event instanceof RoomEvent.MemberLeft left) {
            in.remove(left.user());
        } else if (event instanceof RoomEvent.MessagePosted && in.containsKey(by)) {
            in.put(by, logged.seq());
        }
        return logged;
    }

    LoggedEvent join(RoomId room, UserId user) {
        return append(room, user, new RoomEvent.MemberJoined(user, RoomRole.MEMBER));
    }

    static RoomEvent posted(UserId... mentioned) {
        return new RoomEvent.MessagePosted(body(), null, null, mentions(mentioned));
    }

    static RoomEvent edited(long target, UserId... mentioned) {
        return new RoomEvent.MessageEdited(target, body(), mentions(mentioned));
    }

    private static MessageBody body() {
        return new MessageBody("text", "hi", "{\"text\":\"hi\",\"type\":\"text\"}");
    }

    private static List<Mention> mentions(UserId... users) {
        return Arrays.stream(users).map(user -> new Mention(user, 0, 2)).toList();
    }

    void read(UserId user, RoomId room, long seq) {
        members.getOrDefault(room, new HashMap<>()).merge(user, seq, Math::max);
    }

    Head head(RoomId room) {
        return new Head(epoch, logs.getOrDefault(room, List.of()).size());
    }

    @Override
    public Map<Asked, Counts> of(Collection<Asked> asked) {
        fail();
        counted += asked.size();
        var found = new HashMap<Asked, Counts>();
        for (Asked one : asked) {
            Long marker = members.getOrDefault(one.room(), Map.of()).get(one.user());
            if (marker != null) {
                found.put(one, count(one, Math.min(head(one.room()).head(), Math.max(marker, one.atLeast()))));
            }
        }
        return found;
    }

    private Counts count(Asked one, long marker) {
        var standing = new LinkedHashMap<Long, Boolean>(); // whether it mentions the person
        for (LoggedEvent logged : logs.getOrDefault(one.room(), List.of())) {
            if (logged.event() instanceof RoomEvent.MessagePosted posted
                    && !logged.by().equals(one.user())) {
                standing.put(logged.seq(), names(posted.mentions(), one.user()));
            } else if (logged.event() instanceof RoomEvent.MessageEdited edited) {
                standing.computeIfPresent(edited.target(), (seq, was) -> names(edited.mentions(), one.user()));
            } else if (logged.event() instanceof RoomEvent.MessageDeleted deleted) {
                standing.remove(deleted.target());
            } else if (logged.event() instanceof RoomEvent.MessagesDeleted deleted) {
                standing.keySet().removeAll(deleted.targets());
            } else if (logged.event() instanceof RoomEvent.MessageRestored restored
                    && !one.user().equals(restored.author())) {
                standing.put(restored.target(), names(restored.mentions(), one.user()));
            }
        }
        standing.keySet().removeIf(seq -> seq <= marker);
        int mentions = (int) standing.values().stream().filter(named -> named).count();
        return new Counts(
                epoch, head(one.room()).head(), marker, Math.min(LIMIT, standing.size()), Math.min(LIMIT, mentions));
    }

    private static boolean names(List<Mention> found, UserId user) {
        return found.stream().anyMatch(mention -> mention.user().equals(user));
    }

    @Override
    public Map<UserId, Set<RoomId>> rooms(Collection<UserId> users, int most) {
        fail();
        lists++;
        var rooms = new HashMap<UserId, Set<RoomId>>();
        members.forEach((room, in) -> {
            var here = new HashSet<>(in.keySet());
            here.retainAll(users);
            here.forEach(user -> {
                Set<RoomId> mine = rooms.computeIfAbsent(user, id -> new LinkedHashSet<>());
                if (mine.size() < most) {
                    mine.add(room);
                }
            });
        });
        return rooms;
    }

    private void fail() {
        if (away) {
            throw new IllegalStateException("the database is away");
        }
    }
}
