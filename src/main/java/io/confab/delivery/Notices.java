package io.confab.delivery;

import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.room.RoomState;

/** Texts of the frames that delivery sends by itself (docs/protocol/v1.md, "Frames"). */
final class Notices {
    private Notices() {}

    /** {@code {"t":"gap","room":…,"d":{"reason":…,"ep":…,"head":…}}}: the subscription has ended with a hole. */
    static String gap(RoomId room, Outcome.Reason reason, String epoch, long head) {
        var frame = Json.object().put("t", "gap").put("room", room.value());
        frame.putObject("d").put("reason", reason.word()).put("ep", epoch).put("head", head);
        return Json.write(frame);
    }

    /** {@code {"t":"room.removed","room":…,"d":{"room":…}}} */
    static String roomRemoved(RoomId room) {
        var frame = Json.object().put("t", "room.removed").put("room", room.value());
        frame.putObject("d").put("room", room.value());
        return Json.write(frame);
    }

    /** {@code {"t":"room.added","room":…,"d":{"room":…,"kind":…,"name":…,"ep":…,"head":…}}} */
    static String roomAdded(RoomState state) {
        var frame =
                Json.object().put("t", "room.added").put("room", state.room().value());
        frame.putObject("d")
                .put("room", state.room().value())
                .put("kind", state.kind().word())
                .put("name", state.name())
                .put("ep", state.epoch())
                .put("head", state.head());
        return Json.write(frame);
    }
}
