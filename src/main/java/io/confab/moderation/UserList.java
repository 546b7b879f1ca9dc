package io.confab.moderation;

import io.confab.identity.Account;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.LikePattern;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All accounts, for staff: searched by the beginning of a name or by id, in pages. Thread-safe. */
@Singleton
public class UserList {
    private static final String COLUMNS = "select a.id, a.username, a.display_name, a.role, a.suspended_until,"
            + " a.suspended_why, a.rev, a.created_at";
    private static final int ENOUGH = Slice.MOST + 1;
    /**
     * Each branch by its own index (unique username, account_name, primary key), and bounded. Joined, since H2 looks through
     * what stands behind "in" for each row anew.
     */
    private static final String NAMED = " from ((select id from account where username like ? escape '!' order by"
            + " username limit " + ENOUGH + ") union (select id from account where name_key like ? escape '!' order by"
            + " name_key limit " + ENOUGH + ") union (select id from account where id = ?)) as named join account a"
            + " on a.id = named.id";

    private final Reads reads;
    private final Clock clock;

    @Inject
    public UserList(Database database, Clock clock) {
        this.reads = database.reads();
        this.clock = clock;
    }

    /** Which accounts. */
    public enum Show {
        EVERYONE,
        STAFF,
        SUSPENDED
    }

    /** By which indexed column. */
    public enum Sort {
        USERNAME("username"),
        CREATED("created_at");

        private final String column;

        Sort(String column) {
            this.column = column;
        }
    }

    /** @param text beginning of a username or display name, without case, or a whole id; empty: all */
    public record Query(String text, Show show, Sort sort, boolean ascending) {}

    /** @param limit at most 100 */
    public Slice<Account> page(Query query, int offset, int limit) {
        var values = new ArrayList<Object>();
        String condition = condition(query, values);
        int counted = count(condition, values);
        values.add(Math.clamp(limit, 1, 100));
        values.add(Math.clamp(offset, 0, Slice.MOST));
        String sql = COLUMNS + condition + order(query) + " limit ? offset ?";
        return Slice.of(reads.list(sql, UserList::account, values.toArray()), counted);
    }

    /** All that match, as they stand now, in their order: ids alone, so many at most. */
    public List<UserId> ids(Query query, int limit) {
        var values = new ArrayList<Object>();
        String sql = "select a.id" + condition(query, values) + order(query) + " limit ?";
        values.add(limit);
        return reads.list(sql, row -> new UserId(row.getString(1)), values.toArray());
    }

    private static String order(Query query) {
        String direction = query.ascending() ? "" : " desc";
        return " order by a." + query.sort().column + direction + ", a.id" + direction;
    }

    private String condition(Query query, List<Object> values) {
        var where = new ArrayList<String>(List.of("a.id <> '" + UserId.SERVER + "'"));
        boolean named = !query.text().isBlank();
        if (named) {
            String prefix = LikePattern.keyStartingWith(query.text());
            values.addAll(List.of(prefix, prefix, query.text().strip()));
        }
        if (query.show() == Show.STAFF) {
            where.add("a.role in ('auditor', 'moderator', 'admin')"); // index account_role
        } else if (query.show() == Show.SUSPENDED) {
            where.add("a.suspended_until > ?"); // index account_suspended
            values.add(clock.millis());
        }
        return (named ? NAMED : " from account a") + " where " + String.join(" and ", where);
    }

    private int count(String condition, List<Object> values) {
        String sql = "select count(*) from (select a.id" + condition + " limit " + ENOUGH + ") as found";
        return reads.first(sql, row -> row.getInt(1), values.toArray()).orElseThrow();
    }

    private static Account account(ResultSet row) throws SQLException {
        long until = row.getLong("suspended_until");
        @Nullable Instant suspendedUntil = row.wasNull() ? null : Instant.ofEpochMilli(until);
        return new Account(
                new UserId(row.getString("id")),
                row.getString("username"),
                row.getString("display_name"),
                GlobalRole.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
                suspendedUntil,
                row.getString("suspended_why"),
                row.getLong("rev"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
