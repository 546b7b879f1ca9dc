package io.confab.rule;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.Transactions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What rules met, in the database. Thread-safe. */
class HitRows {
    private static final int PURGE = 1_000;

    /** Once, though a commit whose outcome nobody learnt is tried again. */
    private static final String INSERT =
            "insert into rule_hit (id, rule_id, at, author_id, room_id, seq, outcome, met, shown)"
                    + " select cast(? as varchar), cast(? as varchar), cast(? as bigint), cast(? as varchar),"
                    + " cast(? as varchar), cast(? as bigint), cast(? as varchar), cast(? as varchar), cast(? as boolean)"
                    + " where not exists (select 1 from rule_hit where id = ?)";

    // primary keys
    private static final String PEOPLE =
            "select a.id, a.role, a.created_at, r.id as room_id, r.kind, m.role as room_role"
                    + " from unnest(cast(? as varchar array), cast(? as varchar array)) as k(room_id, user_id)"
                    + " join account a on a.id = k.user_id join room r on r.id = k.room_id"
                    + " left join room_member m on m.room_id = k.room_id and m.user_id = k.user_id";
    // of a message that is gone, its text is gone here, too; index rule_hit_rule, then primary keys
    static final String PAGE = "select h.id, h.rule_id, h.at, h.author_id, h.room_id, h.seq, h.outcome,"
            + " case when h.seq is null or e.body is not null then h.met else '' end as met from rule_hit h"
            + " left join room_event e on e.room_id = h.room_id and e.seq = h.seq"
            + " where h.rule_id = ? and h.shown = true and (h.at, h.id) < (?, ?)"
            + " order by h.at desc, h.id desc limit ?";
    private static final String PLACE = "select at from rule_hit where id = ? and rule_id = ?";
    private static final String SINCE = "select 1 from rule_hit where rule_id = ? and at > ? and shown = ";
    static final String LATELY =
            "select count(*) from (" + SINCE + "true union all " + SINCE + "false limit ?) as lately";
    // index rule_hit_at
    private static final String OLD =
            "delete from rule_hit where id in (select id from rule_hit where at < ? order by at limit " + PURGE + ")";

    private final Transactions transactions;
    private final Reads reads;

    HitRows(Database database) {
        this.transactions = database.transactions();
        this.reads = database.reads();
    }

    record Place(RoomId room, UserId user) {
        static Place of(WaitingHit hit) {
            return new Place(hit.room(), hit.by());
        }
    }

    record Standing(@Nullable String role, @Nullable String roomRole, long createdMillis, boolean isPublic) {}

    /** The newest first. @param before the id of one of them, or empty */
    List<RuleHit> page(String rule, String before, int limit) {
        long at = before.isEmpty()
                ? Long.MAX_VALUE
                : reads.first(PLACE, row -> row.getLong(1), before, rule).orElse(0L);
        return reads.list(PAGE, HitRows::hit, rule, at, before, limit);
    }

    /** How many since then, counted up to {@code most}. */
    long lately(String rule, Instant since, int most) {
        long at = since.toEpochMilli();
        return reads.first(LATELY, row -> row.getLong(1), rule, at, rule, at, most)
                .orElse(0L);
    }

    /** Of the people of these hits, how each stands in the room; who is not there is left out. */
    Map<Place, Standing> people(List<WaitingHit> hits) {
        return reads.query(jdbc -> people(jdbc, hits));
    }

    private static Map<Place, Standing> people(Connection jdbc, List<WaitingHit> hits) throws SQLException {
        Set<Place> places = new LinkedHashSet<>();
        hits.forEach(hit -> places.add(Place.of(hit)));
        var found = new HashMap<Place, Standing>();
        try (var statement = jdbc.prepareStatement(PEOPLE)) {
            statement.setArray(
                    1,
                    jdbc.createArrayOf(
                            "varchar",
                            places.stream().map(place -> place.room().value()).toArray()));
            statement.setArray(
                    2,
                    jdbc.createArrayOf(
                            "varchar",
                            places.stream().map(place -> place.user().value()).toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            new Place(new RoomId(rows.getString("room_id")), new UserId(rows.getString("id"))),
                            new Standing(
                                    rows.getString("role"),
                                    rows.getString("room_role"),
                                    rows.getLong("created_at"),
                                    rows.getString("kind").equals("public")));
                }
            }
        }
        return found;
    }

    /** All or none; one that is there already is left as it is. */
    void insert(List<WaitingHit> hits, Map<Place, Standing> people) {
        transactions.write((em, jdbc) -> insert(jdbc, hits, people));
    }

    int insert(Connection jdbc, List<WaitingHit> hits, Map<Place, Standing> people) throws SQLException {
        try (var statement = jdbc.prepareStatement(INSERT)) {
            for (WaitingHit hit : hits) {
                Standing standing = people.get(Place.of(hit));
                boolean shown = standing != null && standing.isPublic();
                statement.setString(1, hit.id());
                statement.setString(2, hit.rule().id());
                statement.setLong(3, hit.at().toEpochMilli());
                statement.setString(4, hit.by().value());
                statement.setString(5, hit.room().value());
                statement.setObject(6, hit.seq(), Types.BIGINT);
                statement.setString(7, hit.outcome().word());
                statement.setString(8, shown ? RuleHit.shortened(hit.met()) : "");
                statement.setBoolean(9, shown);
                statement.setString(10, hit.id());
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return hits.size();
    }

    /** @return whether there may be more */
    boolean deleteSomeBefore(long millis) {
        return transactions.write((em, jdbc) -> Sql.update(jdbc, OLD, millis)) == PURGE;
    }

    private static RuleHit hit(ResultSet row) throws SQLException {
        long seq = row.getLong("seq");
        boolean refused = row.wasNull();
        return new RuleHit(
                row.getString("id"),
                row.getString("rule_id"),
                Instant.ofEpochMilli(row.getLong("at")),
                new UserId(row.getString("author_id")),
                new RoomId(row.getString("room_id")),
                refused ? null : (Long) seq,
                RuleHit.Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                row.getString("met"));
    }
}
