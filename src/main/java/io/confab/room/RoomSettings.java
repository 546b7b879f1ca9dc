package io.confab.room;

import io.confab.kernel.Refusal;
import io.confab.kernel.VisibleText;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rules of a room's name, topic, mode and end. Its moderators change topic, mode and slow mode; its owners also the
 * name, and archive it. Whoever may set the mode may freeze the room; only global staff thaw it, since in a frozen room
 * nobody else acts.
 */
final class RoomSettings {
    private RoomSettings() {}

    static Decision update(Situation s, RoomCommand.UpdateRoom update, Duration maxSlowMode) {
        if (s.room().kind() == RoomKind.DIRECT) {
            return Decision.refused(Members.DIRECT);
        }
        if (!s.moderatesHere() && !s.global()) {
            return Decision.refused(new Refusal.Forbidden("only moderators change a room"));
        }
        if (update.name() != null && !s.owns() && !s.global()) {
            return Decision.refused(new Refusal.Forbidden("only owners rename a room"));
        }
        return malformed(update, maxSlowMode).map(Decision::refused).orElseGet(() -> change(s.room(), update));
    }

    static Decision archive(Situation s) {
        if (!s.owns() && !s.global()) {
            return Decision.refused(new Refusal.Forbidden("only owners and admins archive a room"));
        }
        return s.room().archived()
                ? new Decision.Already(s.room().head())
                : Decision.happens(new RoomEvent.RoomArchived());
    }

    private static Optional<Refusal> malformed(RoomCommand.UpdateRoom update, Duration maxSlowMode) {
        if (update.name() == null && update.topic() == null && update.mode() == null && update.slowMode() == null) {
            return Optional.of(new Refusal.BadRequest("one of 'name', 'topic', 'mode', 'slow_ms' must be given"));
        }
        Duration slow = update.slowMode();
        if (slow != null && (slow.isNegative() || slow.compareTo(maxSlowMode) > 0)) {
            return Optional.of(new Refusal.BadRequest("'slow_ms' must be from 0 to " + maxSlowMode.toMillis()));
        }
        Optional<Refusal> name = update.name() == null
                ? Optional.empty()
                : VisibleText.nameProblem("name", update.name(), RoomRules.MAX_NAME_CHARS);
        return name.or(() -> update.topic() == null
                ? Optional.empty()
                : VisibleText.lineProblem("topic", update.topic(), RoomRules.MAX_TOPIC_CHARS));
    }

    /** Only what differs becomes part of the event. */
    private static Decision change(RoomState room, RoomCommand.UpdateRoom update) {
        Duration slow = update.slowMode() == null
                ? null
                : Duration.ofMillis(update.slowMode().toMillis());
        var event = new RoomEvent.RoomUpdated(
                changed(room.name(), update.name()),
                changed(room.topic(), update.topic()),
                changed(room.mode(), update.mode()),
                changed(room.slowMode(), slow));
        return event.equals(new RoomEvent.RoomUpdated(null, null, null, null))
                ? new Decision.Already(room.head())
                : Decision.happens(event);
    }

    private static <T> @Nullable T changed(T old, @Nullable T wanted) {
        return old.equals(wanted) ? null : wanted;
    }
}
