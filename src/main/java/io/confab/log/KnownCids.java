package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What was accepted before, by idempotency key. */
final class KnownCids {
    // index room_event_cid
    private static final String FIND = "select e.by_id, e.cid, e.room_id, e.seq, e.ts, e.request_mac, r.epoch"
            + " from unnest(cast(? as varchar array), cast(? as varchar array)) as k(by_id, cid)"
            + " join room_event e on e.by_id = k.by_id and e.cid = k.cid"
            + " join room r on r.id = e.room_id";

    private KnownCids() {}

    /** The first event of an accepted command. */
    record Known(RoomId room, String epoch, long seq, Instant ts, String mac) {
        Answer accepted(String cid, boolean duplicate) {
            return new Answer.Accepted(room, epoch, seq, ts, cid, duplicate);
        }
    }

    static Map<CidKey, Known> find(Connection jdbc, Collection<? extends Pending> commands) throws SQLException {
        var known = new HashMap<CidKey, Known>();
        if (commands.isEmpty()) {
            return known;
        }
        try (var statement = jdbc.prepareStatement(FIND)) {
            Sql.texts(statement, 1, commands, command -> command.sender.value());
            Sql.texts(statement, 2, commands, command -> command.cid);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.put(
                            new CidKey(new UserId(rows.getString(1)), rows.getString(2)),
                            new Known(
                                    new RoomId(rows.getString(3)),
                                    rows.getString(7),
                                    rows.getLong(4),
                                    Instant.ofEpochMilli(rows.getLong(5)),
                                    rows.getString(6)));
                }
            }
        }
        return known;
    }
}
