package io.confab.admin;

import io.confab.identity.ConsoleSignIns;
import io.confab.moderation.Reach;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.omnifaces.cdi.push.SocketEvent;

/** Who has pages of one channel open on this node, by their sockets. Thread-safe. */
final class Viewers {
    private final String channel;
    private final Function<Viewer, Optional<Reach>> reach;
    private final Map<Viewer, Integer> sockets = new LinkedHashMap<>();

    /** For what is shown to staff alone. */
    Viewers(String channel, ConsoleSignIns signIns) {
        this(channel, viewer -> signIns.find(viewer.user(), viewer.signIn()).map(staff -> Reach.ALL));
    }

    /** @param reach as of now, by that sign-in; empty: they see nothing */
    Viewers(String channel, Function<Viewer, Optional<Reach>> reach) {
        this.channel = channel;
        this.reach = reach;
    }

    boolean isOf(SocketEvent event) {
        return event.getChannel().equals(channel);
    }

    synchronized void opened(Viewer viewer) {
        sockets.merge(viewer, 1, Integer::sum);
    }

    /** How many who are no staff, but for this one. */
    synchronized long ofRooms(Viewer but) {
        return sockets.keySet().stream()
                .filter(viewer -> viewer.ofRooms() && !viewer.equals(but))
                .count();
    }

    synchronized void closed(Viewer viewer) {
        sockets.computeIfPresent(viewer, (key, open) -> open == 1 ? null : open - 1);
    }

    synchronized boolean isEmpty() {
        return sockets.isEmpty();
    }

    /** Those who are still staff by that sign-in: whose page is open longer gets nothing more. Asks the database. */
    List<Viewer> staff() {
        return reaches().getOrDefault(Reach.ALL, List.of());
    }

    /** Those who still see anything, by what they do, in the order in which they came. Asks the database. */
    Map<Reach, List<Viewer>> reaches() {
        return reaches(viewing());
    }

    /** Of these. */
    Map<Reach, List<Viewer>> reaches(Collection<Viewer> some) {
        record Seeing(Viewer viewer, Reach reach) {}
        return some.stream()
                .flatMap(viewer -> reach.apply(viewer).map(now -> new Seeing(viewer, now)).stream())
                .collect(Collectors.groupingBy(
                        Seeing::reach, LinkedHashMap::new, Collectors.mapping(Seeing::viewer, Collectors.toList())));
    }

    synchronized List<Viewer> viewing() {
        return List.copyOf(sockets.keySet());
    }
}
