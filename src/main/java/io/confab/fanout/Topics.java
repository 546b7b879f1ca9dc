package io.confab.fanout;

import io.confab.kernel.RoomId;
import java.util.ArrayList;
import java.util.List;

/** The addresses between nodes; declared in the broker inside and in server-config/artemis/broker.xml. */
final class Topics {
    static final int SHARDS = 16;
    static final String ACCOUNTS = "confab.accounts";
    static final String PRESENCE = "confab.presence";
    static final String READS = "confab.reads";
    private static final String ROOMS = "confab.rooms.";

    private Topics() {}

    /** The shard of a room: always the same, on every node. */
    static String of(RoomId room) {
        return ROOMS + Math.floorMod(room.value().hashCode(), SHARDS);
    }

    static List<String> all() {
        var all = new ArrayList<String>(List.of(ACCOUNTS, PRESENCE, READS));
        all.addAll(rooms());
        return all;
    }

    static List<String> rooms() {
        var rooms = new ArrayList<String>();
        for (int shard = 0; shard < SHARDS; shard++) {
            rooms.add(ROOMS + shard);
        }
        return rooms;
    }
}
