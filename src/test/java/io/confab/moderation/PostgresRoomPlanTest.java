package io.confab.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import io.confab.log.RealLog;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** PostgreSQL keeps one plan for all rooms, of which most are small: it must do for the largest. */
class PostgresRoomPlanTest {
    private static final int ROUNDS = 10; // more than it plans anew
    private static final int LARGE = 30_000;
    private static final int LOOKED_AT = 5_000;

    @Test
    void howBusyTheLargestRoomIsIsReadFromItsLastEventsAlone() {
        RealLog log = RealLog.open(PostgresServer.shared().freshDatabase());
        grow(log, "'r_' || n / 20", "n % 20", 20 * 500);
        grow(log, "'r_hall'", "n", LARGE);
        log.update(
                "insert into room (id, epoch, head, kind, name, topic, mode, slow_ms, archived, members, last_ts,"
                        + " created_at) values ('r_hall', 'e', ?, 'public', 'hall', '', 'open', 0, false, 0, 0, 0)",
                LARGE);
        log.update("analyze room_event");
        long before = read(log);
        var rooms = new RoomList(log.database(), Clock.systemUTC());
        RoomList.Row hall = rooms.find(new RoomId("r_hall")).orElseThrow();

        for (int i = 0; i < ROUNDS; i++) {
            assertThat(rooms.spokenSince(hall, Instant.ofEpochMilli(LARGE - 9))).isEqualTo(10);
        }
        log.close(); // PostgreSQL counts a connection's reads at its end
        log = RealLog.open(log.url());

        assertThat(read(log) - before).as("rows read").isLessThan(ROUNDS * (LOOKED_AT + 100L));
        log.close();
    }

    private static void grow(RealLog log, String room, String seq, int many) {
        log.update("insert into room_event (room_id, seq, type, by_id, ts, body, detail) select " + room + ", " + seq
                + ", 'msg.new', 'u_1', n, '{}', '{}' from generate_series(1, " + many + ") n");
    }

    private static long read(RealLog log) {
        return log.number("select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'room_event'");
    }
}
