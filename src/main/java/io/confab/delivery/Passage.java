package io.confab.delivery;

import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one event of a room stands at this node: what is known just now of its way to the sockets.
 *
 * @param epoch of the room's numbers here; null: there is no position yet
 * @param seen the last number that came without a hole
 * @param arrived null: it has not come, or longer ago than this node remembers
 * @param listening how many connections listen to the room, by how they stand to it
 * @param listeners those of the people who were asked for
 */
public record Passage(
        @Nullable String epoch,
        long seen,
        @Nullable Arrival arrived,
        Map<Standing, Integer> listening,
        List<Listener> listeners) {
    /** @param at by this node's clock, when it was given to those who listen */
    public record Arrival(Instant at, Way way) {}

    /** How a connection stands to an event. */
    public enum Standing {
        /** It was written to the socket, and so was all that was to be written there. */
        SENT,
        /** It was given to the connection, and something still waits to be written there: this, or what came later. */
        WAITING,
        /** Its turn has not come: the event has not come to the node, or the connection is catching up. */
        DUE,
        /** The client said that it has it, when it began to listen. */
        HAD,
        /** It began to listen later, and reads it as history. */
        EARLIER,
        /** It does not listen to the room. */
        SILENT;

        /** Empty: a node of another version has more to say. */
        public static Optional<Standing> of(String word) {
            return Arrays.stream(values())
                    .filter(standing -> standing.word().equals(word))
                    .findFirst();
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A connection that listens to the room. */
    public record Listener(Connection connection, Standing standing) {}

    static Passage of(
            @Nullable String epoch, long seen, Optional<Arrival> arrived, List<Listener> all, Set<UserId> users) {
        var listening = new EnumMap<Standing, Integer>(Standing.class);
        all.forEach(one -> listening.merge(one.standing(), 1, Integer::sum));
        return new Passage(
                epoch,
                seen,
                arrived.orElse(null),
                listening,
                all.stream()
                        .filter(one -> users.contains(one.connection().caller().user()))
                        .toList());
    }
}
