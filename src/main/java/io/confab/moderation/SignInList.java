package io.confab.moderation;

import io.confab.identity.SignInSettings;
import io.confab.kernel.SignInId;
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
import java.util.List;

/** Devices that are signed in, of the people a name or id leads to, for staff. Thread-safe. */
@Singleton
public class SignInList {
    /** People that a beginning of a name leads to: the first ones, so that no search costs more the more there are. */
    private static final int MOST_PEOPLE = 50;

    private static final int MOST = 1_000;
    /** Each branch by its own index: unique username, account_name, primary key. */
    private static final String PEOPLE = "((select id from account where username like ? escape '!' order by username"
            + " limit " + MOST_PEOPLE + ") union (select id from account where name_key like ? escape '!' order by"
            + " name_key limit " + MOST_PEOPLE + ") union (select id from account where id = ?))";

    /** By sign_in_account. */
    private static final String LIVING = " from sign_in s join account a on a.id = s.account_id where s.account_id in "
            + PEOPLE + " and s.ended_at is null and s.expires_at > ? and s.used_at > ?";

    private static final String ROWS = "select s.id, s.account_id, a.username, a.display_name, s.client, s.address,"
            + " s.created_at, s.used_at" + LIVING + " order by s.used_at desc, s.id limit ? offset ?";
    private static final String COUNT = "select count(*) from (select s.id" + LIVING + " limit " + MOST + ") as found";

    private final Reads reads;
    private final Clock clock;
    private final SignInSettings settings;

    @Inject
    public SignInList(Database database, Clock clock, SignInSettings settings) {
        this.reads = database.reads();
        this.clock = clock;
        this.settings = settings;
    }

    /** One device of one person. */
    public record Row(
            SignInId id,
            UserId user,
            String username,
            String displayName,
            String client,
            String address,
            Instant createdAt,
            Instant usedAt) {}

    /**
     * The one used last first.
     *
     * @param text beginning of a username or display name, without case, or a whole id of a person; blank finds nothing
     * @param limit at most 100
     */
    public Slice<Row> page(String text, int offset, int limit) {
        if (text.isBlank()) {
            return Slice.of(List.of(), 0);
        }
        String prefix = LikePattern.keyStartingWith(text);
        String id = text.strip();
        long now = clock.millis();
        long idle = now - settings.idle().toMillis();
        int counted = reads.first(COUNT, row -> row.getInt(1), prefix, prefix, id, now, idle)
                .orElseThrow();
        List<Row> rows = reads.list(
                ROWS,
                SignInList::row,
                prefix,
                prefix,
                id,
                now,
                idle,
                Math.clamp(limit, 1, 100),
                Math.clamp(offset, 0, MOST));
        return Slice.of(rows, counted);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new SignInId(row.getString("id")),
                new UserId(row.getString("account_id")),
                row.getString("username"),
                row.getString("display_name"),
                row.getString("client"),
                row.getString("address"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("used_at")));
    }
}
