package io.confab.room;

import io.confab.kernel.Refusal;
import java.util.Optional;

/**
 * Rules of pins: laid and lifted by who moderates the room, by global staff in rooms they are no members of too, and in a direct
 * conversation by its two people. A pin says nothing of its own, so neither mute nor read-only stands in its way, as with a
 * room's topic (docs/adr/0083).
 */
final class Pins {
    private static final Refusal NO_SUCH_MESSAGE = new Refusal.NotFound("no such message in this room");
    private static final Refusal NOT_YOURS = new Refusal.Forbidden("only moderators pin and unpin messages");

    private Pins() {}

    /** What was taken away can be pinned by nobody. */
    static Decision pin(Situation s, RoomCommand.PinMessage pin, int maxPins) {
        Optional<Refusal> refusal = outOfReach(s, pin.seq());
        if (refusal.isPresent()) {
            return Decision.refused(refusal.get());
        }
        Long pinned = s.facts().pins().get(pin.seq());
        if (pinned != null) {
            return new Decision.Already(pinned);
        }
        boolean stands = s.facts()
                .message(pin.seq())
                .filter(message -> !message.deleted())
                .isPresent();
        if (!stands) {
            return Decision.refused(NO_SUCH_MESSAGE);
        }
        return s.facts().pins().size() >= maxPins
                ? Decision.refused(new Refusal.Conflict("the room has all the " + maxPins + " pins it may have"))
                : Decision.happens(new RoomEvent.MessagePinned(pin.seq()));
    }

    static Decision unpin(Situation s, RoomCommand.UnpinMessage unpin) {
        Optional<Refusal> refusal = outOfReach(s, unpin.seq());
        if (refusal.isPresent()) {
            return Decision.refused(refusal.get());
        }
        return s.facts().pins().containsKey(unpin.seq())
                ? Decision.happens(new RoomEvent.MessageUnpinned(unpin.seq()))
                : new Decision.Already(s.room().head());
    }

    private static Optional<Refusal> outOfReach(Situation s, long seq) {
        boolean direct = s.room().kind() == RoomKind.DIRECT;
        if (!direct && !s.moderatesHere() && !s.global()) {
            return Optional.of(NOT_YOURS);
        }
        return s.facts().message(seq).isPresent() ? Optional.empty() : Optional.of(NO_SUCH_MESSAGE);
    }
}
