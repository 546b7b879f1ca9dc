package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.Refusal;
import io.confab.room.RoomKind;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostgresFailureTest extends FailureContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }

    /** C10: a pool must not stay on connections that only read. */
    @Test
    void aServerThatTurnsReadOnlyIsUnavailableUntilItWritesAgain() throws SQLException {
        try (PostgresServer server = PostgresServer.start();
                DatabaseFixture fixture = DatabaseFixture.open(server.freshDatabase())) {
            var carol = fixture.person("carol");
            var room = fixture.room(carol, RoomKind.PRIVATE);
            accepted(fixture.does(carol, room, post("before"), "k1"));

            readOnly(server, "on");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> refused(
                            Refusal.Unavailable.class,
                            fixture.does(carol, room, post("during"), "r" + System.nanoTime())));
            long rows = fixture.number("select count(*) from room_event where room_id = ?", room.value());
            readOnly(server, "off");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> accepted(fixture.does(carol, room, post("after"), "k3")));

            assertThat(fixture.number("select count(*) from room_event where room_id = ?", room.value()))
                    .isEqualTo(rows + 1);
        }
    }

    /** C10: restart under load; what was answered ok is there, once. */
    @Test
    void aRestartOfTheServerLosesNothingAndDoublesNothing() throws SQLException {
        try (PostgresServer server = PostgresServer.start();
                DatabaseFixture fixture = DatabaseFixture.open(server.freshDatabase())) {
            var carol = fixture.person("carol");
            var room = fixture.room(carol, RoomKind.PRIVATE);
            accepted(fixture.does(carol, room, post("before"), "k"));
            var stages = new java.util.ArrayList<java.util.concurrent.CompletionStage<Answer>>();
            for (int i = 0; i < 2_000; i++) {
                stages.add(fixture.submits(carol, room, post("m" + i), "k" + i));
            }

            server.kill9();
            server.restart();

            long accepted = 0;
            for (var stage : stages) {
                accepted += LogFixture.answer(stage) instanceof Answer.Accepted ? 1 : 0;
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> accepted(fixture.does(carol, room, post("after"), "last")));
            assertThat(fixture.number("select count(*) from room_event where room_id = ?", room.value()))
                    .isEqualTo(accepted + 4);
            assertThat(RoomLogContract.numbers(fixture.reader().events(room, 0, 10_000, Integer.MAX_VALUE)))
                    .isEqualTo(RoomLogContract.oneTo(accepted + 4));
        }
    }

    private static void readOnly(PostgresServer server, String value) throws SQLException {
        try (var jdbc = DriverManager.getConnection(server.url("postgres"));
                var statement = jdbc.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute("alter system set default_transaction_read_only = " + value);
            statement.execute("select pg_reload_conf()");
        }
    }
}
