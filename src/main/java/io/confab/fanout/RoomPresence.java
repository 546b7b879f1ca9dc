package io.confab.fanout;

import io.confab.delivery.Connection;
import io.confab.delivery.Sequencers;
import io.confab.delivery.Subscriptions;
import io.confab.kernel.Load;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.presence.Presence;
import io.confab.presence.PresenceSettings;
import io.confab.presence.PresenceStatus;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells those who listen to a room who in it comes and goes: names and number in a small room each second, less often in a
 * middle one, the number alone and seldom in a big one. Who is in a room is read from the database, once for all changes of
 * a round. Told from one thread; bounded in rooms a round, and what does not fit waits for the next.
 */
@Singleton
public class RoomPresence {
    private static final int ROOMS_A_ROUND = 100;
    private static final int PEOPLE_A_ROUND = 500;
    private static final int WAITING_ROOMS = 10_000;
    private static final int ONLINE_IDS = 20_000;

    /** By the index on user_id. */
    private static final String ROOMS_OF = "select room_id, user_id from room_member"
            + " where user_id = any(cast(? as varchar array)) and role is not null";
    /** By the primary key; one more than a middle room may hold tells that it is big. */
    private static final String PEOPLE_OF =
            "select user_id from room_member where room_id = ? and role is not null" + " order by user_id limit ?";
    /** By the primary key. */
    private static final String ONLINE_OF = "select count(*) from room_member where room_id = ? and role is not null"
            + " and user_id = any(cast(? as varchar array))";

    private final Presence presence;
    private final Subscriptions subscriptions;
    private final Sequencers sequencers;
    private final Database database;
    private final PresenceSettings settings;
    private final Load load;

    private final Map<UserId, PresenceStatus> changed = new LinkedHashMap<>(); // of the one thread
    private final Map<RoomId, Due> due = new LinkedHashMap<>(); // guarded by itself

    @Inject
    public RoomPresence(
            Presence presence,
            Subscriptions subscriptions,
            Sequencers sequencers,
            Database database,
            PresenceSettings settings,
            Load load) {
        this.presence = presence;
        this.subscriptions = subscriptions;
        this.sequencers = sequencers;
        this.database = database;
        this.settings = settings;
        this.load = load;
    }

    /** What a room is still to be told. */
    private static final class Due {
        final Map<UserId, PresenceStatus> people = new LinkedHashMap<>();
        final Set<Connection> newcomers = new HashSet<>();
        long notBeforeNanos = Long.MIN_VALUE;
        boolean told;

        boolean isEmpty() {
            return people.isEmpty() && newcomers.isEmpty();
        }
    }

    /** Somebody begins to listen: gets who is there within about a second. Never blocks. */
    void listening(Connection connection, RoomId room) {
        synchronized (due) {
            Due entry = entry(room);
            if (entry != null) {
                entry.newcomers.add(connection);
            }
        }
    }

    void ended(Connection connection) {
        synchronized (due) {
            subscriptions.of(connection).forEach(room -> {
                Due entry = due.get(room);
                if (entry != null) {
                    entry.newcomers.remove(connection);
                }
            });
        }
    }

    /** One round: takes further changes, and tells the rooms whose time has come. */
    void tell(Map<UserId, PresenceStatus> changes) {
        changed.putAll(changes);
        if (load.sheds(Load.Kind.PRESENCE)) {
            return; // told later, and then only how it stands
        }
        spread();
        tellAll(takeDue());
    }

    /** What a room that cannot be read was to be told waits for the next round, and once the database is away so do all. */
    private void tellAll(Map<RoomId, Due> rooms) {
        RuntimeException failure = null;
        for (Map.Entry<RoomId, Due> room : rooms.entrySet()) {
            if (failure instanceof StoreFailure.Unavailable) {
                putBack(room.getKey(), room.getValue());
                continue;
            }
            try {
                tell(room.getKey(), room.getValue());
            } catch (RuntimeException e) {
                putBack(room.getKey(), room.getValue());
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void putBack(RoomId room, Due untold) {
        synchronized (due) {
            Due entry = entry(room);
            if (entry != null) {
                untold.people.forEach(entry.people::putIfAbsent);
                entry.newcomers.addAll(untold.newcomers); // who is gone by now is left out when they are told
            }
        }
    }

    /** Who types; nothing in a room that more people of this node listen to than a middle one has members. */
    void tellTyping(RoomId room, List<UserId> people) {
        if (subscriptions.usersIn(room).size() <= settings.middleRoom() && !load.sheds(Load.Kind.TYPING)) {
            subscriptions.toRoom(room, PresenceTexts.typing(room, people), connection -> true);
        }
    }

    private void spread() {
        var batch = new LinkedHashMap<UserId, PresenceStatus>();
        for (Iterator<Map.Entry<UserId, PresenceStatus>> i = changed.entrySet().iterator();
                i.hasNext() && batch.size() < PEOPLE_A_ROUND; ) {
            var entry = i.next();
            batch.put(entry.getKey(), entry.getValue());
        }
        if (batch.isEmpty()) {
            return;
        }
        Set<RoomId> served = sequencers.seen().keySet();
        database.reads()
                .list(
                        ROOMS_OF,
                        row -> Map.entry(new RoomId(row.getString(1)), new UserId(row.getString(2))),
                        ids(batch.keySet()))
                .forEach(found -> {
                    if (served.contains(found.getKey())) {
                        add(found.getKey(), found.getValue(), batch);
                    }
                });
        changed.keySet().removeAll(batch.keySet());
    }

    private void add(RoomId room, UserId user, Map<UserId, PresenceStatus> batch) {
        PresenceStatus status = batch.get(user);
        synchronized (due) {
            Due entry = entry(room);
            if (entry != null && status != null && entry.people.size() <= settings.middleRoom()) {
                entry.people.put(user, status);
            }
        }
    }

    private @org.jspecify.annotations.Nullable Due entry(RoomId room) {
        Due entry = due.get(room);
        if (entry == null && due.size() < WAITING_ROOMS) {
            entry = new Due();
            due.put(room, entry);
        }
        return entry;
    }

    private Map<RoomId, Due> takeDue() {
        long now = System.nanoTime();
        var taken = new LinkedHashMap<RoomId, Due>();
        synchronized (due) {
            for (var i = due.entrySet().iterator(); i.hasNext(); ) {
                var entry = i.next();
                Due waiting = entry.getValue();
                boolean mayTell = !waiting.told || now - waiting.notBeforeNanos >= 0;
                if (waiting.isEmpty() && mayTell) {
                    i.remove();
                } else if (taken.size() < ROOMS_A_ROUND && (mayTell || !waiting.newcomers.isEmpty())) {
                    taken.put(entry.getKey(), split(waiting, mayTell));
                }
            }
        }
        return taken;
    }

    /** What to tell now; newcomers never wait. */
    private static Due split(Due waiting, boolean all) {
        var now = new Due();
        now.newcomers.addAll(waiting.newcomers);
        waiting.newcomers.clear();
        if (all) {
            now.people.putAll(waiting.people);
            waiting.people.clear();
        }
        return now;
    }

    private void tell(RoomId room, Due what) {
        Set<UserId> members = new HashSet<>(database.reads()
                .list(PEOPLE_OF, row -> new UserId(row.getString(1)), room.value(), settings.middleRoom() + 1));
        boolean big = members.size() > settings.middleRoom();
        Map<UserId, PresenceStatus> online = big ? Map.of() : presence.online(members);
        int count = big ? countOnline(room) : online.size();
        if (!what.people.isEmpty()) {
            Map<UserId, PresenceStatus> names = new HashMap<>();
            if (!big) {
                what.people.keySet().retainAll(members); // who left meanwhile is not spoken of
                limited(what.people).forEach((user, status) -> names.put(user, presence.status(user)));
            }
            subscriptions.toRoom(
                    room,
                    PresenceTexts.presence(room, names, count),
                    connection -> !what.newcomers.contains(connection)); // they get it with all the others, below
            rest(room, count, big);
        }
        if (!what.newcomers.isEmpty()) {
            String state = PresenceTexts.presence(room, limited(online), count);
            what.newcomers.stream()
                    .filter(connection -> subscriptions.listens(connection, room))
                    .forEach(connection -> connection.sendEphemeral(state));
        }
    }

    /** The room is told again only after its pause. */
    private void rest(RoomId room, int online, boolean big) {
        Duration pause = Duration.ZERO;
        if (big) {
            pause = settings.bigPause();
        } else if (online > settings.smallRoom()) {
            pause = settings.middlePause();
        }
        synchronized (due) {
            Due entry = entry(room);
            if (entry != null) {
                entry.told = true;
                entry.notBeforeNanos = System.nanoTime() + pause.toNanos();
            }
        }
    }

    private int countOnline(RoomId room) {
        List<String> online = new ArrayList<>(ids(presence.everybody()));
        List<String> bounded = online.subList(0, Math.min(online.size(), ONLINE_IDS));
        return database.reads()
                .first(ONLINE_OF, row -> row.getInt(1), room.value(), bounded)
                .orElse(0);
    }

    private Map<UserId, PresenceStatus> limited(Map<UserId, PresenceStatus> people) {
        var limited = new LinkedHashMap<UserId, PresenceStatus>();
        people.entrySet().stream()
                .limit(settings.namesAtOnce())
                .forEach(entry -> limited.put(entry.getKey(), entry.getValue()));
        return limited;
    }

    private static Collection<String> ids(Collection<UserId> users) {
        return users.stream().map(UserId::value).toList();
    }
}
