package io.confab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import io.confab.moderation.StaffMember;
import io.confab.report.ReportNode.Person;
import io.confab.room.RoomKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who moderates a room reads the cases of that room, however many wait elsewhere, by whichever plan PostgreSQL keeps. */
class PostgresCasePlanTest {
    private static final int ROUNDS = 10; // more than it plans anew
    private static final int ELSEWHERE = 20_000;
    private static final int HERE = 20;

    private final String url = PostgresServer.shared().freshDatabase();
    private ReportNode node = new ReportNode(url);

    @Test
    void theQueueOfARoomIsReadFromItsOwnCasesAlone() {
        Person owner = node.person();
        Person ann = node.person();
        RoomId room = node.room(owner, RoomKind.PUBLIC, ann);
        StaffMember reader = owner.inRooms();
        grow("'" + room + "'", "open", HERE, ann);
        grow("'" + room + "'", "closed", HERE, ann);
        everyStatement(reader);
        grow("'r_' || n / 20", "open", ELSEWHERE, ann);
        grow("'r_' || n / 20", "closed", ELSEWHERE, ann);
        node.sql("analyze mod_case");
        long before = read();

        everyStatement(reader);

        assertThat(read() - before).as("rows read").isLessThan(ROUNDS * 5 * (2 * HERE + 10L));
        node.close();
    }

    private void everyStatement(StaffMember reader) {
        var list = new CaseList(node.database, node.clock);
        List<String> open = List.of();
        for (int i = 0; i < ROUNDS; i++) {
            open = list.page(CaseRow.State.OPEN, reader.reach(), 0, 50).rows().stream()
                    .map(row -> row.about().id())
                    .toList();
            assertThat(open).hasSize(HERE);
            assertThat(list.page(CaseRow.State.CLOSED, reader.reach(), 0, 50).rows())
                    .hasSize(HERE);
            assertThat(list.count(CaseRow.State.OPEN, reader.reach())).isEqualTo(HERE);
            assertThat(list.after(open.get(4), reader)).contains(open.get(5));
            assertThat(list.before(open.get(5), reader)).contains(open.get(4));
        }
    }

    /** Of somebody's messages, those that came first at the end of the queue. */
    private void grow(String room, String state, int many, Person author) {
        node.sql(
                "insert into mod_case (id, target, room_id, seq, author_id, state, round, version, reports, score,"
                        + " opened_at, sort_key, changed_at) select md5(random()::text), md5(random()::text), " + room
                        + ", n, ?, ?, 1, 1, 1, 10, n, -n, n from generate_series(1, " + many + ") n",
                author.user().value(),
                state);
    }

    /** PostgreSQL counts a connection's reads at its end. */
    private long read() {
        node.close();
        node = new ReportNode(url);
        return node.number("select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'mod_case'");
    }
}
