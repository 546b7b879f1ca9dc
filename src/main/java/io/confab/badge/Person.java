package io.confab.badge;

import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Somebody with a device here. */
final class Person {
    final Map<ConnectionId, Reader> devices = new LinkedHashMap<>();
    final Map<RoomId, Watch> watches = new LinkedHashMap<>();

    boolean listens(RoomId room) {
        return devices.values().stream().anyMatch(reader -> reader.device.listens(room));
    }

    boolean listensEverywhere(RoomId room) {
        return devices.values().stream().allMatch(reader -> reader.device.listens(room));
    }

    /** Every device listens, and none is to be told. */
    boolean needsNo(Watch watch) {
        return listensEverywhere(watch.room())
                && devices.values().stream().noneMatch(reader -> reader.due.containsKey(watch.room()));
    }
}
