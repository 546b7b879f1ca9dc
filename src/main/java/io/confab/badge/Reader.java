package io.confab.badge;

import io.confab.kernel.RoomId;
import java.util.LinkedHashMap;
import java.util.Map;

/** A device, with the rooms it is to be told of; true: with the marker. */
final class Reader {
    final Device device;
    final Map<RoomId, Boolean> due = new LinkedHashMap<>();

    Reader(Device device) {
        this.device = device;
    }
}
