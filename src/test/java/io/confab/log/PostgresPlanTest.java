package io.confab.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.it.support.PostgresServer;
import io.confab.kernel.RoomId;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL keeps the plan of a prepared statement until it knows the table better: what was planned while a table was
 * small runs on while it grows.
 */
class PostgresPlanTest {
    private static final int MANY = 20_000;
    private static final int ROUNDS = 20;

    private final String url = PostgresServer.shared().freshDatabase();
    private final DatabaseFixture log = DatabaseFixture.open(url);

    @Test
    void aCommitReadsByKeyHoweverMuchTheTablesHaveGrownSinceItWasPlanned() throws SQLException {
        var ann = log.person("ann");
        var bob = log.person("bob");
        RoomId room = log.room(ann, RoomKind.PRIVATE, bob);
        everyStatementIsPlanned(ann, bob, room);
        long pinned = log.posts(ann, room, "the rules of this room").seq();
        log.succeeds(ann, room, new RoomCommand.PinMessage(pinned));

        allTablesGrow();
        long before = rowsReadOnceWritten(MANY);
        everyStatementIsPlanned(ann, bob, room);

        log.close(); // PostgreSQL counts a connection's reads at its end
        long read = rowsReadOnceWritten(MANY + 2 * 4 * ROUNDS) - before;
        assertThat(read)
                .as("rows read to post, edit, pin and delete %d messages", ROUNDS)
                .isLessThan(ROUNDS * 4 * 33L);
    }

    /** Often enough for the driver to prepare a statement and for PostgreSQL to keep one plan of it. */
    private void everyStatementIsPlanned(LogFixture.Person ann, LogFixture.Person bob, RoomId room) {
        for (int i = 0; i < ROUNDS; i++) {
            long seq = log.posts(ann, room, "good morning @" + bob.username()).seq();
            log.succeeds(ann, room, new RoomCommand.EditMessage(seq, LogFixture.text("hello @" + bob.username())));
            log.succeeds(ann, room, new RoomCommand.PinMessage(seq));
            log.succeeds(ann, room, new RoomCommand.DeleteMessage(seq, null));
        }
    }

    private void allTablesGrow() throws SQLException {
        grow("account", "'id', 'x' || n, 'username', 'x' || n");
        grow("sign_in", "'id', 'x' || n");
        grow("room", "'id', 'x' || n");
        grow("room_member", "'user_id', 'x' || n");
        grow("room_pin", "'room_id', 'x', 'seq', n");
        grow("room_event", "'room_id', 'x', 'seq', n, 'cid', 'x' || n");
    }

    /** Adds copies of one row that differ in these columns. */
    private void grow(String table, String columns) throws SQLException {
        try (var jdbc = DriverManager.getConnection(url);
                var statement = jdbc.createStatement()) {
            String all;
            try (var rows =
                    statement.executeQuery("select string_agg(column_name, ', ') from information_schema.columns"
                            + " where table_name = '" + table + "' and is_generated = 'NEVER'")) {
                rows.next();
                all = rows.getString(1);
            }
            statement.executeUpdate("insert into " + table + " (" + all + ") select " + all + " from (select"
                    + " (jsonb_populate_record(one.t, jsonb_build_object(" + columns + "))).* from (select t from "
                    + table + " as t limit 1) as one, generate_series(1, " + MANY + ") as n) as copies");
        }
    }

    private long rowsReadOnceWritten(long events) throws SQLException {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        number("select n_tup_ins from pg_stat_user_tables where relname = 'room_event'") >= events);
        return number("select sum(seq_tup_read)::bigint from pg_stat_user_tables")
                + number("select sum(idx_tup_read)::bigint from pg_stat_user_indexes");
    }

    private long number(String sql) throws SQLException {
        try (var jdbc = DriverManager.getConnection(url);
                var statement = jdbc.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
