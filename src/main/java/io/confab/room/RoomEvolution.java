package io.confab.room;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a room, and a person in it, are after an event. Pure and total: every event that {@link RoomDecisions} gave leads
 * to one next state, and a log read from 1 leads to the state the projections hold. Deleted bodies change nothing here.
 */
public final class RoomEvolution {
    private RoomEvolution() {}

    /** The state before event 1, from which {@code room.created} leads to the room. */
    public static RoomState nothing(RoomId room, String epoch) {
        return new RoomState(
                room, epoch, 0, RoomKind.PRIVATE, "", "", RoomMode.OPEN, Duration.ZERO, false, 0, Instant.EPOCH);
    }

    /**
     * The room after its next event.
     *
     * @throws IllegalArgumentException when it is not this room's next event: another room or epoch, a hole or a repeat
     */
    public static RoomState evolve(RoomState room, LoggedEvent logged) {
        if (!logged.room().equals(room.room()) || !logged.epoch().equals(room.epoch())) {
            throw new IllegalArgumentException("event of room " + logged.room() + " epoch " + logged.epoch()
                    + " cannot follow in room " + room.room() + " epoch " + room.epoch());
        }
        if (logged.seq() != room.head() + 1) {
            throw new IllegalArgumentException(
                    "event " + logged.seq() + " cannot follow head " + room.head() + " of room " + room.room());
        }
        RoomState next = room.at(logged.seq(), logged.ts());
        return switch (logged.event()) {
            case RoomEvent.RoomCreated created -> next.created(created.kind(), created.name());
            case RoomEvent.RoomUpdated updated -> next.updated(updated);
            case RoomEvent.RoomArchived ignored -> next.asArchived();
            case RoomEvent.MemberJoined ignored -> next.withMembers(room.members() + 1);
            case RoomEvent.MemberLeft ignored -> next.withMembers(room.members() - 1);
            case RoomEvent.MemberRoleChanged ignored -> next;
            case RoomEvent.SanctionSet ignored -> next;
            case RoomEvent.SanctionLifted ignored -> next;
            case RoomEvent.MessagePosted ignored -> next;
            case RoomEvent.MessageEdited ignored -> next;
            case RoomEvent.MessageDeleted ignored -> next;
            case RoomEvent.MessageRestored ignored -> next;
            case RoomEvent.MessagesDeleted ignored -> next;
            case RoomEvent.MessagePinned ignored -> next;
            case RoomEvent.MessageUnpinned ignored -> next;
            case RoomEvent.Opaque ignored -> next;
        };
    }

    /**
     * What the room knows of one person after an event; the same object when the event is not about them.
     *
     * @param room the room just before the event: the time of a message is kept only while its slow mode is on
     */
    public static Membership evolve(Membership person, RoomState room, LoggedEvent logged) {
        UserId user = person.user();
        return switch (logged.event()) {
            case RoomEvent.MemberJoined joined when joined.user().equals(user) -> person.withRole(joined.role());
            case RoomEvent.MemberLeft left when left.user().equals(user) -> person.withRole(null);
            case RoomEvent.MemberRoleChanged changed
            when changed.user().equals(user) -> person.withRole(changed.role());
            case RoomEvent.SanctionSet set
            when set.user().equals(user) -> person.withSanction(set.kind(), end(set.until()));
            case RoomEvent.SanctionLifted lifted
            when lifted.user().equals(user) -> person.withSanction(lifted.kind(), null);
            case RoomEvent.MessagePosted ignored
            when logged.by().equals(user)
                    && !user.equals(UserId.SERVER)
                    && !room.slowMode().isZero() -> person.withLastSentAt(logged.ts());
            case RoomEvent.RoomCreated ignored -> person;
            case RoomEvent.RoomUpdated ignored -> person;
            case RoomEvent.RoomArchived ignored -> person;
            case RoomEvent.MemberJoined ignored -> person;
            case RoomEvent.MemberLeft ignored -> person;
            case RoomEvent.MemberRoleChanged ignored -> person;
            case RoomEvent.SanctionSet ignored -> person;
            case RoomEvent.SanctionLifted ignored -> person;
            case RoomEvent.MessagePosted ignored -> person;
            case RoomEvent.MessageEdited ignored -> person;
            case RoomEvent.MessageDeleted ignored -> person;
            case RoomEvent.MessageRestored ignored -> person;
            case RoomEvent.MessagesDeleted ignored -> person;
            case RoomEvent.MessagePinned ignored -> person;
            case RoomEvent.MessageUnpinned ignored -> person;
            case RoomEvent.Opaque ignored -> person;
        };
    }

    /**
     * What is pinned in the room after an event. A message that is taken away takes its pin with it, and does not bring it back.
     *
     * @param pins number of each pinned message and of the event that pinned it; not changed
     */
    public static Map<Long, Long> evolve(Map<Long, Long> pins, LoggedEvent logged) {
        return switch (logged.event()) {
            case RoomEvent.MessagePinned pinned -> {
                var next = new HashMap<>(pins);
                next.put(pinned.target(), logged.seq());
                yield Map.copyOf(next);
            }
            case RoomEvent.MessageUnpinned unpinned -> without(pins, List.of(unpinned.target()));
            case RoomEvent.MessageDeleted gone -> without(pins, List.of(gone.target()));
            case RoomEvent.MessagesDeleted gone -> without(pins, gone.targets());
            default -> pins; // nothing else pins, or takes a message away
        };
    }

    private static Map<Long, Long> without(Map<Long, Long> pins, List<Long> messages) {
        var next = new HashMap<>(pins);
        return next.keySet().removeAll(messages) ? Map.copyOf(next) : pins;
    }

    private static Instant end(@Nullable Instant until) {
        return until == null ? Membership.FOREVER : until;
    }
}
