package io.confab.delivery;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.log.RoomReader.Access;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomEvent;
import io.confab.room.SanctionKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What goes to all connections of a person, subscribed or not: {@code room.added} and {@code room.removed}. Best effort:
 * what is lost with its event shows in {@code rev}.
 */
@Singleton
public class Announcements {
    private static final System.Logger LOG = System.getLogger(Announcements.class.getName());

    private final Connections connections;
    private final RoomReader reader;
    private final Reads reads;
    private final Clock clock;

    @Inject
    Announcements(Connections connections, RoomReader reader, Reads reads, Clock clock) {
        this.connections = connections;
        this.reader = reader;
        this.reads = reads;
        this.clock = clock;
    }

    /** Tells the person whom a member or ban event is about. Never blocks. */
    void membershipChanged(LoggedEvent event) {
        RoomId room = event.room();
        if (event.event() instanceof RoomEvent.MemberJoined joined) {
            withAccess(room, joined.user(), access -> added(joined.user(), access));
        } else if (event.event() instanceof RoomEvent.SanctionLifted lifted) {
            withAccess(room, lifted.user(), access -> added(lifted.user(), access));
        } else if (event.event() instanceof RoomEvent.MemberLeft left) {
            removed(left.user(), room).forEach(connection -> connection.send(Notices.roomRemoved(room)));
        } else if (event.event() instanceof RoomEvent.SanctionSet set) {
            List<Connection> toTell = removed(set.user(), room);
            withAccess(room, set.user(), access -> banned(toTell, access));
        }
    }

    void happened(List<LoggedEvent> events) {
        for (LoggedEvent event : events) {
            if (changesMembership(event.event())) {
                membershipChanged(event);
            }
        }
    }

    static boolean changesMembership(RoomEvent event) {
        return switch (event) {
            case RoomEvent.MemberJoined ignored -> true;
            case RoomEvent.MemberLeft ignored -> true;
            case RoomEvent.SanctionSet set -> set.kind() == SanctionKind.BAN;
            case RoomEvent.SanctionLifted lifted -> lifted.kind() == SanctionKind.BAN;
            case RoomEvent.RoomCreated ignored -> false;
            case RoomEvent.RoomUpdated ignored -> false;
            case RoomEvent.RoomArchived ignored -> false;
            case RoomEvent.MemberRoleChanged ignored -> false;
            case RoomEvent.MessagePosted ignored -> false;
            case RoomEvent.MessageEdited ignored -> false;
            case RoomEvent.MessageDeleted ignored -> false;
            case RoomEvent.MessageRestored ignored -> false;
            case RoomEvent.MessagesDeleted ignored -> false;
            case RoomEvent.MessagePinned ignored -> false;
            case RoomEvent.MessageUnpinned ignored -> false;
            case RoomEvent.Opaque ignored -> false;
        };
    }

    /** Who may no longer listen after this event. */
    static Optional<UserId> removed(LoggedEvent event) {
        if (event.event() instanceof RoomEvent.MemberLeft left) {
            return Optional.of(left.user());
        }
        if (event.event() instanceof RoomEvent.SanctionSet set && set.kind() == SanctionKind.BAN) {
            return Optional.of(set.user());
        }
        return Optional.empty();
    }

    private void added(UserId user, Access access) {
        if (Subscriptions.mayListen(access, clock.instant())) {
            String text = Notices.roomAdded(access.state());
            connections.of(user).forEach(connection -> connection.send(text));
        }
    }

    private void banned(List<Connection> toTell, Access access) {
        boolean wasMember = access.membership().role() != null;
        if (wasMember && !Subscriptions.mayListen(access, clock.instant())) {
            String text = Notices.roomRemoved(access.state().room());
            toTell.forEach(connection -> connection.send(text));
        }
    }

    /** Those to tell; who is in a replay is told when the replay gets to the removal. */
    private List<Connection> removed(UserId user, RoomId room) {
        return connections.of(user).stream()
                .filter(connection -> !connection.replay().isCatchingUp(room))
                .toList();
    }

    private void withAccess(RoomId room, UserId user, Consumer<Access> then) {
        if (!connections.isOnline(user)) {
            return;
        }
        reads.read(() -> {
            try {
                reader.access(room, user).ifPresent(then);
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "room {0}: {1} could not be told of a change of membership ({2})",
                        room,
                        user,
                        e.getClass().getName());
            }
        });
    }
}
