package io.confab.moderation;

import io.confab.audit.SanctionHistory;
import io.confab.kernel.UserId;
import io.confab.store.Database;
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
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Mutes, bans and suspensions of everybody, for staff: those that run, what ends next first, and those that are over, what
 * ended last first; in pages by key, so the last page costs what the first does. Thread-safe.
 */
@Singleton
public class SanctionList {
    private static final int MOST = 100;
    private static final Pattern KEY = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");
    private static final String COLUMNS =
            "select s.id, s.kind, s.room_id, r.name as room_name, s.user_id, u.username, u.display_name, s.by_id,"
                    + " b.username as by_name, s.at, s.over_at, s.why, s.ended, s.ended_by, e.username as ended_by_name,"
                    + " s.ended_why from (";
    private static final String NAMES = ") as s left join account u on u.id = s.user_id left join account b on b.id ="
            + " s.by_id left join account e on e.id = s.ended_by left join room r on r.id = s.room_id order by s.over_at";

    private final Reads reads;
    private final Clock clock;

    @Inject
    public SanctionList(Database database, Clock clock) {
        this.reads = database.reads();
        this.clock = clock;
    }

    /** How one that is over came to its end. */
    public enum End {
        LIFTED,
        REPLACED,
        RAN_OUT
    }

    /**
     * One of them.
     *
     * @param room its id; empty: everywhere @param roomName empty: a direct conversation, or none
     * @param by null: not known; it was laid before this was kept
     * @param at 1970: not known likewise
     * @param overAt when it ends or ended; {@link SanctionHistory#UNTIL_LIFTED}: nobody knows
     * @param end null: it runs
     */
    public record Row(
            long id,
            SanctionHistory.Kind kind,
            String room,
            String roomName,
            UserId user,
            String username,
            String displayName,
            @Nullable UserId by,
            String byName,
            Instant at,
            Instant overAt,
            @Nullable String why,
            @Nullable End end,
            @Nullable UserId endedBy,
            String endedByName,
            @Nullable String endedWhy) {
        public boolean isKnown() {
            return !at.equals(Instant.EPOCH);
        }

        private String key() {
            return overAt.toEpochMilli() + "-" + id;
        }
    }

    /** @param next the key of the page after; empty: there is none */
    public record Page(List<Row> rows, String next) {
        public Page {
            rows = List.copyOf(rows);
        }
    }

    /** Which of them. @param kind null: all @param user null: of everybody */
    public record Query(
            boolean over,
            SanctionHistory.@Nullable Kind kind,
            @Nullable UserId user) {}

    /** @param after the {@code next} of the page before; anything else begins anew; @param limit at most 100 */
    public Page page(Query query, String after, int limit) {
        long now = clock.millis();
        int most = Math.clamp(limit, 1, MOST);
        var where = new ArrayList<String>();
        var values = new ArrayList<Object>();
        key(query.over(), after, now, where, values);
        if (query.kind() != null) {
            where.add("kind = ?");
            values.add(query.kind().word());
        }
        if (query.user() != null) {
            where.add("user_id = ?");
            values.add(query.user().value());
        }
        String direction = query.over() ? " desc" : "";
        String inner = "select * from sanction where " + String.join(" and ", where) + " order by over_at" + direction
                + ", id" + direction + " limit ?"; // by sanction_over, sanction_kind or sanction_user
        values.add(most + 1);
        List<Row> rows = reads.list(
                COLUMNS + inner + NAMES + direction + ", s.id" + direction, row -> row(row, now), values.toArray());
        boolean more = rows.size() > most;
        List<Row> shown = more ? rows.subList(0, most) : rows;
        return new Page(shown, more ? shown.getLast().key() : "");
    }

    /** Where the page begins; what runs is beyond now, what is over is not. */
    private static void key(boolean over, String after, long now, List<String> where, List<Object> values) {
        var key = KEY.matcher(after);
        boolean given = key.matches();
        long time = given ? Long.parseLong(key.group(1)) : now;
        long id = given ? Long.parseLong(key.group(2)) : Long.MAX_VALUE;
        where.add(over ? "(over_at, id) < (?, ?)" : "(over_at, id) > (?, ?)");
        values.add(over && time > now ? now : time);
        values.add(id);
        where.add(over ? "over_at <= ?" : "over_at > ?"); // time goes on while pages are turned
        values.add(now);
    }

    private static Row row(ResultSet row, long now) throws SQLException {
        String ended = row.getString("ended");
        Instant overAt = Instant.ofEpochMilli(row.getLong("over_at"));
        End ranOut = overAt.toEpochMilli() <= now ? End.RAN_OUT : null;
        return new Row(
                row.getLong("id"),
                SanctionHistory.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("room_id"),
                text(row, "room_name"),
                new UserId(row.getString("user_id")),
                text(row, "username"),
                text(row, "display_name"),
                user(row, "by_id"),
                text(row, "by_name"),
                Instant.ofEpochMilli(row.getLong("at")),
                overAt,
                row.getString("why"),
                ended == null ? ranOut : End.valueOf(ended.toUpperCase(Locale.ROOT)),
                user(row, "ended_by"),
                text(row, "ended_by_name"),
                row.getString("ended_why"));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    private static @Nullable UserId user(ResultSet row, String column) throws SQLException {
        String id = row.getString(column);
        return id == null ? null : new UserId(id);
    }
}
