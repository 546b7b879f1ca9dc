package io.confab.notice;

import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The notices of all people. Thread-safe; throws {@link StoreFailure}. */
@Singleton
public class Notices {
    /** Of one person, the oldest first: who has more sees the others when these are seen. */
    public static final int MOST = 20;

    /** Of one person, whether they have seen them or not. */
    public static final int MOST_SHOWN = 100;

    private static final int MOST_CHANGED = 500;
    private static final int MOST_AT_ONCE = 5_000;
    private static final String COLUMNS = "select id, user_id, kind, text, at, seen_at from notice where ";
    // index notice_unseen
    private static final String UNSEEN = COLUMNS + "user_id = ? and seen_at is null order by at, id limit " + MOST;
    private static final String UNSEEN_OF = COLUMNS
            + "user_id = any(cast(? as varchar array)) and seen_at is null order by at, id limit " + MOST_AT_ONCE;
    // index notice_changed
    private static final String CHANGED = COLUMNS + "changed_at > ? order by changed_at desc, id limit " + MOST_CHANGED;
    private static final String ONE = COLUMNS + "id = ?";
    // index notice_unseen, which begins with the person
    private static final String ALL_OF = COLUMNS + "user_id = ? and kind = ? order by at desc, id limit ?";
    private static final String ADD = "insert into notice (id, user_id, kind, text, at, changed_at)"
            + " select cast(? as varchar), cast(? as varchar), cast(? as varchar), cast(? as varchar),"
            + " cast(? as bigint), cast(? as bigint) where not exists (select 1 from notice where id = ?)";
    private static final String SEEN =
            "update notice set seen_at = ?, changed_at = ? where id = ? and user_id = ? and seen_at is null";

    private final Transactions transactions;
    private final Reads reads;
    private final Clock clock;

    @Inject
    public Notices(Database database, Clock clock) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.clock = clock;
    }

    /** In a transaction of whoever tells it; one that is there is left as it is. */
    public static void add(Connection jdbc, Notice notice) throws SQLException {
        long at = notice.at().toEpochMilli();
        try (var statement = jdbc.prepareStatement(ADD)) {
            statement.setString(1, notice.id());
            statement.setString(2, notice.user().value());
            statement.setString(3, notice.kind().word());
            statement.setString(4, notice.text());
            statement.setLong(5, at);
            statement.setLong(6, at);
            statement.setString(7, notice.id());
            statement.executeUpdate();
        }
    }

    /** In a transaction of whoever asks. */
    public static Optional<Notice> find(Connection jdbc, String id) throws SQLException {
        try (var statement = jdbc.prepareStatement(ONE)) {
            statement.setString(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(notice(rows)) : Optional.empty();
            }
        }
    }

    /** Takes one back that was not seen yet. @return false: it was seen, or is not there */
    public static boolean takeBack(Connection jdbc, String id, UserId user, Instant now) throws SQLException {
        return seen(jdbc, id, user, now.toEpochMilli());
    }

    /** What this person has not seen yet, oldest first, at most {@link #MOST}. */
    public List<Notice> unseen(UserId user) {
        return reads.list(UNSEEN, Notices::notice, user.value());
    }

    /** What these people have not seen yet, oldest first. @param users at most some hundreds */
    public List<Notice> unseen(Collection<UserId> users) {
        return reads.list(
                UNSEEN_OF, Notices::notice, users.stream().map(UserId::value).toList());
    }

    /** All of a kind that this person was told, seen or not, the newest first. @param limit at most {@link #MOST_SHOWN} */
    public List<Notice> all(UserId user, Notice.Kind kind, int limit) {
        return reads.list(ALL_OF, Notices::notice, user.value(), kind.word(), Math.clamp(limit, 1, MOST_SHOWN));
    }

    /** The person has seen it, here or elsewhere; one that is not theirs is left alone. */
    public void seen(UserId user, String id) {
        long now = clock.millis();
        transactions.write((em, jdbc) -> seen(jdbc, id, user, now));
    }

    /** What was told or seen since, of all people, the newest first. */
    public List<Notice> changed(Instant since) {
        return reads.list(CHANGED, Notices::notice, since.toEpochMilli());
    }

    private static boolean seen(Connection jdbc, String id, UserId user, long now) throws SQLException {
        try (var statement = jdbc.prepareStatement(SEEN)) {
            statement.setLong(1, now);
            statement.setLong(2, now);
            statement.setString(3, id);
            statement.setString(4, user.value());
            return statement.executeUpdate() == 1;
        }
    }

    private static Notice notice(ResultSet row) throws SQLException {
        row.getLong("seen_at");
        boolean seen = !row.wasNull();
        return new Notice(
                row.getString("id"),
                new UserId(row.getString("user_id")),
                Notice.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("text"),
                Instant.ofEpochMilli(row.getLong("at")),
                seen);
    }
}
