package io.confab.log;

import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.LoggedEvent;
import io.confab.room.RoomRules;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import io.confab.trace.NoTraces;
import io.confab.trace.Traces;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** The real log over a database, as one node has it. Several of them may share one database. */
final class DatabaseFixture extends LogFixture {
    private static final long FOREVER_MILLIS = 253_402_300_799_000L;

    final Database database;
    final LogMetrics metrics = new LogMetrics();
    final RoomWriters log;
    final RoomReader reader;
    final DatabaseReadMarkers markers;
    final Unread unread;
    /** What the commit listeners were told, by room. */
    final Map<RoomId, List<LoggedEvent>> heard = new ConcurrentHashMap<>();

    final LogSettings settings;
    private final Ids ids = new Ids();

    static DatabaseFixture open(String url) {
        return open(url, Map.of(), UnaryOperator.identity());
    }

    static DatabaseFixture open(String url, Map<String, String> settings, UnaryOperator<DataSource> logSource) {
        return new DatabaseFixture(configuration(url, settings), logSource, Clock.systemUTC(), NoTraces.none());
    }

    static DatabaseFixture open(String url, Clock clock) {
        return new DatabaseFixture(configuration(url, Map.of()), UnaryOperator.identity(), clock, NoTraces.none());
    }

    static DatabaseFixture open(String url, Traces traces) {
        return new DatabaseFixture(configuration(url, Map.of()), UnaryOperator.identity(), Clock.systemUTC(), traces);
    }

    private static Configuration configuration(String url, Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.put("confab.db.url", url);
        return new Configuration(key -> Optional.ofNullable(all.get(key)));
    }

    /** A node of its own on a database of its own: H2 in memory, with all of H2's locking. */
    static String freshH2() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }

    private DatabaseFixture(
            Configuration configuration, UnaryOperator<DataSource> logSource, Clock clock, Traces traces) {
        this.database = new Database(StoreSettings.from(configuration), logSource);
        this.settings = LogSettings.from(configuration);
        this.markers = new DatabaseReadMarkers(database, settings);
        this.unread = new DatabaseUnread(database, markers, clock);
        List<CommitListener> listeners = List.of(
                markers,
                (room, epoch, events) -> heard.computeIfAbsent(room, r -> new CopyOnWriteArrayList<>())
                        .addAll(events));
        this.log = new RoomWriters(
                database, settings, RoomRules.from(configuration), clock, ids, metrics, traces, listeners, List.of());
        this.reader = new DatabaseRoomReader(database, clock);
        log.start();
        markers.start();
    }

    @Override
    RoomLog log() {
        return log;
    }

    @Override
    RoomReader reader() {
        return reader;
    }

    @Override
    Person person(String username, GlobalRole role) {
        var person = new Person(ids.user(), ids.signIn(), username);
        update(
                "insert into account (id, username, display_name, password_hash, role, rev, changed_at, created_at)"
                        + " values (?, ?, ?, 'x', ?, 1, 0, 0)",
                person.user().value(),
                username,
                username,
                role.word());
        update(
                "insert into sign_in (id, account_id, client, address, created_at, used_at, expires_at, family_key,"
                        + " refresh_hash) values (?, ?, 'test', '127.0.0.1', 0, ?, ?, 'x', 'x')",
                person.signIn().value(),
                person.user().value(),
                FOREVER_MILLIS,
                FOREVER_MILLIS);
        return person;
    }

    @Override
    void suspend(Person person) {
        suspend(person.user());
    }

    /** As the console does it: the account is taken {@code for update} first. */
    void suspend(UserId user) {
        database.transactions().write((entities, jdbc) -> {
            lockAccount(jdbc, user);
            return execute(
                    jdbc,
                    "update account set suspended_until = ?, rev = rev + 1 where id = ?",
                    FOREVER_MILLIS,
                    user.value());
        });
    }

    @Override
    void endSignIn(Person person) {
        database.transactions().write((entities, jdbc) -> {
            lockAccount(jdbc, person.user());
            return execute(
                    jdbc,
                    "update sign_in set ended_at = 1 where id = ?",
                    person.signIn().value());
        });
    }

    private static void lockAccount(Connection jdbc, UserId user) throws SQLException {
        try (var statement = jdbc.prepareStatement("select id from account where id = ? for update")) {
            statement.setString(1, user.value());
            statement.executeQuery().close();
        }
    }

    int update(String sql, Object... values) {
        return database.transactions().write((entities, jdbc) -> execute(jdbc, sql, values));
    }

    private static int execute(Connection jdbc, String sql, Object... values) throws SQLException {
        try (var statement = jdbc.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    long number(String sql, Object... values) {
        return database.reads().query(jdbc -> {
            try (var statement = jdbc.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }

    @Override
    public void close() {
        log.stop();
        markers.stop();
        database.close();
    }
}
