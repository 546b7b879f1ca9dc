package io.confab.admin;

import io.confab.room.RoomMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the form of a room's mode changes: what was not touched there is not sent, since somebody else may have changed it after
 * the form was shown, and since the form shows slow mode in whole seconds.
 *
 * @param mode null: it stays as it is
 * @param slowMode null: it stays as it is
 */
record ModeChange(@Nullable RoomMode mode, @Nullable Duration slowMode) {
    static ModeChange between(Shown shown, Shown chosen) {
        Long seconds = chosen.slowSeconds();
        return new ModeChange(
                chosen.mode() == shown.mode() ? null : chosen.mode(),
                seconds == null || seconds.equals(shown.slowSeconds()) ? null : Duration.ofSeconds(seconds));
    }

    boolean isNone() {
        return mode == null && slowMode == null;
    }

    /** What stands in the form. */
    record Shown(@Nullable RoomMode mode, @Nullable Long slowSeconds) {}
}
