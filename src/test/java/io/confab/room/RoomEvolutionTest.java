package io.confab.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The next state after an event. */
class RoomEvolutionTest {
    private static final RoomId ROOM = new RoomId("r_1");
    private static final UserId ANN = new UserId("u_ann");
    private static final Instant TS = Instant.parse("2026-01-31T12:00:00Z");
    private static final RoomState NEW = RoomEvolution.nothing(ROOM, "e1");

    private static LoggedEvent logged(String epoch, long seq, RoomEvent event) {
        return new LoggedEvent(ROOM, epoch, seq, ANN, TS, null, event);
    }

    @Test
    void roomBeginsWithItsCreation() {
        RoomState room = RoomEvolution.evolve(NEW, logged("e1", 1, new RoomEvent.RoomCreated(RoomKind.PUBLIC, "x")));

        assertThat(room)
                .isEqualTo(new RoomState(
                        ROOM, "e1", 1, RoomKind.PUBLIC, "x", "", RoomMode.OPEN, Duration.ZERO, false, 0, TS));
    }

    @Test
    void onlyTheNextEventOfThisRoomAndEpochFollows() {
        var event = new RoomEvent.RoomArchived();
        var elsewhere = new LoggedEvent(new RoomId("r_2"), "e1", 1, ANN, TS, null, event);

        assertThatThrownBy(() -> RoomEvolution.evolve(NEW, logged("e1", 2, event)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RoomEvolution.evolve(NEW, logged("e1", 0, event)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RoomEvolution.evolve(NEW, logged("e2", 1, event)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RoomEvolution.evolve(NEW, elsewhere)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eventAboutAnotherPersonChangesNothing() {
        Membership bob = Membership.none(new UserId("u_bob"));

        assertThat(RoomEvolution.evolve(bob, NEW, logged("e1", 1, new RoomEvent.MemberJoined(ANN, RoomRole.OWNER))))
                .isSameAs(bob);
    }
}
