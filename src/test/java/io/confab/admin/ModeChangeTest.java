package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.admin.ModeChange.Shown;
import io.confab.room.RoomMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ModeChangeTest {
    /** Somebody froze the room after the form was shown: changing slow mode thaws nothing. */
    @Test
    void onlyWhatWasTouchedIsSent() {
        var shown = new Shown(RoomMode.OPEN, 0L);

        assertThat(ModeChange.between(shown, new Shown(RoomMode.OPEN, 30L)))
                .isEqualTo(new ModeChange(null, Duration.ofSeconds(30)));
        assertThat(ModeChange.between(shown, new Shown(RoomMode.HALL, 0L)))
                .isEqualTo(new ModeChange(RoomMode.HALL, null));
        assertThat(ModeChange.between(new Shown(RoomMode.HALL, 5L), new Shown(RoomMode.OPEN, 0L)))
                .isEqualTo(new ModeChange(RoomMode.OPEN, Duration.ZERO));
    }

    /** Half a second is shown as 0 and not switched off by it. */
    @Test
    void aFormThatIsSentAsItWasShownChangesNothing() {
        var shown = new Shown(RoomMode.FROZEN, 0L);

        assertThat(ModeChange.between(shown, shown).isNone()).isTrue();
        assertThat(ModeChange.between(shown, new Shown(RoomMode.FROZEN, 1L)).isNone())
                .isFalse();
    }
}
