package io.confab.room;

import static io.confab.room.RoomScene.post;
import static io.confab.room.RoomScene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.Configuration;
import io.confab.kernel.Refusal;
import io.confab.room.RoomCommand.DeleteMessage;
import io.confab.room.RoomCommand.HideMessage;
import io.confab.room.RoomCommand.PinMessage;
import io.confab.room.RoomCommand.RemoveMessages;
import io.confab.room.RoomCommand.RestoreMessage;
import io.confab.room.RoomCommand.SetSanction;
import io.confab.room.RoomCommand.UnpinMessage;
import io.confab.room.RoomCommand.UpdateRoom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may pin messages, and what is pinned then. */
class PinsTest {
    private final RoomScene scene = RoomScene.publicRoom();

    static RoomRules rules(int maxPins) {
        var set = Map.of("confab.room.max-pins", String.valueOf(maxPins));
        return RoomRules.from(new Configuration(key -> Optional.ofNullable(set.get(key))));
    }

    /** Number of each pinned message and of the event that pinned it. */
    private static Map<Long, Long> pins(RoomScene scene) {
        Map<Long, Long> pins = Map.of();
        for (LoggedEvent logged : scene.events()) {
            pins = RoomEvolution.evolve(pins, logged);
        }
        return pins;
    }

    @Test
    void whoModeratesPinsAndUnpinsAndNobodyElse() {
        for (String who : List.of("mo", "olga", "glo", "ada")) {
            long seq = scene.happens("ann", post("pinned by " + who));

            scene.refused("ann", new PinMessage(seq), Refusal.Forbidden.class);
            scene.refused("eve", new PinMessage(seq), Refusal.NotMember.class);
            scene.refused("aud", new PinMessage(seq), Refusal.NotMember.class);
            long pinned = scene.happens(who, new PinMessage(seq));
            assertThat(scene.last()).isEqualTo(new RoomEvent.MessagePinned(seq));
            assertThat(pins(scene)).containsEntry(seq, pinned);

            scene.refused("ann", new UnpinMessage(seq), Refusal.Forbidden.class);
            scene.refused("eve", new UnpinMessage(seq), Refusal.NotMember.class);
            scene.happens(who, new UnpinMessage(seq));
            assertThat(scene.last()).isEqualTo(new RoomEvent.MessageUnpinned(seq));
            assertThat(pins(scene)).isEmpty();
        }
    }

    @Test
    void aPrivateRoomIsNotThereForWhoIsNotInIt() {
        RoomScene hidden = RoomScene.privateRoom();
        long seq = hidden.happens("ann", post("hello"));

        hidden.refused("eve", new PinMessage(seq), Refusal.NotFound.class);
        hidden.refused("eve", new UnpinMessage(seq), Refusal.NotFound.class);
        hidden.happens("glo", new PinMessage(seq));
    }

    @Test
    void inADirectConversationItsTwoPeoplePinAndNotEvenStaffBesideThem() {
        RoomScene direct = RoomScene.directRoom();
        long seq = direct.happens("ann", post("hello"));

        direct.happens("olga", new PinMessage(seq));
        direct.happens("ann", new UnpinMessage(seq));
        direct.happens("ann", new PinMessage(seq));

        direct.refused("ada", new PinMessage(seq), Refusal.NotFound.class);
        direct.refused("ada", new UnpinMessage(seq), Refusal.NotFound.class);
    }

    @Test
    void whatIsPinnedIsSoAlreadyByTheNumberThatPinnedIt() {
        long seq = scene.happens("ann", post("hello"));
        scene.isSoAlready("mo", new UnpinMessage(seq));
        long pinned = scene.happens("mo", new PinMessage(seq));
        scene.happens("ann", post("and on"));

        scene.isSoAlready("max", new PinMessage(seq));

        assertThat(scene.by("max", new PinMessage(seq))).hasFieldOrPropertyWithValue("seq", pinned);
    }

    @Test
    void onlyMessagesThatStandArePinned() {
        long seq = scene.happens("ann", post("hello"));
        long edit = scene.happens("ann", new RoomCommand.EditMessage(seq, RoomScene.text("hallo")));
        long gone = scene.happens("ann", post("oops"));
        scene.happens("ann", new DeleteMessage(gone, null));

        for (long number : List.of(1L, edit, gone, 5_000L)) {
            scene.refused("mo", new PinMessage(number), Refusal.NotFound.class);
        }
        scene.refused("mo", new UnpinMessage(edit), Refusal.NotFound.class);
        scene.isSoAlready("mo", new UnpinMessage(gone));
        scene.refused("ann", new PinMessage(5_000L), Refusal.Forbidden.class);
    }

    @Test
    void whoeverTakesAMessageAwayTakesItsPinAndItsReturnDoesNotBringItBack() {
        long own = scene.happens("ann", post("own"));
        long hidden = scene.happens("ann", post("hidden"));
        long removed = scene.happens("ann", post("removed"));
        List.of(own, hidden, removed).forEach(seq -> scene.happens("mo", new PinMessage(seq)));

        scene.happens("ann", new DeleteMessage(own, null));
        assertThat(pins(scene)).containsOnlyKeys(hidden, removed);
        scene.happens("mo", new RemoveMessages(List.of(own, removed), null));
        assertThat(pins(scene)).containsOnlyKeys(hidden);
        scene.happens("mo", new HideMessage(hidden, null));
        assertThat(pins(scene)).isEmpty();

        scene.happens("mo", new RestoreMessage(hidden));
        assertThat(pins(scene)).isEmpty();
        scene.happens("mo", new PinMessage(hidden));
        assertThat(pins(scene)).containsOnlyKeys(hidden);
    }

    @Test
    void aRoomHasSoManyPinsAndNoMoreUntilOneIsFree() {
        RoomScene narrow = RoomScene.publicRoom(rules(2));
        long one = narrow.happens("ann", post("one"));
        long two = narrow.happens("ann", post("two"));
        long three = narrow.happens("ann", post("three"));
        narrow.happens("mo", new PinMessage(one));
        narrow.happens("mo", new PinMessage(two));

        var full = narrow.refused("mo", new PinMessage(three), Refusal.Conflict.class);
        assertThat(full.message()).contains("2 pins");
        narrow.isSoAlready("mo", new PinMessage(one));

        narrow.happens("ann", new DeleteMessage(one, null));
        narrow.happens("mo", new PinMessage(three));
    }

    @Test
    void anArchiveAndAFrozenRoomKeepTheirPins() {
        long seq = scene.happens("ann", post("hello"));
        long other = scene.happens("ann", post("hello again"));
        scene.happens("mo", new PinMessage(seq));

        scene.happens("mo", new UpdateRoom(null, null, RoomMode.FROZEN, null));
        scene.refused("mo", new UnpinMessage(seq), Refusal.RoomFrozen.class);
        scene.happens("glo", new PinMessage(other));
        scene.happens("ada", new RoomCommand.ArchiveRoom());
        scene.refused("mo", new UnpinMessage(seq), Refusal.RoomArchived.class);
        scene.refused("glo", new UnpinMessage(seq), Refusal.RoomArchived.class);
    }

    /** As with a room's topic: it says nothing of its own. */
    @Test
    void aMutedModeratorPinsAndABannedOneDoesNot() {
        long seq = scene.happens("ann", post("hello"));
        scene.happens("mo", new UpdateRoom(null, null, RoomMode.READONLY, null));
        scene.happens("olga", new SetSanction(user("mo"), SanctionKind.MUTE, null, null));
        scene.happens("mo", new PinMessage(seq));
        scene.happens("olga", new SetSanction(user("mo"), SanctionKind.BAN, null, null));

        scene.refused("mo", new UnpinMessage(seq), Refusal.Banned.class);
    }
}
