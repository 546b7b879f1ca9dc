package io.confab.presence;

import io.confab.kernel.ConnectionId;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Who is online, over all nodes: what this node's sockets say, and what each other node last said of its own. A person is
 * as present as the most present of all the devices; offline only a while after the last has gone. Nothing is stored: a
 * node that is not heard takes its people with it. Thread-safe; never blocks.
 */
@Singleton
public class Presence {
    private final PresenceSettings settings;
    private final LongSupplier nanos;

    private final Map<UserId, Map<ConnectionId, PresenceStatus>> here = new HashMap<>(); // all guarded by this
    private final Map<UserId, Long> leaving = new HashMap<>(); // without a socket here since
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<UserId, PresenceStatus> toldNodes = new HashMap<>();
    private final Map<UserId, PresenceStatus> toldRooms = new HashMap<>();
    private final Set<UserId> touchedForNodes = new HashSet<>(); // each asks for its own when it is ready
    private final Set<UserId> touchedForRooms = new HashSet<>();

    @Inject
    public Presence(PresenceSettings settings) {
        this(settings, System::nanoTime);
    }

    Presence(PresenceSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    private static final class Node {
        final Map<UserId, Said> people = new HashMap<>();
        long round;
        long heardNanos;
    }

    /** @param round of the node's full states in which it was said last */
    private record Said(PresenceStatus status, long round) {}

    public synchronized void connected(UserId user, ConnectionId connection) {
        here.computeIfAbsent(user, u -> new HashMap<>()).put(connection, PresenceStatus.ONLINE);
        leaving.remove(user);
        touch(user);
    }

    public synchronized void disconnected(UserId user, ConnectionId connection) {
        Map<ConnectionId, PresenceStatus> devices = here.get(user);
        if (devices == null || devices.remove(connection) == null) {
            return;
        }
        if (devices.isEmpty()) {
            here.remove(user);
            leaving.put(user, nanos.getAsLong());
        }
        touch(user);
    }

    /** What a client says of its device. */
    public synchronized void says(UserId user, ConnectionId connection, PresenceStatus status) {
        Map<ConnectionId, PresenceStatus> devices = here.get(user);
        if (devices != null && devices.replace(connection, status) != null) {
            touch(user);
        }
    }

    public synchronized PresenceStatus status(UserId user) {
        PresenceStatus status = statusHere(user);
        for (Node node : nodes.values()) {
            Said said = node.people.get(user);
            if (said != null) {
                status = status.orMore(said.status());
            }
        }
        return status;
    }

    /** Those of {@code users} who are not offline. */
    public synchronized Map<UserId, PresenceStatus> online(Collection<UserId> users) {
        var online = new HashMap<UserId, PresenceStatus>();
        for (UserId user : users) {
            PresenceStatus status = status(user);
            if (status != PresenceStatus.OFFLINE) {
                online.put(user, status);
            }
        }
        return online;
    }

    /** Everybody who is not offline on any node. */
    public synchronized Set<UserId> everybody() {
        var everybody = new HashSet<>(here.keySet());
        everybody.addAll(leaving.keySet());
        nodes.values().forEach(node -> everybody.addAll(node.people.keySet()));
        return everybody;
    }

    /** Ends what has expired; call it about every second, before taking changes. */
    public synchronized void expire() {
        long now = nanos.getAsLong();
        leaving.entrySet().removeIf(entry -> {
            boolean gone = now - entry.getValue() >= settings.grace().toNanos();
            if (gone) {
                touch(entry.getKey());
            }
            return gone;
        });
        nodes.values().removeIf(node -> {
            boolean silent = now - node.heardNanos > settings.nodeExpiry().toNanos();
            if (silent) {
                node.people.keySet().forEach(this::touch);
            }
            return silent;
        });
    }

    /** What this node has to tell the others since the last time, offline included. */
    public synchronized Map<UserId, PresenceStatus> changesHere() {
        var changes = new HashMap<UserId, PresenceStatus>();
        for (UserId user : touchedForNodes) {
            PresenceStatus status = statusHere(user);
            if (status != toldNodes.getOrDefault(user, PresenceStatus.OFFLINE)) {
                keep(toldNodes, user, status);
                changes.put(user, status);
            }
        }
        touchedForNodes.clear();
        return changes;
    }

    /** Whose presence over all nodes changed since the last time; take {@link #changesHere} first. */
    public synchronized Map<UserId, PresenceStatus> changes() {
        var changes = new HashMap<UserId, PresenceStatus>();
        for (UserId user : touchedForRooms) {
            PresenceStatus status = status(user);
            if (status != toldRooms.getOrDefault(user, PresenceStatus.OFFLINE)) {
                keep(toldRooms, user, status);
                changes.put(user, status);
            }
        }
        touchedForRooms.clear();
        return changes;
    }

    /** Everything this node says of its own people, for a full state. */
    public synchronized Map<UserId, PresenceStatus> stateHere() {
        return new HashMap<>(toldNodes);
    }

    /**
     * Another node told changes, or a part of its full state of a round. Rounds that begin anew tell that the node did:
     * killed and back under its old name before it was missed, it has none of its former people.
     */
    public synchronized void heard(String node, long round, Map<UserId, PresenceStatus> people) {
        Node known = nodes.computeIfAbsent(node, n -> new Node());
        if (round < known.round) {
            known.people.keySet().forEach(this::touch);
            known.people.clear();
        }
        known.round = round;
        known.heardNanos = nanos.getAsLong();
        people.forEach((user, status) -> {
            touch(user);
            if (status == PresenceStatus.OFFLINE) {
                known.people.remove(user);
            } else if (known.people.containsKey(user) || known.people.size() < settings.people()) {
                known.people.put(user, new Said(status, round));
            }
        });
    }

    /** Another node has told all of its full state: whom it has not named for two rounds is not there. */
    public synchronized void heardAll(String node, long round) {
        Node known = nodes.get(node);
        if (known != null) {
            known.people.entrySet().removeIf(entry -> {
                boolean forgotten = entry.getValue().round() < round - 1;
                if (forgotten) {
                    touch(entry.getKey());
                }
                return forgotten;
            });
        }
    }

    /** Another node said that it goes. */
    public synchronized void gone(String node) {
        Node known = nodes.remove(node);
        if (known != null) {
            known.people.keySet().forEach(this::touch);
        }
    }

    private void touch(UserId user) {
        touchedForNodes.add(user);
        touchedForRooms.add(user);
    }

    private PresenceStatus statusHere(UserId user) {
        Map<ConnectionId, PresenceStatus> devices = here.get(user);
        if (devices != null) {
            return devices.values().stream().reduce(PresenceStatus.AWAY, PresenceStatus::orMore);
        }
        if (leaving.containsKey(user)) {
            return toldNodes.getOrDefault(user, PresenceStatus.OFFLINE); // as before, for the time of the grace
        }
        return PresenceStatus.OFFLINE;
    }

    private static void keep(Map<UserId, PresenceStatus> told, UserId user, PresenceStatus status) {
        if (status == PresenceStatus.OFFLINE) {
            told.remove(user);
        } else {
            told.put(user, status);
        }
    }
}
