package io.confab.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.RoomId;
import io.confab.room.RoomKind;
import io.confab.room.RoomMode;
import io.confab.room.RoomState;
import io.confab.wire.WireFixtures;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NoticesTest {
    private static final RoomId ROOM = new RoomId("r_9");

    @Test
    void noticesAreWrittenByteForByte() {
        var state = new RoomState(
                ROOM, "a1", 57, RoomKind.PUBLIC, "General", "", RoomMode.OPEN, Duration.ZERO, false, 2, Instant.EPOCH);

        assertThat(Notices.gap(ROOM, Outcome.Reason.LEFT, "a1", 57)).isEqualTo(WireFixtures.text("out.gap"));
        assertThat(Notices.roomAdded(state)).isEqualTo(WireFixtures.text("out.room.added"));
        assertThat(Notices.roomRemoved(ROOM)).isEqualTo(WireFixtures.text("out.room.removed"));
    }
}
