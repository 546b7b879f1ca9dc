package io.confab.admin;

import io.confab.identity.ConsoleSignIns;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.omnifaces.cdi.push.SocketEvent;

/** Who has pages of one channel open on this node, by their sockets. Thread-safe. */
final class Viewers {
    private final String channel;
    private final Predicate<Viewer> isStaff;
    private final Map<Viewer, Integer> sockets = new HashMap<>();

    Viewers(String channel, ConsoleSignIns signIns) {
        this(channel, viewer -> signIns.find(viewer.user(), viewer.signIn()).isPresent());
    }

    /** @param isStaff as of now, by that sign-in */
    Viewers(String channel, Predicate<Viewer> isStaff) {
        this.channel = channel;
        this.isStaff = isStaff;
    }

    boolean isOf(SocketEvent event) {
        return event.getChannel().equals(channel);
    }

    synchronized void opened(Viewer viewer) {
        sockets.merge(viewer, 1, Integer::sum);
    }

    synchronized void closed(Viewer viewer) {
        sockets.computeIfPresent(viewer, (key, open) -> open == 1 ? null : open - 1);
    }

    synchronized boolean isEmpty() {
        return sockets.isEmpty();
    }

    /** Those who are still staff by that sign-in: whose page is open longer gets nothing more. Asks the database. */
    List<Viewer> staff() {
        return staff(viewing());
    }

    /** Those of these. */
    List<Viewer> staff(Collection<Viewer> some) {
        return some.stream().filter(isStaff).toList();
    }

    private synchronized List<Viewer> viewing() {
        return List.copyOf(sockets.keySet());
    }
}
