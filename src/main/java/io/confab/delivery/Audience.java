package io.confab.delivery;

import io.confab.delivery.Subscription.State;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Who listens to one room on this node. Not thread-safe: guarded by its sequencer. */
final class Audience {
    private final Map<ConnectionId, Subscription> subscriptions = new LinkedHashMap<>();
    private final DeliveryMetrics metrics;

    Audience(DeliveryMetrics metrics) {
        this.metrics = metrics;
    }

    boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    int size() {
        return subscriptions.size();
    }

    void add(Subscription subscription) {
        subscriptions.put(subscription.connection().id(), subscription);
    }

    /** Ends it; harmless when another of the same connection has taken its place. */
    void remove(Subscription subscription) {
        subscription.state(State.ENDED);
        subscriptions.remove(subscription.connection().id(), subscription);
    }

    /** Takes it out without an end. */
    void putAside(Subscription subscription) {
        subscriptions.remove(subscription.connection().id(), subscription);
    }

    /** Ends all; gives those that had begun, which are the caller's to tell. The answer to the others is still to come. */
    List<Subscription> removeAll() {
        var begun =
                subscriptions.values().stream().filter(Subscription::hasBegun).toList();
        List.copyOf(subscriptions.values()).forEach(this::remove);
        return begun;
    }

    /** Queues a run for all who are live; numbers {@code first…last}, one text each. Gives the number of sockets. */
    int push(Parcel run, List<String> texts, long first, long last) {
        int receivers = 0;
        for (Subscription subscription : subscriptions.values()) {
            if (subscription.state() != State.LIVE || subscription.cursor() >= last) {
                continue;
            }
            long known = subscription.cursor();
            boolean whole = known < first;
            subscription.connection().enqueue(whole ? run : rest(texts, first, known));
            receivers++;
        }
        metrics.delivered(receivers * texts.size());
        return receivers;
    }

    /** Queues the same ephemeral text for all who are live. */
    void push(Parcel ephemeral, Predicate<Connection> to) {
        for (Subscription subscription : subscriptions.values()) {
            if (subscription.state() == State.LIVE && to.test(subscription.connection())) {
                subscription.connection().enqueue(ephemeral);
            }
        }
    }

    /** Notes a removal; gives those of the user who must hear nothing more from now on, ended. */
    List<Subscription> removedAt(UserId user, long seq) {
        var over = new ArrayList<Subscription>();
        for (Subscription subscription : of(user)) {
            subscription.removedAt(seq);
            if (subscription.state() == State.LIVE && !subscription.mayStillListenAt(seq + 1)) {
                over.add(subscription);
            }
        }
        over.forEach(this::remove);
        return over;
    }

    /** The live ones catch up from {@code seen} to {@code head} by themselves. */
    List<Subscription> pullFrom(long seen, long head) {
        var all = new ArrayList<Subscription>();
        for (Subscription subscription : subscriptions.values()) {
            if (subscription.state() == State.LIVE) {
                subscription.moveTo(Math.max(seen, subscription.cursor()));
                subscription.catchUpTo(head);
                all.add(subscription);
            }
        }
        return all;
    }

    /** How each stands to an event, when all up to {@code seen} was pushed; those about to be closed get nothing more. */
    List<Passage.Listener> standing(long seq, long seen) {
        return subscriptions.values().stream()
                .filter(subscription -> !subscription.connection().isClosing())
                .map(subscription -> new Passage.Listener(subscription.connection(), subscription.standing(seq, seen)))
                .toList();
    }

    Collection<Subscription> of(UserId user) {
        return subscriptions.values().stream()
                .filter(subscription ->
                        subscription.connection().caller().user().equals(user))
                .toList();
    }

    Set<UserId> users() {
        var users = new HashSet<UserId>();
        subscriptions.values().forEach(s -> users.add(s.connection().caller().user()));
        return users;
    }

    /** For one that had the first of them in its replay; not timed, as those were not. */
    private static Parcel rest(List<String> texts, long first, long known) {
        return Parcel.live(
                texts.subList(Math.toIntExact(known - first + 1), texts.size()), new Object(), 0, Births.NONE);
    }
}
